-- +goose Up
ALTER TYPE order_status ADD VALUE 'cancelled' AFTER 'shipped';

-- +goose Down
-- A label cannot be taken out of an enum again.
SELECT 1;
