--- case: gaps in the numbers
--- truth: Order matters, gaps do not.
--- include: migrations/*.sql
--- file: migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/0004_teams.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/0010_tags.sql
CREATE TABLE tags (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

--- case: numbers without zeros
--- tool: golang-migrate
--- truth: 10 comes after 2: the tool compares numbers.
--- include: migrations/*.sql
--- file: migrations/1_users.up.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/1_users.down.sql
DROP TABLE users;
--- file: migrations/2_teams.up.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/2_teams.down.sql
DROP TABLE teams;
--- file: migrations/10_members.up.sql
SET lock_timeout = '3s';
CREATE TABLE members (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id bigint NOT NULL REFERENCES teams (id) ON DELETE CASCADE
);
CREATE INDEX members_team_id_idx ON members (team_id);
--- file: migrations/10_members.down.sql
SET lock_timeout = '3s';
DROP TABLE members;

--- case: Flyway's repeatable migrations and callbacks
--- tool: flyway
--- truth: R__ files and callbacks belong to Flyway; they need no version.
--- include: sql/*.sql
--- file: flyway.conf
flyway.locations=filesystem:sql
--- file: sql/V1__users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
--- file: sql/V1_1__teams.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
--- file: sql/R__views.sql
CREATE OR REPLACE VIEW names AS SELECT name FROM users UNION ALL SELECT name FROM teams;
--- file: sql/afterMigrate.sql
GRANT SELECT ON names TO CURRENT_USER;

--- case: Flyway with a lock timeout for every connection
--- tool: flyway
--- truth: initSql runs on each connection before the migrations.
--- known: initSql is not read
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- migration
ALTER TABLE users ADD COLUMN phone text;
--- file: flyway.conf
flyway.locations=filesystem:sql
flyway.initSql=SET lock_timeout = '5s'

--- case: dbmate's own schema file
--- tool: dbmate
--- truth: db/schema.sql is a dump that dbmate writes after each run.
--- include: db/migrations/*.sql
--- file: db/migrations/20240101000000_users.sql
-- migrate:up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- migrate:down
DROP TABLE users;
--- file: db/migrations/20240201000000_teams.sql
-- migrate:up
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- migrate:down
DROP TABLE teams;
--- file: db/schema.sql
SET statement_timeout = 0;
SET lock_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);

CREATE TABLE public.users (
    id bigint NOT NULL
);

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

INSERT INTO public.schema_migrations (version) VALUES
    ('20240101000000'),
    ('20240201000000');

--- case: database tests beside Supabase's migrations
--- tool: supabase
--- truth: pgTAP files run in a transaction that is rolled back.
--- given
create table public.tags (
  id bigint generated always as identity primary key,
  name text not null
);
alter table public.tags enable row level security;
create policy "tags are public" on public.tags for select to anon, authenticated using (true);
--- migration
comment on table public.tags is 'Words.';
--- file: supabase/tests/tags.test.sql
begin;
select plan(1);
delete from public.tags where true;
insert into public.tags (id, name) overriding system value values (1, 'red');
select is((select count(*) from public.tags), 1::bigint);
select * from finish();
rollback;

--- case: a down that undoes all of its up
--- tool: goose
--- truth: Table, index, trigger, function and type are gone after it, and the view is as it was.
--- include: migrations/*.sql
--- file: migrations/00001_users.sql
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE VIEW names AS SELECT id, name FROM users;
-- +goose Down
DROP VIEW names;
DROP TABLE users;
--- file: migrations/00002_roles.sql
-- +goose Up
SET LOCAL lock_timeout = '3s';
CREATE TYPE role AS ENUM ('admin', 'member');
CREATE TABLE members (
  user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  role role NOT NULL
);
CREATE INDEX members_role_idx ON members (role);
-- +goose StatementBegin
CREATE FUNCTION check_member() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER members_check BEFORE INSERT ON members FOR EACH ROW EXECUTE FUNCTION check_member();
CREATE OR REPLACE VIEW names AS SELECT id, name, length(name) AS letters FROM users;
-- +goose Down
SET LOCAL lock_timeout = '3s';
DROP VIEW names;
CREATE VIEW names AS SELECT id, name FROM users;
DROP TABLE members;
DROP FUNCTION check_member();
DROP TYPE role;

--- case: a down that takes back constraint, default and column
--- tool: sqlx
--- truth: What was is again.
--- include: migrations/*.sql
--- file: Cargo.toml
[dependencies]
sqlx = "0.8"
--- file: migrations/20240101000000_users.up.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state text NOT NULL
);
--- file: migrations/20240101000000_users.down.sql
DROP TABLE users;
--- file: migrations/20240201000000_state.up.sql
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN reason text, ALTER COLUMN state SET DEFAULT 'new';
ALTER TABLE users ADD CONSTRAINT users_state_check CHECK (state IN ('new', 'old')) NOT VALID;
--- file: migrations/20240201000000_state.down.sql
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP CONSTRAINT users_state_check;
ALTER TABLE users ALTER COLUMN state DROP DEFAULT, DROP COLUMN reason;

--- case: an object that is made again in a later file
--- truth: It is dropped in between by a file that says so; each file finds what it needs.
--- include: migrations/*.sql
--- file: migrations/0001_view.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE VIEW user_ids AS SELECT id FROM users;
--- file: migrations/0002_drop_view.sql
SET lock_timeout = '3s';
DROP VIEW user_ids;
--- file: migrations/0003_view_again.sql
CREATE VIEW user_ids AS SELECT id, id % 10 AS shard FROM users;

--- case: a Drizzle journal that is in order
--- tool: drizzle
--- truth: Every entry has its file, every file its entry.
--- include: drizzle/*.sql
--- file: drizzle/meta/_journal.json
{
  "version": "7",
  "dialect": "postgresql",
  "entries": [
    { "idx": 0, "version": "7", "when": 1704067200000, "tag": "0000_users", "breakpoints": true },
    { "idx": 1, "version": "7", "when": 1706745600000, "tag": "0001_posts", "breakpoints": true }
  ]
}
--- file: drizzle/0000_users.sql
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY NOT NULL
);
--- file: drizzle/0001_posts.sql
CREATE TABLE "posts" (
	"id" bigint PRIMARY KEY NOT NULL
);

--- case: two projects with numbers of their own
--- truth: Each folder is a history of its own; the second database is not configured as this one.
--- include: billing/migrations/*.sql
--- file: billing/migrations/0001_invoices.sql
CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: billing/migrations/0002_items.sql
CREATE TABLE items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
