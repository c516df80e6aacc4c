-- migrate:up
CREATE TYPE delivery_state AS ENUM ('pending', 'delivered', 'failed');

CREATE TABLE deliveries (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint_id  uuid NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
    event_type   text NOT NULL,
    event_id     uuid NOT NULL,
    payload      jsonb NOT NULL,
    state        delivery_state NOT NULL DEFAULT 'pending',
    attempts     smallint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX deliveries_endpoint_id_idx ON deliveries (endpoint_id, created_at DESC);

-- migrate:down
DROP TABLE deliveries;
DROP TYPE delivery_state;
