CREATE INDEX CONCURRENTLY IF NOT EXISTS alarms_open_idx ON alarms (severity, raised_at) WHERE cleared_at IS NULL;
