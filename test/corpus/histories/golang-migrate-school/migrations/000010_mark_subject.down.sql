SET lock_timeout = '3s';
ALTER TABLE marks DROP COLUMN subject_code;
