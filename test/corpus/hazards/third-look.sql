--- given
CREATE SCHEMA app;
CREATE TYPE stage AS ENUM ('lead', 'won');
CREATE FUNCTION app.is_open(value stage) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT value = 'lead' $$;
CREATE FUNCTION app.next_code() RETURNS text LANGUAGE sql AS $$ SELECT 'C' || floor(random() * 1000)::text $$;
CREATE TABLE deals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage stage NOT NULL DEFAULT 'lead',
  code text NOT NULL DEFAULT app.next_code(),
  owner text,
  region text
);
CREATE INDEX deals_open_idx ON deals (id) WHERE app.is_open(stage);
CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  deal_id bigint NOT NULL,
  CONSTRAINT notes_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES deals (id) ON DELETE CASCADE
);
CREATE INDEX notes_deal_id_idx ON notes (deal_id);
CREATE TABLE logs (
  at date NOT NULL,
  line text NOT NULL
) PARTITION BY RANGE (at);
CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE MATERIALIZED VIEW app.open_deals AS SELECT id FROM deals WHERE stage = 'lead';
CREATE VIEW app.open_count AS SELECT count(*) AS deals FROM app.open_deals;

--- case: CONCURRENTLY in a DO block
--- truth: 25001: it cannot be executed from a function.
--- fails: 25001
--- migration
DO $$
BEGIN
  CREATE INDEX CONCURRENTLY deals_owner_idx ON deals (owner);
END
$$;
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY deals_owner_idx ON deals (owner)"

--- case: a batch loop that commits inside goose's transaction
--- tool: goose
--- truth: 2D000: a DO block cannot COMMIT inside a transaction block.
--- known: COMMIT is read at the top of a file, not in a block (2D000)
--- fails: 2D000
--- given
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  city text
);
-- +goose Down
DROP TABLE users;
--- migration
-- +goose Up
-- +goose StatementBegin
DO $$
BEGIN
  FOR i IN 0..9 LOOP
    UPDATE users SET city = 'Bern' WHERE id > i * 1000 AND id <= (i + 1) * 1000 AND city IS NULL;
    COMMIT;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- +goose Down
SELECT 1;
--- expect: migration/transaction-nesting at "COMMIT"

--- case: the function of a partial index's predicate replaced, in a DO block
--- truth: The index keeps the rows that the old predicate chose.
--- migration
DO $$
BEGIN
  CREATE OR REPLACE FUNCTION app.is_open(value stage) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
END
$$;
--- expect: migration/function-behind-index at "CREATE OR REPLACE FUNCTION app.is_open(value stage)"

--- case: a function dropped that a default calls
--- truth: 2BP01: default value for column code of table deals depends on it.
--- fails: 2BP01
--- migration
DROP FUNCTION app.next_code();
--- expect: migration/breaks-dependents at "DROP FUNCTION app.next_code()"

--- case: a function dropped that an index's predicate calls
--- truth: 2BP01: index deals_open_idx depends on it.
--- fails: 2BP01
--- migration
DROP FUNCTION IF EXISTS app.is_open;
--- expect: migration/breaks-dependents at "DROP FUNCTION IF EXISTS app.is_open"

--- case: a materialized view dropped that a view reads
--- truth: 2BP01: view app.open_count depends on it.
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
DROP MATERIALIZED VIEW app.open_deals;
--- expect: migration/breaks-dependents at "DROP MATERIALIZED VIEW app.open_deals"

--- case: a primary key dropped that a foreign key references
--- truth: 2BP01: constraint notes_deal_id_fkey on table notes depends on it.
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
ALTER TABLE deals DROP CONSTRAINT deals_pkey;
--- expect: migration/drop-constraint|migration/breaks-dependents at "DROP CONSTRAINT deals_pkey"
--- allow: migration/breaks-dependents

--- case: a primary key dropped with CASCADE
--- truth: The foreign key of notes goes without a word.
--- migration
SET lock_timeout = '5s';
ALTER TABLE deals DROP CONSTRAINT deals_pkey CASCADE;
--- expect: migration/drop-cascade|migration/drop-constraint at "DROP CONSTRAINT deals_pkey CASCADE"
--- allow: migration/drop-constraint
--- allow: migration/drop-cascade

