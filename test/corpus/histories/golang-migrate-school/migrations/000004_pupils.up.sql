SET lock_timeout = '3s';
CREATE TABLE pupils (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  class_id bigint NOT NULL REFERENCES classes (id) ON DELETE RESTRICT,
  given_name text NOT NULL,
  family_name text NOT NULL,
  born_on date NOT NULL
);
CREATE INDEX pupils_class_id_idx ON pupils (class_id);
