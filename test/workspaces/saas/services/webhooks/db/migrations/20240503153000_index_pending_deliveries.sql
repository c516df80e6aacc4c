-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY IF NOT EXISTS deliveries_pending_idx ON deliveries (created_at) WHERE state = 'pending';

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY IF EXISTS deliveries_pending_idx;
