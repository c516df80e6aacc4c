SET lock_timeout = '3s';
CREATE TABLE teachers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  school_id bigint NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  name text NOT NULL,
  email text NOT NULL
);
CREATE INDEX teachers_school_id_idx ON teachers (school_id);
CREATE UNIQUE INDEX teachers_email_key ON teachers (lower(email));
