BEGIN;
CREATE SCHEMA fleet;
CREATE TABLE fleet.vehicles (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plate text NOT NULL,
  model text NOT NULL,
  bought_on date NOT NULL,
  odometer integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX vehicles_plate_key ON fleet.vehicles (plate);
CREATE TABLE fleet.drivers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  licence text
);
COMMIT;
