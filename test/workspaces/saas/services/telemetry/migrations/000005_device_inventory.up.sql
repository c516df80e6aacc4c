SET lock_timeout = '5s';

ALTER TABLE devices ALTER COLUMN firmware SET NOT NULL;

CREATE INDEX devices_model_firmware_idx ON devices (model, firmware);
