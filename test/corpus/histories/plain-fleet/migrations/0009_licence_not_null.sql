SET lock_timeout = '3s';

ALTER TABLE fleet.drivers ALTER COLUMN licence SET NOT NULL;
ALTER TABLE fleet.drivers DROP CONSTRAINT drivers_licence_present;
