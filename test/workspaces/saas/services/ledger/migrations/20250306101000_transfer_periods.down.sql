ALTER TABLE transfers DROP COLUMN period_id;
