SET lock_timeout = '3s';

ALTER TABLE fleet.drivers VALIDATE CONSTRAINT drivers_licence_present;
