BEGIN;
SET LOCAL lock_timeout = '3s';
CREATE TABLE fleet.trips (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  vehicle_id bigint NOT NULL REFERENCES fleet.vehicles (id) ON DELETE RESTRICT,
  driver_id bigint NOT NULL REFERENCES fleet.drivers (id) ON DELETE RESTRICT,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT trips_order CHECK (ended_at >= started_at)
);
CREATE INDEX trips_vehicle_id_idx ON fleet.trips (vehicle_id, started_at);
CREATE INDEX trips_driver_id_idx ON fleet.trips (driver_id);
COMMIT;
