CREATE TABLE parts (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    sku              text NOT NULL,
    name             text NOT NULL,
    unit             text NOT NULL DEFAULT 'piece',
    shelf            text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, sku)
);
