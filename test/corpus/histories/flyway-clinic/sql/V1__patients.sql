CREATE SCHEMA clinic;

CREATE TABLE clinic.patients (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  insurance_no varchar(20) NOT NULL,
  family_name text NOT NULL,
  given_name  text NOT NULL,
  born_on     date NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX patients_insurance_no_key ON clinic.patients (insurance_no);
CREATE INDEX patients_name_idx ON clinic.patients (family_name, given_name);