--- case: a partitioned table dropped
--- truth: Its partitions and all their rows go with it; no CASCADE is needed.
--- migration
SET lock_timeout = '5s';
DROP TABLE logs;
--- expect: migration/drop-table at "DROP TABLE logs"

--- case: a partition dropped
--- truth: A year of rows is gone, and ACCESS EXCLUSIVE on the parent blocks all of logs.
--- migration
SET lock_timeout = '5s';
DROP TABLE logs_2025;
--- expect: migration/drop-table at "DROP TABLE logs_2025"

--- case: a partition emptied
--- truth: Its rows are gone.
--- migration
SET lock_timeout = '5s';
TRUNCATE ONLY logs_2026;
--- expect: migration/truncate at "TRUNCATE ONLY logs_2026"

--- case: an enum type renamed
--- truth: Queries that cast to stage fail with 42704.
--- known: types are not among what the rule knows by name
--- migration
ALTER TYPE stage RENAME TO deal_stage;
--- expect: migration/rename|migration/drop-type at "ALTER TYPE stage RENAME TO deal_stage"

--- case: a materialized view renamed
--- truth: It is read by name: 42P01.
--- migration
SET lock_timeout = '5s';
ALTER MATERIALIZED VIEW app.open_deals RENAME TO open_deals_now;
--- expect: migration/rename at "ALTER MATERIALIZED VIEW app.open_deals RENAME TO open_deals_now"

--- case: NOT NULL proved before it is so
--- truth: VALIDATE fails with 23514 at the first row: the UPDATE that fills the column comes after it.
--- migration
SET lock_timeout = '5s';
ALTER TABLE deals ADD CONSTRAINT deals_region_present CHECK (region IS NOT NULL) NOT VALID;
ALTER TABLE deals VALIDATE CONSTRAINT deals_region_present;
UPDATE deals SET region = 'eu' WHERE region IS NULL;
--- expect: migration/contract-too-early at "VALIDATE CONSTRAINT deals_region_present"
--- allow: migration/unbatched-backfill
--- allow: migration/set-not-null-scan

--- case: LOCK in a DO block, without waiting
--- truth: NOWAIT fails instead of waiting, but once it has the lock all writes wait.
--- migration
BEGIN;
DO $$
BEGIN
  LOCK TABLE deals IN EXCLUSIVE MODE NOWAIT;
  UPDATE deals SET owner = 'nobody' WHERE id = 4;
END
$$;
COMMIT;
--- expect: migration/lock-table at "LOCK TABLE deals IN EXCLUSIVE MODE NOWAIT"

--- case: a table dropped among others and made again from a query
--- truth: The rows of notes are gone, and its foreign key and index with them.
--- migration
SET lock_timeout = '5s';
DROP TABLE notes;
CREATE TABLE notes AS SELECT id, id AS deal_id FROM deals;
--- expect: migration/drop-and-create|migration/drop-table at "DROP TABLE notes"
--- allow: migration/drop-table
--- allow: migration/drop-and-create

--- case: CREATE DATABASE in Flyway beside DDL
--- tool: flyway
--- truth: 25001: CREATE DATABASE cannot run inside a transaction block.
--- fails: 25001
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- migration
COMMENT ON TABLE users IS 'People.';
CREATE DATABASE reports;
--- expect: migration/concurrently-in-transaction at "CREATE DATABASE reports"

--- case: a schema dropped in a DO block
--- truth: app and all that is in it goes; the default of deals.code and the index with it.
--- migration
SET lock_timeout = '5s';
DO $$
BEGIN
  DROP SCHEMA app CASCADE;
END
$$;
--- expect: migration/drop-schema at "DROP SCHEMA app CASCADE"
--- allow: migration/drop-cascade

--- case: a label used in a CHECK in the transaction that adds it
--- truth: 55P04 when the constraint's expression is read.
--- fails: 55P04
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TYPE stage ADD VALUE 'lost';
ALTER TABLE deals ADD CONSTRAINT deals_stage_check CHECK (stage <> 'lost') NOT VALID;
COMMIT;
--- expect: migration/enum-value-in-transaction at "'lost'" #2
