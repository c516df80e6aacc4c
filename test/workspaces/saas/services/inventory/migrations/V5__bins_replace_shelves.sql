SET lock_timeout = '3s';

ALTER TABLE stock_levels ADD COLUMN bin text;

-- Bins belong to a depot, shelves belonged to a part.
ALTER TABLE parts DROP COLUMN shelf;

ALTER TABLE stock_levels RENAME COLUMN counted_at TO last_counted_at;
