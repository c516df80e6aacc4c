-- +goose Up
SET LOCAL lock_timeout = '3s';
CREATE TABLE addresses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  street text NOT NULL,
  city text NOT NULL,
  country text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX addresses_customer_id_idx ON addresses (customer_id);

-- +goose Down
SET LOCAL lock_timeout = '3s';
DROP TABLE addresses;
