-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE orders ADD COLUMN coupon_id bigint;
ALTER TABLE orders ADD CONSTRAINT orders_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES coupons (id) ON DELETE SET NULL NOT VALID;

-- +goose Down
SET LOCAL lock_timeout = '3s';
ALTER TABLE orders DROP COLUMN coupon_id;
