CREATE TYPE account_kind AS ENUM ('asset', 'liability', 'revenue', 'expense');

CREATE TABLE accounts (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    code             text NOT NULL,
    name             text NOT NULL,
    kind             account_kind NOT NULL,
    opened_at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, code)
);
