-- TW-1217: the board is slow for organizations with many open orders.
SET lock_timeout = '3s';

CREATE INDEX work_orders_overdue_idx ON work_orders (organization_id, due_at)
    WHERE deleted_at IS NULL AND finished_at IS NULL;

CREATE INDEX comments_latest_idx ON comments (organization_id, work_order_id, created_at);

-- search goes through the API's own index now
DROP INDEX customers_name_idx;
