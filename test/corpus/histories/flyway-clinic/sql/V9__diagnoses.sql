SET LOCAL lock_timeout = '4s';
CREATE TABLE clinic.diagnosis_codes (
  code text PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE clinic.diagnoses (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  appointment_id bigint NOT NULL REFERENCES clinic.appointments (id) ON DELETE RESTRICT,
  code           text NOT NULL REFERENCES clinic.diagnosis_codes (code) ON DELETE RESTRICT,
  remark         text NOT NULL DEFAULT ''
);
CREATE INDEX diagnoses_appointment_id_idx ON clinic.diagnoses (appointment_id);
CREATE INDEX diagnoses_code_idx ON clinic.diagnoses (code);
