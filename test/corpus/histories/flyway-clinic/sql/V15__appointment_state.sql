SET LOCAL lock_timeout = '4s';
CREATE TYPE clinic.appointment_state AS ENUM ('planned', 'held', 'missed');
ALTER TABLE clinic.appointments ADD COLUMN state clinic.appointment_state NOT NULL DEFAULT 'planned';
