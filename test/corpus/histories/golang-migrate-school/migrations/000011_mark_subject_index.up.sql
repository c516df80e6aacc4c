CREATE INDEX CONCURRENTLY marks_subject_code_idx ON marks (subject_code);
