SET lock_timeout = '3s';

ALTER TABLE fleet.vehicles ADD COLUMN retired_on date;
