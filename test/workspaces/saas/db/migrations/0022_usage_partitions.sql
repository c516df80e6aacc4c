CREATE OR REPLACE PROCEDURE app.create_usage_partition(month date)
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
DECLARE
    first_day  date := date_trunc('month', month)::date;
    next_month date := (date_trunc('month', month) + interval '1 month')::date;
BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS partitions.%I PARTITION OF public.usage_events FOR VALUES FROM (%L) TO (%L)',
        'usage_events_' || to_char(first_day, 'YYYY_MM'),
        first_day::text || ' 00:00:00+00',
        next_month::text || ' 00:00:00+00'
    );
END;
$$;

-- Attached by hand once: filled from the default partition during the night of 31 March 2024.
CREATE TABLE partitions.usage_events_2024_04 (
    LIKE usage_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    CONSTRAINT usage_events_2024_04_range
        CHECK (occurred_at >= '2024-04-01 00:00:00+00' AND occurred_at < '2024-05-01 00:00:00+00')
);

WITH moved AS (
    DELETE FROM partitions.usage_events_default
    WHERE occurred_at >= '2024-04-01 00:00:00+00' AND occurred_at < '2024-05-01 00:00:00+00'
    RETURNING *
)
INSERT INTO partitions.usage_events_2024_04 SELECT * FROM moved;

ALTER TABLE usage_events ATTACH PARTITION partitions.usage_events_2024_04
    FOR VALUES FROM ('2024-04-01 00:00:00+00') TO ('2024-05-01 00:00:00+00');

ALTER TABLE partitions.usage_events_2024_04 DROP CONSTRAINT usage_events_2024_04_range;

CALL app.create_usage_partition('2024-05-01');
CALL app.create_usage_partition('2024-06-01');
