BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE fleet.vehicles ADD COLUMN odometer_metres bigint;
CREATE FUNCTION fleet.copy_odometer() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.odometer_metres := NEW.odometer::bigint * 1000;
  RETURN NEW;
END
$$;
CREATE TRIGGER vehicles_odometer BEFORE INSERT OR UPDATE OF odometer ON fleet.vehicles FOR EACH ROW EXECUTE FUNCTION fleet.copy_odometer();
COMMIT;
