SET lock_timeout = '3s';
ALTER TABLE absences ADD COLUMN note text;
