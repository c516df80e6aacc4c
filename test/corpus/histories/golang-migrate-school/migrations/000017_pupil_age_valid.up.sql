SET lock_timeout = '3s';
ALTER TABLE pupils VALIDATE CONSTRAINT pupils_born_on_check;
