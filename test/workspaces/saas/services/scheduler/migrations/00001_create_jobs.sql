-- +goose Up
CREATE TYPE job_state AS ENUM ('queued', 'running', 'succeeded', 'failed');

CREATE TABLE jobs (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    kind             text NOT NULL,
    arguments        jsonb NOT NULL DEFAULT '{}',
    state            job_state NOT NULL DEFAULT 'queued',
    run_at           timestamptz NOT NULL DEFAULT now(),
    attempts         integer NOT NULL DEFAULT 0,
    max_attempts     integer NOT NULL DEFAULT 5,
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX jobs_queue_idx ON jobs (run_at) WHERE state = 'queued';

-- +goose Down
DROP TABLE jobs;
DROP TYPE job_state;
