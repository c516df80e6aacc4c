-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers ADD COLUMN locale text;
ALTER TABLE customers ALTER COLUMN locale SET DEFAULT 'en';

-- +goose Down
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers DROP COLUMN locale;
