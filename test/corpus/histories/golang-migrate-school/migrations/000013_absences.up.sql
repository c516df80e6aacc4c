SET lock_timeout = '3s';
CREATE TYPE absence_reason AS ENUM ('ill', 'holiday', 'other');
CREATE TABLE absences (
  pupil_id bigint NOT NULL REFERENCES pupils (id) ON DELETE CASCADE,
  day date NOT NULL,
  reason absence_reason NOT NULL DEFAULT 'other',
  PRIMARY KEY (pupil_id, day)
);
