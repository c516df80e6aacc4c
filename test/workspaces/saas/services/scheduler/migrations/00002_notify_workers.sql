-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION notify_workers() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    PERFORM pg_notify('jobs', NEW.kind);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER jobs_notify_workers AFTER INSERT ON jobs
    FOR EACH ROW EXECUTE FUNCTION notify_workers();

-- +goose Down
DROP TRIGGER jobs_notify_workers ON jobs;
DROP FUNCTION notify_workers();
