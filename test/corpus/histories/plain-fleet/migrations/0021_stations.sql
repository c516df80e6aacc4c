SET lock_timeout = '3s';

COMMENT ON COLUMN fleet.vehicles.model IS 'As the maker calls it.';
ALTER TABLE fleet.fuel_stops ADD COLUMN station text;
