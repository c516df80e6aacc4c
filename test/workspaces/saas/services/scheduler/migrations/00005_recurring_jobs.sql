-- +goose Up
SET LOCAL lock_timeout = '3s';

CREATE TABLE recurring_jobs (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    kind             text NOT NULL,
    cron             text NOT NULL,
    next_run_at      timestamp NOT NULL,
    UNIQUE (organization_id, kind, cron)
);

ALTER TABLE jobs
    ADD CONSTRAINT jobs_attempts_within_limit CHECK (attempts <= max_attempts);

-- +goose Down
ALTER TABLE jobs DROP CONSTRAINT jobs_attempts_within_limit;

DROP TABLE recurring_jobs;
