SET LOCAL lock_timeout = '4s';
ALTER TABLE clinic.doctors ADD COLUMN title text NOT NULL DEFAULT '';
