-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE addresses ADD CONSTRAINT addresses_country_check CHECK (country ~ '^[A-Z]{2}$') NOT VALID;

-- +goose Down
SET LOCAL lock_timeout = '3s';
ALTER TABLE addresses DROP CONSTRAINT addresses_country_check;
