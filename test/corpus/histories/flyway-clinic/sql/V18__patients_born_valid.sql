SET LOCAL lock_timeout = '4s';
ALTER TABLE clinic.patients VALIDATE CONSTRAINT patients_born_check;
