CREATE INDEX CONCURRENTLY patients_email_idx ON clinic.patients (lower(email));
