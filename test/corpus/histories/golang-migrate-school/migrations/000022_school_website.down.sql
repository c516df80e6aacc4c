SET lock_timeout = '3s';
ALTER TABLE schools DROP COLUMN phone, DROP COLUMN website;
