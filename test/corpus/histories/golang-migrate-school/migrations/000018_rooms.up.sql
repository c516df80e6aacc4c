SET lock_timeout = '3s';
CREATE TABLE rooms (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  school_id bigint NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
  name text NOT NULL,
  seats integer NOT NULL CHECK (seats > 0),
  UNIQUE (school_id, name)
);
