-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers ADD CONSTRAINT customers_locale_present CHECK (locale IS NOT NULL) NOT VALID;

-- +goose Down
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers DROP CONSTRAINT customers_locale_present;
