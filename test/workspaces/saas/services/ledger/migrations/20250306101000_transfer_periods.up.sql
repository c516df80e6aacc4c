SET LOCAL lock_timeout = '2s';

ALTER TABLE transfers ADD COLUMN period_id bigint;

ALTER TABLE transfers
    ADD CONSTRAINT transfers_period_id_fkey
    FOREIGN KEY (period_id) REFERENCES periods (id) ON DELETE RESTRICT;
