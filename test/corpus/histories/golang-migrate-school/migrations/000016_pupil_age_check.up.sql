SET lock_timeout = '3s';
ALTER TABLE pupils ADD CONSTRAINT pupils_born_on_check CHECK (born_on >= DATE '1990-01-01') NOT VALID;
