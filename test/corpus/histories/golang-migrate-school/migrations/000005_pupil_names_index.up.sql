CREATE INDEX CONCURRENTLY pupils_names_idx ON pupils (family_name, given_name);
