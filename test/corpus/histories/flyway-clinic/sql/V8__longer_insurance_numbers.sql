SET LOCAL lock_timeout = '4s';
ALTER TABLE clinic.patients ALTER COLUMN insurance_no TYPE varchar(40);
