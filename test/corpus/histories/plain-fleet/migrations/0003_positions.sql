CREATE TABLE fleet.positions (
  vehicle_id bigint NOT NULL,
  at timestamptz NOT NULL,
  lat double precision NOT NULL,
  lon double precision NOT NULL,
  PRIMARY KEY (vehicle_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE fleet.positions_2026_01 PARTITION OF fleet.positions FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
