-- Search as you type on the dispatch board.
CREATE INDEX CONCURRENTLY IF NOT EXISTS work_orders_title_trgm_idx
    ON work_orders USING gin (title gin_trgm_ops);
