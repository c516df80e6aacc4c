CREATE TABLE subjects (
  code text PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO subjects (code, name) VALUES ('DE', 'German'), ('FR', 'French'), ('MA', 'Mathematics');
