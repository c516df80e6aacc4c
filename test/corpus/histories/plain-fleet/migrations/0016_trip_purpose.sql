BEGIN;
SET LOCAL lock_timeout = '3s';
CREATE TYPE fleet.purpose AS ENUM ('delivery', 'service');
ALTER TABLE fleet.trips ADD COLUMN purpose fleet.purpose NOT NULL DEFAULT 'delivery';
COMMIT;
