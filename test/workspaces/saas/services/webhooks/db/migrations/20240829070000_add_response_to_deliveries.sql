-- migrate:up
SET LOCAL lock_timeout = '3s';

ALTER TABLE deliveries
    ADD COLUMN response_status smallint,
    ADD COLUMN responded_at timestamptz;

-- migrate:down
ALTER TABLE deliveries
    DROP COLUMN responded_at,
    DROP COLUMN response_status;
