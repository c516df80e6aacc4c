SET lock_timeout = '3s';
ALTER TABLE absences DROP COLUMN note;
