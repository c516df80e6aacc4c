-- Roles belong to the whole server, so this file must survive a second run
-- in another database. Logins are made by the platform, not here.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tidewater_app') THEN
        CREATE ROLE tidewater_app NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tidewater_readonly') THEN
        CREATE ROLE tidewater_readonly NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tidewater_support') THEN
        CREATE ROLE tidewater_support NOLOGIN;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public, app, reporting TO tidewater_app;
GRANT USAGE ON SCHEMA reporting TO tidewater_readonly;
GRANT USAGE ON SCHEMA audit TO tidewater_support;

ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tidewater_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO tidewater_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA app
    GRANT USAGE ON SEQUENCES TO tidewater_app;
