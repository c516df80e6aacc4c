-- Metering: some 40 million rows a month, kept for 13 months.
-- Partitions live in a schema that no application role may use, so that rows
-- are only reached through the parent and its policy.
CREATE SCHEMA partitions;

CREATE TABLE usage_events (
    id               uuid NOT NULL DEFAULT gen_random_uuid(),
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    occurred_at      timestamptz NOT NULL,
    metric           text NOT NULL CHECK (metric IN ('api_call', 'sms', 'map_tile', 'storage_gb')),
    quantity         integer NOT NULL DEFAULT 1 CHECK (quantity > 0),
    attributes       jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (occurred_at, id)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE partitions.usage_events_2024_01 PARTITION OF usage_events
    FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00');
CREATE TABLE partitions.usage_events_2024_02 PARTITION OF usage_events
    FOR VALUES FROM ('2024-02-01 00:00:00+00') TO ('2024-03-01 00:00:00+00');
CREATE TABLE partitions.usage_events_2024_03 PARTITION OF usage_events
    FOR VALUES FROM ('2024-03-01 00:00:00+00') TO ('2024-04-01 00:00:00+00');
CREATE TABLE partitions.usage_events_default PARTITION OF usage_events DEFAULT;

CREATE INDEX usage_events_metric_idx ON usage_events (organization_id, metric, occurred_at);
CREATE INDEX usage_events_occurred_at_brin ON usage_events USING brin (occurred_at) WITH (pages_per_range = 64);

ALTER TABLE usage_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON usage_events TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

COMMENT ON TABLE usage_events IS 'Billable usage, one row an event, partitioned by month (UTC).';
