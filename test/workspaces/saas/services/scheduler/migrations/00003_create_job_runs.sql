-- +goose Up
SET LOCAL lock_timeout = '3s';

CREATE TABLE job_runs (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id       bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    worker       text NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz,
    error        text
);

CREATE INDEX job_runs_job_id_idx ON job_runs (job_id);

-- +goose Down
DROP TABLE job_runs;
