CREATE TABLE readings (
    device_id    uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    measured_at  timestamptz NOT NULL,
    channel      text NOT NULL,
    value        double precision NOT NULL,
    PRIMARY KEY (device_id, channel, measured_at)
);

CREATE INDEX readings_measured_at_brin ON readings USING brin (measured_at);
