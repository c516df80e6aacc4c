DROP INDEX CONCURRENTLY clinic.patients_name_idx;
