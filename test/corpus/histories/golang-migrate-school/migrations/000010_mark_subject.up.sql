SET lock_timeout = '3s';
ALTER TABLE marks ADD COLUMN subject_code text;
ALTER TABLE marks ADD CONSTRAINT marks_subject_code_fkey FOREIGN KEY (subject_code) REFERENCES subjects (code) ON DELETE RESTRICT NOT VALID;
