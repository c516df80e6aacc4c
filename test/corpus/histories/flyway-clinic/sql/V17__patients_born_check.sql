SET LOCAL lock_timeout = '4s';
ALTER TABLE clinic.patients ADD CONSTRAINT patients_born_check CHECK (born_on > DATE '1900-01-01') NOT VALID;
