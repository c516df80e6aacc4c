BEGIN;
SET LOCAL lock_timeout = '3s';

ALTER TABLE projects ADD COLUMN deleted_at timestamptz;
ALTER TABLE customers ADD COLUMN deleted_at timestamptz;

COMMENT ON COLUMN projects.deleted_at IS 'Archived by its owner; the key stays taken.';

COMMIT;
