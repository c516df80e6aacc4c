CREATE TABLE devices (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id  uuid NOT NULL,
    serial_number    text NOT NULL,
    model            text NOT NULL,
    firmware         text,
    registered_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, serial_number)
);
