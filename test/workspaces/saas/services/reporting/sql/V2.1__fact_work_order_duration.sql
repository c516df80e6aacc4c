SET lock_timeout = '5s';

ALTER TABLE fact_work_order ADD COLUMN travel_minutes integer NOT NULL DEFAULT 0;

ALTER TABLE fact_work_order
    ADD CONSTRAINT fact_work_order_minutes_not_negative
    CHECK (minutes_spent >= 0 AND travel_minutes >= 0) NOT VALID;
