DROP INDEX CONCURRENTLY IF EXISTS fleet.drivers_licence_key;
CREATE UNIQUE INDEX CONCURRENTLY drivers_licence_key ON fleet.drivers (licence);
