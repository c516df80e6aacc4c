DROP INDEX CONCURRENTLY pupils_names_idx;
