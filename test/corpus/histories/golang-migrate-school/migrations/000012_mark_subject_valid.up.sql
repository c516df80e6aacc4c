SET lock_timeout = '3s';
ALTER TABLE marks VALIDATE CONSTRAINT marks_subject_code_fkey;
