SET lock_timeout = '3s';

ALTER TABLE fleet.drivers ADD CONSTRAINT drivers_licence_unique UNIQUE USING INDEX drivers_licence_key;
