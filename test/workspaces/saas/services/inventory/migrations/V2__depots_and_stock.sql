CREATE TABLE depots (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    name             text NOT NULL,
    UNIQUE (organization_id, name)
);

CREATE TABLE stock_levels (
    depot_id    bigint NOT NULL REFERENCES depots (id) ON DELETE CASCADE,
    part_id     bigint NOT NULL REFERENCES parts (id) ON DELETE RESTRICT,
    quantity    numeric(12, 3) NOT NULL DEFAULT 0 CHECK (quantity >= 0),
    counted_at  timestamptz,
    PRIMARY KEY (depot_id, part_id)
);

CREATE INDEX stock_levels_part_id_idx ON stock_levels (part_id);
