DROP INDEX CONCURRENTLY marks_subject_code_idx;
