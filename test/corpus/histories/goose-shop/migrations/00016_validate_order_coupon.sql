-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE orders VALIDATE CONSTRAINT orders_coupon_id_fkey;

-- +goose Down
SELECT 1;
