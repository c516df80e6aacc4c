-- Customers without a reference of their own get one from their id, in small steps.
SET lock_timeout = '3s';

DO $$
DECLARE
    last_id bigint := 0;
    batch   bigint[];
BEGIN
    LOOP
        SELECT array_agg(id ORDER BY id) INTO batch
        FROM (
            SELECT id FROM customers
            WHERE id > last_id AND external_reference IS NULL
            ORDER BY id
            LIMIT 1000
        ) AS next_rows;

        EXIT WHEN batch IS NULL;

        UPDATE customers SET external_reference = 'TW-' || id WHERE id = ANY (batch);
        last_id := batch[array_upper(batch, 1)];
    END LOOP;
END
$$;
