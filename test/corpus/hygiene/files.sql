--- case: two migrations with one number
--- tool: goose
--- truth: goose refuses duplicate versions: "goose: duplicate version 2 detected".
--- include: migrations/*.sql
--- file: migrations/00001_users.sql
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
-- +goose Down
DROP TABLE users;
--- file: migrations/00002_teams.sql
-- +goose Up
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
-- +goose Down
DROP TABLE teams;
--- file: migrations/00002_tags.sql
-- +goose Up
CREATE TABLE tags (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
-- +goose Down
DROP TABLE tags;
--- expect: migration/file-order|migration/broken-history at "-- +goose Up\nCREATE TABLE t" in migrations/00002_teams.sql
--- allow: migration/file-order
--- allow: migration/broken-history

--- case: two Flyway versions that are one number
--- tool: flyway
--- truth: V2__ and V02__ are the same version: Flyway finds more than one migration with version 2.
--- include: sql/*.sql
--- file: flyway.conf
flyway.locations=filesystem:sql
--- file: sql/V1__users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: sql/V02__tags.sql
CREATE TABLE tags (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: sql/V2__teams.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- expect: migration/file-order|migration/broken-history at "CREATE TABLE teams" in sql/V2__teams.sql
--- allow: migration/file-order
--- allow: migration/broken-history

--- case: a migration that no pattern takes
--- tool: flyway
--- truth: One underscore is not two: Flyway never runs V2_tags.sql.
--- include: sql/*.sql
--- file: flyway.conf
flyway.locations=filesystem:sql
--- file: sql/V1__users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: sql/V2_tags.sql
CREATE TABLE tags (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: sql/V3__teams.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- expect: migration/file-order at "CREATE TABLE tags" in sql/V2_tags.sql

--- case: a down without an up
--- tool: golang-migrate
--- truth: Version 2 can be taken back but never made: its up is missing.
--- include: migrations/*.sql
--- file: migrations/000001_users.up.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/000001_users.down.sql
DROP TABLE users;
--- file: migrations/000002_tags.down.sql
DROP TABLE tags;
--- file: migrations/000003_teams.up.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/000003_teams.down.sql
DROP TABLE teams;
--- expect: migration/file-order at "DROP TABLE tags" in migrations/000002_tags.down.sql
--- allow: migration/broken-history
--- allow: migration/down-does-not-undo

--- case: a journal that names a file that is not there
--- tool: drizzle
--- truth: The migrator throws: No file ./drizzle/0001_posts.sql found in ./drizzle folder.
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
--- expect: migration/journal|migration/broken-history at "0001_posts" in drizzle/meta/_journal.json

--- case: a file that the journal leaves out
--- tool: drizzle
--- truth: The migrator reads the journal alone: 0001_posts.sql never runs.
--- include: drizzle/*.sql
--- file: drizzle/meta/_journal.json
{
  "version": "7",
  "dialect": "postgresql",
  "entries": [
    { "idx": 0, "version": "7", "when": 1704067200000, "tag": "0000_users", "breakpoints": true }
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
--- expect: migration/journal|migration/file-order|migration/broken-history at "CREATE TABLE "posts"" in drizzle/0001_posts.sql

--- case: a table used before the migration that makes it
--- truth: 42P01: tags comes two files later.
--- include: migrations/*.sql
--- file: migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/0002_tag_names.sql
SET lock_timeout = '3s';
ALTER TABLE tags ADD COLUMN name text;
--- file: migrations/0003_tags.sql
CREATE TABLE tags (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- expect: migration/object-created-later|migration/broken-history at "ALTER TABLE tags ADD COLUMN name text" in migrations/0002_tag_names.sql
--- allow: migration/broken-history

--- case: a foreign key to a table of a later file
--- truth: 42P01: relation "teams" does not exist.
--- include: migrations/*.sql
--- file: migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/0002_members.sql
CREATE TABLE members (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id bigint NOT NULL REFERENCES teams (id) ON DELETE CASCADE
);
CREATE INDEX members_team_id_idx ON members (team_id);
--- file: migrations/0010_teams.sql
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- expect: migration/object-created-later|migration/broken-history at "REFERENCES teams (id)" in migrations/0002_members.sql
--- allow: migration/broken-history
--- allow: migration/missing-lock-timeout

--- case: a down that leaves a column behind
--- tool: goose
--- truth: After down, users still has phone_verified; a second up fails with 42701.
--- include: migrations/*.sql
--- after: 00001
--- file: migrations/00001_users.sql
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
-- +goose Down
DROP TABLE users;
--- file: migrations/00002_phone.sql
-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN phone_verified boolean NOT NULL DEFAULT false;
-- +goose Down
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN phone;
--- expect: migration/down-does-not-undo at "ADD COLUMN phone_verified boolean" in migrations/00002_phone.sql
--- allow: migration/down-does-not-undo

--- case: a down that forgets a type
--- tool: dbmate
--- truth: The type goes with nothing that is dropped.
--- include: db/migrations/*.sql
--- after: 20240101000000
--- file: db/migrations/20240101000000_users.sql
-- migrate:up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);

-- migrate:down
DROP TABLE users;
--- file: db/migrations/20240201000000_roles.sql
-- migrate:up
CREATE TYPE role AS ENUM ('admin', 'member');
CREATE TABLE members (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  role role NOT NULL
);

-- migrate:down
DROP TABLE members;
--- expect: migration/down-does-not-undo at "CREATE TYPE role" in db/migrations/20240201000000_roles.sql
--- allow: migration/down-does-not-undo

--- case: a down that forgets a table
--- tool: golang-migrate
--- truth: The table kinds stays.
--- include: migrations/*.sql
--- after: 000001
--- file: migrations/000001_users.up.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/000001_users.down.sql
DROP TABLE users;
--- file: migrations/000002_tags.up.sql
CREATE TABLE tags (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE TABLE kinds (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/000002_tags.down.sql
DROP TABLE tags;
--- expect: migration/down-does-not-undo at "CREATE TABLE kinds" in migrations/000002_tags.up.sql
--- allow: migration/down-does-not-undo

--- case: a table altered in three pending migrations
--- preset: strict
--- truth: Three times ACCESS EXCLUSIVE on one table in one release, where one would do.
--- include: migrations/*.sql
--- after: 0001
--- file: migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/0002_a.sql
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TABLE users ADD COLUMN a text;
--- file: migrations/0003_b.sql
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TABLE users ADD COLUMN b text;
--- file: migrations/0004_c.sql
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TABLE users ADD COLUMN c text;
--- expect: migration/repeated-locks at "ALTER TABLE users ADD COLUMN c text" in migrations/0004_c.sql
--- allow: migration/repeated-locks

--- case: a table created twice
--- truth: 42P07: relation "users" already exists.
--- include: migrations/*.sql
--- file: migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/0002_more.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- expect: migration/broken-history at "CREATE TABLE users" in migrations/0002_more.sql

--- case: a column dropped that is not there
--- truth: 42703: column "fax" of relation "users" does not exist.
--- include: migrations/*.sql
--- file: migrations/0001_users.sql
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- file: migrations/0002_fax.sql
SET lock_timeout = '3s';
ALTER TABLE users DROP COLUMN fax;
--- expect: migration/broken-history at "DROP COLUMN fax" in migrations/0002_fax.sql
--- allow: migration/drop-column
