ALTER TABLE services DROP COLUMN unit;

ALTER TABLE services ALTER COLUMN price_cents TYPE integer;
