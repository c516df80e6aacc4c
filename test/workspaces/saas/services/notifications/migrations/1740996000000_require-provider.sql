-- Up Migration
SET LOCAL lock_timeout = '3s';

ALTER TABLE messages ALTER COLUMN provider SET NOT NULL;

CREATE INDEX messages_by_template_idx ON messages (template_id);

-- Down Migration
DROP INDEX messages_by_template_idx;

ALTER TABLE messages ALTER COLUMN provider DROP NOT NULL;
