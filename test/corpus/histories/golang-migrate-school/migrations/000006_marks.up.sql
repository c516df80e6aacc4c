SET lock_timeout = '3s';
CREATE TABLE marks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pupil_id bigint NOT NULL REFERENCES pupils (id) ON DELETE CASCADE,
  subject text NOT NULL,
  mark numeric(2, 1) NOT NULL CHECK (mark BETWEEN 1 AND 6),
  given_on date NOT NULL DEFAULT current_date
);
CREATE INDEX marks_pupil_id_idx ON marks (pupil_id, given_on);
