CREATE INDEX CONCURRENTLY patients_full_name_idx ON clinic.patients (family_name, given_name, born_on);
