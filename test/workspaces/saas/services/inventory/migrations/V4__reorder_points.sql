SET lock_timeout = '3s';

ALTER TABLE stock_levels
    ADD COLUMN reorder_at numeric(12, 3),
    ADD COLUMN reorder_quantity numeric(12, 3);
