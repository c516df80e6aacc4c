CREATE TABLE stock_movements (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    depot_id       bigint NOT NULL,
    part_id        bigint NOT NULL,
    delta          numeric(12, 3) NOT NULL CHECK (delta <> 0),
    work_order_id  bigint,
    moved_at       timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (depot_id, part_id) REFERENCES stock_levels (depot_id, part_id) ON DELETE RESTRICT
);

CREATE INDEX stock_movements_level_idx ON stock_movements (depot_id, part_id, moved_at);

COMMENT ON COLUMN stock_movements.work_order_id IS 'In the main database; not checked here.';
