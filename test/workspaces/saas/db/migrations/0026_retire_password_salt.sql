-- The salt is part of the hash since the move to argon2id; the code that read
-- these went out two releases ago (TW-881).
SET lock_timeout = '3s';

ALTER TABLE users DROP COLUMN IF EXISTS password_salt;
DROP TABLE IF EXISTS login_attempts;

-- New storage service, same values. The API reads both names since 4.12.
ALTER TABLE attachments RENAME COLUMN blob_key TO storage_key;
ALTER TABLE attachments RENAME CONSTRAINT attachments_blob_key_key TO attachments_storage_key_key;

-- varchar to text changes the catalog only
ALTER TABLE attachments ALTER COLUMN content_type TYPE text;
ALTER TABLE attachments ALTER COLUMN content_type SET DEFAULT 'application/octet-stream';
