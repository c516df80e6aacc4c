-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE addresses VALIDATE CONSTRAINT addresses_country_check;

-- +goose Down
-- Nothing to undo: a valid constraint can stay valid.
SELECT 1;
