SET LOCAL lock_timeout = '4s';
ALTER TABLE clinic.patients
  ADD COLUMN phone text,
  ADD COLUMN email text;
