SET lock_timeout = '5s';

ALTER TABLE fact_work_order VALIDATE CONSTRAINT fact_work_order_minutes_not_negative;
