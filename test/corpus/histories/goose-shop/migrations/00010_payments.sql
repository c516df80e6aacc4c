-- +goose Up
SET LOCAL lock_timeout = '3s';
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
  amount numeric(12, 2) NOT NULL CHECK (amount > 0),
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payments_order_id_idx ON payments (order_id);

-- +goose Down
SET LOCAL lock_timeout = '3s';
DROP TABLE payments;
