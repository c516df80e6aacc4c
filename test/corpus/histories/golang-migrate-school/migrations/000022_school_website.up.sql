SET lock_timeout = '3s';
ALTER TABLE schools ADD COLUMN website text, ADD COLUMN phone text;
