-- +goose Up
CREATE TABLE coupons (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  percent numeric(5, 2) NOT NULL CHECK (percent > 0 AND percent <= 100),
  valid_until date
);

-- +goose Down
DROP TABLE coupons;
