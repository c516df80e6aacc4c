-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY orders_coupon_id_idx ON orders (coupon_id) WHERE coupon_id IS NOT NULL;

-- +goose Down
DROP INDEX CONCURRENTLY orders_coupon_id_idx;
