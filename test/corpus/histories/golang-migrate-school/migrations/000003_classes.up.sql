SET lock_timeout = '3s';
CREATE TABLE classes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  school_id bigint NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  teacher_id bigint REFERENCES teachers (id) ON DELETE SET NULL,
  name text NOT NULL,
  year integer NOT NULL,
  CONSTRAINT classes_name_key UNIQUE (school_id, name, year)
);
CREATE INDEX classes_teacher_id_idx ON classes (teacher_id);
