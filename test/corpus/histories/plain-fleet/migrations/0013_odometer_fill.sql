DO $$
DECLARE
  last bigint := 0;
  highest bigint;
BEGIN
  SELECT coalesce(max(id), 0) INTO highest FROM fleet.vehicles;
  WHILE last < highest LOOP
    UPDATE fleet.vehicles SET odometer_metres = odometer::bigint * 1000
    WHERE id > last AND id <= last + 1000 AND odometer_metres IS NULL;
    last := last + 1000;
    COMMIT;
  END LOOP;
END
$$;
