-- migrate:up
SET LOCAL lock_timeout = '3s';

ALTER TABLE deliveries
    ADD CONSTRAINT deliveries_endpoint_event_key UNIQUE (endpoint_id, event_id);

ALTER TABLE deliveries
    ADD COLUMN idempotency_key uuid NOT NULL DEFAULT gen_random_uuid();

-- migrate:down
ALTER TABLE deliveries DROP COLUMN idempotency_key;

ALTER TABLE deliveries DROP CONSTRAINT deliveries_endpoint_event_key;
