DROP INDEX IF EXISTS devices_model_firmware_idx;

ALTER TABLE devices ALTER COLUMN firmware DROP NOT NULL;
