-- migrate:up
CREATE TABLE endpoints (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id  uuid NOT NULL,
    url              text NOT NULL CHECK (url LIKE 'https://%'),
    secret           bytea NOT NULL,
    is_active        boolean NOT NULL DEFAULT true,
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX endpoints_organization_id_idx ON endpoints (organization_id);

-- migrate:down
DROP TABLE endpoints;
