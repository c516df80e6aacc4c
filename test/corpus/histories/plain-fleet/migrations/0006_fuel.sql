BEGIN;
SET LOCAL lock_timeout = '3s';
CREATE TABLE fleet.fuel_stops (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trip_id bigint NOT NULL REFERENCES fleet.trips (id) ON DELETE CASCADE,
  litres numeric(6, 2) NOT NULL CHECK (litres > 0),
  price numeric(8, 2) NOT NULL CHECK (price >= 0)
);
CREATE INDEX fuel_stops_trip_id_idx ON fleet.fuel_stops (trip_id);
COMMIT;
