-- Up Migration
SET LOCAL lock_timeout = '3s';

ALTER TABLE messages
    ADD COLUMN provider text,
    ADD COLUMN provider_message_id text;

-- Down Migration
ALTER TABLE messages
    DROP COLUMN provider_message_id,
    DROP COLUMN provider;
