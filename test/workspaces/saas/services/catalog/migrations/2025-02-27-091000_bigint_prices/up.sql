SET LOCAL lock_timeout = '3s';

ALTER TABLE services ALTER COLUMN price_cents TYPE bigint;

ALTER TABLE services ADD COLUMN unit text NOT NULL;
