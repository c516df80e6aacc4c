CREATE MATERIALIZED VIEW fleet.usage AS
  SELECT vehicle_id, count(*) AS trips FROM fleet.trips GROUP BY vehicle_id
  WITH NO DATA;
CREATE UNIQUE INDEX usage_vehicle_id_key ON fleet.usage (vehicle_id);
REFRESH MATERIALIZED VIEW fleet.usage;
