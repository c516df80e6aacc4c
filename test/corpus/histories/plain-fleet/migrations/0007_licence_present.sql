SET lock_timeout = '3s';

ALTER TABLE fleet.drivers ADD CONSTRAINT drivers_licence_present CHECK (licence IS NOT NULL) NOT VALID;
