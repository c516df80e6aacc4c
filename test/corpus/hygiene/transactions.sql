--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);

--- case: BEGIN that nobody commits
--- truth: The connection ends and all is rolled back, or the session goes on with the locks.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/uncommitted-transaction at "BEGIN"

--- case: the second of two transactions is left open
--- truth: START TRANSACTION opens one as well.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
COMMIT;
START TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET LOCAL lock_timeout = '5s';
ALTER TABLE teams ADD COLUMN motto text;
--- expect: migration/uncommitted-transaction at "START TRANSACTION ISOLATION LEVEL READ COMMITTED"

--- case: BEGIN inside of goose's transaction
--- tool: goose
--- truth: WARNING 25001 there is already a transaction in progress; the COMMIT ends goose's own.
--- given
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
-- +goose Down
DROP TABLE users;
--- migration
-- +goose Up
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
COMMIT;
-- +goose Down
ALTER TABLE users DROP COLUMN phone;
--- expect: migration/transaction-nesting at "BEGIN"
--- allow: migration/transaction-nesting at "COMMIT"

--- case: COMMIT in a Flyway migration
--- tool: flyway
--- truth: It ends Flyway's transaction: what comes after runs outside of any.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
COMMIT;
ALTER TABLE users ADD COLUMN fax text;
--- expect: migration/transaction-nesting at "COMMIT"
--- allow: migration/missing-lock-timeout

--- case: COMMIT without BEGIN
--- truth: WARNING 25P01: there is no transaction in progress.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
COMMIT;
--- expect: migration/transaction-nesting at "COMMIT"

--- case: BEGIN twice
--- truth: WARNING 25001 at the second; the first COMMIT ends all.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
BEGIN;
CREATE TABLE badges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
COMMIT;
COMMIT;
--- expect: migration/transaction-nesting at "BEGIN" #2
--- expect: migration/transaction-nesting at "COMMIT" #2
--- allow: migration/transaction-nesting at "COMMIT" #1

--- case: ROLLBACK in sqlx's transaction
--- tool: sqlx
--- truth: It ends sqlx's transaction and throws the work away, and the version is recorded all the same.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
ROLLBACK;
--- expect: migration/transaction-nesting at "ROLLBACK"

--- case: a savepoint
--- preset: strict
--- truth: Subtransactions cost each row they touch, and hide errors.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '30s';
SAVEPOINT before_users;
ALTER TABLE users ADD COLUMN phone text;
RELEASE SAVEPOINT before_users;
COMMIT;
--- expect: migration/savepoint at "SAVEPOINT before_users"
--- allow: migration/savepoint
--- allow: migration/not-rerunnable

--- case: two statements outside of a transaction that cannot be run again
--- preset: strict
--- truth: If the second fails, the first is there already and the retry stops at it with 42P07.
--- migration
CREATE TABLE badges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
--- expect: migration/not-rerunnable at "CREATE TABLE badges"
--- allow: migration/not-rerunnable
--- allow: migration/missing-statement-timeout
--- allow: migration/missing-lock-timeout

--- case: an unnamed index and an unnamed constraint
--- preset: strict
--- truth: The name is Postgres's choice, and may differ from server to server.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
CREATE INDEX CONCURRENTLY ON users (email);
ALTER TABLE teams ADD CHECK (name <> '') NOT VALID;
--- expect: migration/unnamed-object at "CREATE INDEX CONCURRENTLY ON users (email)"
--- expect: migration/unnamed-object at "CHECK (name <> '') NOT VALID"
--- allow: migration/not-rerunnable

--- case: IF NOT EXISTS on a table that is there with other columns
--- truth: The statement does nothing; the new column never comes to be.
--- migration
SET lock_timeout = '5s';
CREATE TABLE IF NOT EXISTS users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  phone text
);
--- expect: migration/if-not-exists-no-op at "CREATE TABLE IF NOT EXISTS users"

--- case: ADD COLUMN IF NOT EXISTS of another type
--- truth: email is text already and stays so.
--- migration
SET lock_timeout = '5s';
ALTER TABLE public."users" ADD COLUMN IF NOT EXISTS email varchar(320) NOT NULL DEFAULT '';
--- expect: migration/if-not-exists-no-op at "ADD COLUMN IF NOT EXISTS email varchar(320) NOT NULL DEFAULT ''"

--- case: an index if not exists, of a name that is taken by another one
--- truth: The old index on email alone stays; nothing is built.
--- given
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  team_id bigint
);
CREATE INDEX people_idx ON people (email);
--- migration
CREATE INDEX CONCURRENTLY IF NOT EXISTS people_idx ON people (team_id, email);
--- expect: migration/if-not-exists-no-op at "CREATE INDEX CONCURRENTLY IF NOT EXISTS people_idx"

--- case: an extension that only a superuser may create
--- truth: file_fdw is not trusted: 42501 for the owner of the database.
--- migration
CREATE EXTENSION IF NOT EXISTS file_fdw;
--- expect: migration/superuser-required at "CREATE EXTENSION IF NOT EXISTS file_fdw"

--- case: ALTER SYSTEM
--- truth: Superusers alone, and it changes the whole cluster.
--- migration
ALTER SYSTEM SET max_connections = 500;
--- expect: migration/superuser-required at "ALTER SYSTEM SET max_connections = 500"

--- case: COPY from a program
--- truth: pg_execute_server_program: superusers in most places; it runs a shell on the server.
--- migration
CREATE TABLE hosts (
  name text PRIMARY KEY
);
COPY hosts (name) FROM PROGRAM 'cat /etc/hosts';
--- expect: migration/superuser-required at "COPY hosts (name) FROM PROGRAM 'cat /etc/hosts'"

--- case: an ignore comment for a rule that does not exist
--- truth: The name is misspelt, so nothing is ignored.
--- migration
SET lock_timeout = '5s';
-- plumbline-ignore migration/drop-colum: the column is unused since March
ALTER TABLE users DROP COLUMN email;
--- expect: lint/unknown-rule at "migration/drop-colum"
--- expect: migration/drop-column at "DROP COLUMN email"

--- case: an ignore comment that ignores nothing
--- truth: Nothing is wrong with the statement below it.
--- migration
-- plumbline-ignore migration/drop-table: no longer needed
CREATE TABLE badges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- expect: lint/unused-ignore at "migration/drop-table"
