-- Tidewater: work orders, billing and support for field-service companies.
-- One database, many tenants: every tenant row carries organization_id.

CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA IF NOT EXISTS app;
CREATE SCHEMA IF NOT EXISTS audit;
CREATE SCHEMA IF NOT EXISTS reporting;

COMMENT ON SCHEMA app IS 'Functions, domains and sequences of the application; no tenant data.';
COMMENT ON SCHEMA audit IS 'Append-only history, written by triggers.';
COMMENT ON SCHEMA reporting IS 'Views for dashboards and finance.';

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
