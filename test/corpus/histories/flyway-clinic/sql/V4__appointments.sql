SET LOCAL lock_timeout = '4s';
CREATE TABLE clinic.appointments (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  patient_id bigint NOT NULL REFERENCES clinic.patients (id) ON DELETE RESTRICT,
  doctor_id  bigint NOT NULL REFERENCES clinic.doctors (id) ON DELETE RESTRICT,
  room_id    integer NOT NULL REFERENCES clinic.rooms (id) ON DELETE RESTRICT,
  during     tstzrange NOT NULL,
  CONSTRAINT appointments_room_free EXCLUDE USING gist (room_id WITH =, during WITH &&)
);
CREATE INDEX appointments_patient_id_idx ON clinic.appointments (patient_id);
CREATE INDEX appointments_doctor_id_idx ON clinic.appointments (doctor_id);
