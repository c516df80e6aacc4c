SET lock_timeout = '3s';
ALTER TABLE teachers ADD COLUMN phone text;
