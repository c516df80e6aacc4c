-- +goose Up
SET LOCAL lock_timeout = '3s';
CREATE TABLE stock (
  product_id bigint PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
  on_hand integer NOT NULL DEFAULT 0 CHECK (on_hand >= 0)
);

-- +goose Down
SET LOCAL lock_timeout = '3s';
DROP TABLE stock;
