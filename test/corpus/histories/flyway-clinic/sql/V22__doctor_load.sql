CREATE MATERIALIZED VIEW clinic.doctor_load AS
  SELECT doctor_id, count(*) AS appointments FROM clinic.appointments GROUP BY doctor_id
  WITH NO DATA;
CREATE UNIQUE INDEX doctor_load_doctor_id_key ON clinic.doctor_load (doctor_id);
