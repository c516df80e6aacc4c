SET lock_timeout = '3s';
ALTER TABLE teachers DROP COLUMN phone;
