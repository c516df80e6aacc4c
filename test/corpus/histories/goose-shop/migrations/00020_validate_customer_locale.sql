-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers VALIDATE CONSTRAINT customers_locale_present;

-- +goose Down
SELECT 1;
