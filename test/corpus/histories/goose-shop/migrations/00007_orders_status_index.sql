-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY orders_open_idx ON orders (placed_at) WHERE status <> 'shipped';

-- +goose Down
DROP INDEX CONCURRENTLY orders_open_idx;
