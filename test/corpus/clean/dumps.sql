--- case: a fresh pg_dump as the first migration
--- truth: Tables come first, then keys, then indexes; nothing of it is live.
--- migration
--
-- PostgreSQL database dump
--

-- Dumped from database version 17.2
-- Dumped by pg_dump version 17.2

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;

CREATE TYPE public.stage AS ENUM (
    'lead',
    'won'
);

CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.customers (
    id bigint NOT NULL,
    email text NOT NULL,
    stage public.stage DEFAULT 'lead'::public.stage NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.customers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.customers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.orders (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    total numeric(12,2) NOT NULL,
    CONSTRAINT orders_total_check CHECK ((total >= (0)::numeric))
);

CREATE SEQUENCE public.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;

ALTER TABLE ONLY public.orders ALTER COLUMN id SET DEFAULT nextval('public.orders_id_seq'::regclass);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

CREATE UNIQUE INDEX customers_email_key ON public.customers USING btree (email);

CREATE INDEX orders_customer_id_idx ON public.orders USING btree (customer_id);

CREATE TRIGGER customers_touch BEFORE UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION public.touch();

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id) ON DELETE RESTRICT;

--
-- PostgreSQL database dump complete
--

--- case: a dump with data, ids and setval
--- truth: COPY brings the ids, setval the sequence, as pg_dump writes them.
--- migration
--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.colours (
    id integer NOT NULL,
    name text NOT NULL
);

CREATE SEQUENCE public.colours_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.colours_id_seq OWNED BY public.colours.id;

ALTER TABLE ONLY public.colours ALTER COLUMN id SET DEFAULT nextval('public.colours_id_seq'::regclass);

INSERT INTO public.colours (id, name) VALUES (1, 'red');
INSERT INTO public.colours (id, name) VALUES (2, 'green');

SELECT pg_catalog.setval('public.colours_id_seq', 2, true);

ALTER TABLE ONLY public.colours
    ADD CONSTRAINT colours_pkey PRIMARY KEY (id);

--
-- PostgreSQL database dump complete
--

--- case: Rails structure.sql that stands alone
--- truth: It is the whole schema of an empty database.
--- include: db/structure.sql
--- file: db/structure.sql
SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.accounts (
    id bigint NOT NULL,
    name character varying NOT NULL,
    created_at timestamp(6) with time zone NOT NULL
);

CREATE SEQUENCE public.accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);

ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

CREATE INDEX index_accounts_on_name ON public.accounts USING btree (name);

SET search_path TO "$user", public;

INSERT INTO "schema_migrations" (version) VALUES
('20240102030405'),
('20240101000000');

--- case: pg_dump --clean --if-exists into an empty database
--- truth: Nothing is there to be dropped: this is the first file of all.
--- include: migrations/*.sql
--- file: migrations/0001_dump.sql
--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

ALTER TABLE IF EXISTS ONLY public.orders DROP CONSTRAINT IF EXISTS orders_customer_id_fkey;
DROP INDEX IF EXISTS public.orders_customer_id_idx;
DROP TABLE IF EXISTS public.orders;
DROP TABLE IF EXISTS public.customers;

CREATE TABLE public.customers (
    id bigint NOT NULL
);

CREATE TABLE public.orders (
    id bigint NOT NULL,
    customer_id bigint NOT NULL
);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

CREATE INDEX orders_customer_id_idx ON public.orders USING btree (customer_id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id) ON DELETE RESTRICT;

--
-- PostgreSQL database dump complete
--
--- file: migrations/0002_comment.sql
COMMENT ON TABLE public.orders IS 'Orders as they were placed.';

--- case: a seed file that empties its tables first
--- truth: Seeds run against a developer's database, not in a deployment.
--- include: db/migrations/*.sql
--- file: db/migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- file: db/migrations/0002_teams.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
--- file: db/seeds/0001_users.sql
TRUNCATE users, teams RESTART IDENTITY CASCADE;
INSERT INTO users (id, email) VALUES (1, 'ada@example.com'), (2, 'grace@example.com');

--- case: the seed of a Supabase project
--- tool: supabase
--- truth: supabase/seed.sql runs after a reset of the local database alone.
--- given
create table public.tags (
  id bigint generated by default as identity primary key,
  name text not null
);
alter table public.tags enable row level security;
create policy "tags are public" on public.tags for select to anon, authenticated using (true);
--- migration
create table public.kinds (
  id bigint generated always as identity primary key,
  name text not null
);
alter table public.kinds enable row level security;
create policy "kinds are public" on public.kinds for select to anon, authenticated using (true);
--- file: supabase/seed.sql
truncate public.tags cascade;
insert into public.tags (id, name) values (1, 'red'), (2, 'blue');

--- case: released migrations full of sins
--- truth: They are out; nobody can change them, so nothing is said of them.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE TABLE junk (id int);
ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
CREATE INDEX users_token_idx ON users (token);
DROP TABLE junk;
ALTER TABLE users RENAME COLUMN token TO secret;
BEGIN;
TRUNCATE users;
DELETE FROM users;
COMMIT;
--- migration
COMMENT ON TABLE users IS 'People who can log in.';

--- case: several released files, and a pending one that is careful
--- truth: after names the last released version.
--- include: migrations/*.sql
--- after: 0003
--- file: migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- file: migrations/0002_index.sql
CREATE INDEX users_email_idx ON users (email);
--- file: migrations/0003_drop.sql
DROP INDEX users_email_idx;
ALTER TABLE users ALTER COLUMN email TYPE varchar(100);
--- file: migrations/0004_phone.sql
SET lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;

--- case: a query file of an application
--- truth: Statements with parameters are a program's queries, no migration.
--- include: db/migrations/*.sql
--- file: db/migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  deleted_at timestamptz
);
--- file: db/migrations/0002_nothing.sql
-- Kept for its number.
--- file: db/queries/users.sql
-- name: GetUser :one
SELECT id, email FROM users WHERE id = $1 AND deleted_at IS NULL;

-- name: DeleteUser :exec
UPDATE users SET deleted_at = now() WHERE id = $1;

-- name: PurgeUser :exec
DELETE FROM users WHERE id = $1 AND deleted_at < now() - interval '30 days';

--- case: a table that the history never saw
--- truth: Of what is not known nothing can be said to be missing; the statement itself is careful.
--- migration
SET lock_timeout = '3s';
ALTER TABLE made_elsewhere ADD COLUMN note text;
CREATE INDEX CONCURRENTLY made_elsewhere_note_idx ON made_elsewhere (note);
--- fails: 42P01

--- case: a file with psql's own commands
--- truth: Backslash commands are psql's; the statements around them are plain.
--- migration
\set ON_ERROR_STOP on
\echo 'Creating tables'
CREATE TABLE badges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
\d badges

--- case: COPY with data in the file
--- truth: The lines up to the backslash and dot are data.
--- migration
CREATE TABLE words (
  id integer PRIMARY KEY,
  word text NOT NULL
);
COPY words (id, word) FROM stdin;
1	DROP TABLE words;
2	it's; DELETE FROM words
\.
ANALYZE words;
