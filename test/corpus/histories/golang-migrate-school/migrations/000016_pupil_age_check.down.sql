SET lock_timeout = '3s';
ALTER TABLE pupils DROP CONSTRAINT pupils_born_on_check;
