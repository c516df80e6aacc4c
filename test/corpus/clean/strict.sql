--- preset: strict
--- given
CREATE TABLE public.users (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT users_pkey PRIMARY KEY,
  email text NOT NULL,
  city text,
  CONSTRAINT users_city_check CHECK (city <> '') NOT VALID
);
CREATE UNIQUE INDEX users_email_key ON public.users (email);
CREATE TYPE public.stage AS ENUM ('lead', 'won');

--- case: a column added with every care
--- truth: Both timeouts, one short lock, a transaction around it.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';
ALTER TABLE public.users ADD COLUMN phone text;
COMMIT;

--- case: a new table with all its names
--- truth: Every constraint and index has a name, and the old table is locked for a moment.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';
CREATE TABLE public.sessions (
  id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
  user_id bigint NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES public.users (id) ON DELETE CASCADE,
  opened_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sessions_opened_check CHECK (opened_at > '2020-01-01')
);
CREATE INDEX sessions_user_id_idx ON public.sessions (user_id);
COMMIT;

--- case: an index built so that a retry builds it again
--- truth: What a failed try left is dropped first.
--- migration
DROP INDEX CONCURRENTLY IF EXISTS public.users_city_idx;
CREATE INDEX CONCURRENTLY users_city_idx ON public.users (city);

--- case: a label with its place
--- truth: AFTER says where it belongs; IF NOT EXISTS lets it run again.
--- migration
ALTER TYPE public.stage ADD VALUE IF NOT EXISTS 'lost' AFTER 'won';

--- case: a constraint validated
--- truth: SHARE UPDATE EXCLUSIVE: reads and writes go on; it may run again.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '10min';
ALTER TABLE public.users VALIDATE CONSTRAINT users_city_check;

--- case: two short ALTERs of one table
--- truth: Neither reads a row: there is no pass to share.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';
ALTER TABLE public.users ADD COLUMN street text;
ALTER TABLE public.users ALTER COLUMN city SET STATISTICS 500;
COMMIT;

--- case: defaults of a new table changed and dropped
--- truth: No program has seen the old ones.
--- migration
BEGIN;
CREATE TABLE public.tags (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT tags_pkey PRIMARY KEY,
  name text NOT NULL DEFAULT '',
  colour text NOT NULL DEFAULT 'red'
);
ALTER TABLE public.tags ALTER COLUMN name DROP DEFAULT;
ALTER TABLE public.tags ALTER COLUMN colour SET DEFAULT 'blue';
ALTER TABLE public.tags ALTER COLUMN colour DROP NOT NULL;
COMMIT;

--- case: a trigger on a new table
--- truth: No write pays for it yet that did not ask for it.
--- migration
BEGIN;
CREATE TABLE public.notes (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notes_pkey PRIMARY KEY,
  body text NOT NULL
);
CREATE FUNCTION public.trim_body() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.body := trim(NEW.body);
  RETURN NEW;
END
$$;
CREATE TRIGGER notes_trim BEFORE INSERT OR UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.trim_body();
COMMIT;

--- case: a table made from a query, without its rows
--- truth: WITH NO DATA runs no query.
--- migration
BEGIN;
CREATE TABLE public.user_names AS SELECT id, email FROM public.users WITH NO DATA;
ALTER TABLE public.user_names ADD CONSTRAINT user_names_pkey PRIMARY KEY (id);
CREATE MATERIALIZED VIEW public.cities AS SELECT DISTINCT city FROM public.users WITH NO DATA;
COMMIT;

--- case: goose, a column and its way back
--- tool: goose
--- truth: Nothing that held data goes, and down undoes up.
--- given
-- +goose Up
CREATE TABLE public.users (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT users_pkey PRIMARY KEY
);
-- +goose Down
DROP TABLE public.users;
--- migration
-- +goose Up
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';
ALTER TABLE public.users ADD COLUMN phone text;
-- +goose Down
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';
ALTER TABLE public.users DROP COLUMN phone;
