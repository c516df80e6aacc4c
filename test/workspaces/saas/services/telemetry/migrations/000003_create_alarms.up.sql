CREATE TABLE alarms (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id   uuid NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    channel     text NOT NULL,
    severity    smallint NOT NULL CHECK (severity BETWEEN 1 AND 5),
    raised_at   timestamptz NOT NULL DEFAULT now(),
    cleared_at  timestamptz,
    CHECK (cleared_at >= raised_at)
);

CREATE INDEX alarms_device_id_idx ON alarms (device_id, raised_at DESC);
