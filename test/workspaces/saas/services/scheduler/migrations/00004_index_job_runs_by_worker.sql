-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY IF NOT EXISTS job_runs_worker_idx ON job_runs (worker, started_at DESC);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS job_runs_worker_idx;
