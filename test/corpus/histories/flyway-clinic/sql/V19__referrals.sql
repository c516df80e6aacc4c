SET LOCAL lock_timeout = '4s';
CREATE TABLE clinic.referrals (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  patient_id   bigint NOT NULL REFERENCES clinic.patients (id) ON DELETE RESTRICT,
  from_doctor  bigint NOT NULL REFERENCES clinic.doctors (id) ON DELETE RESTRICT,
  to_doctor    bigint NOT NULL REFERENCES clinic.doctors (id) ON DELETE RESTRICT,
  referred_on  date NOT NULL DEFAULT current_date,
  CONSTRAINT referrals_other_doctor CHECK (from_doctor <> to_doctor)
);
CREATE INDEX referrals_patient_id_idx ON clinic.referrals (patient_id);
CREATE INDEX referrals_from_doctor_idx ON clinic.referrals (from_doctor);
CREATE INDEX referrals_to_doctor_idx ON clinic.referrals (to_doctor);
