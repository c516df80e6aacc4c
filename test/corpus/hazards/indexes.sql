--- given
CREATE SCHEMA sales;
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  deleted_at timestamptz
);
CREATE UNIQUE INDEX customers_email_key ON customers (email);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
  status text NOT NULL DEFAULT 'new',
  placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE TABLE sales."Line Items" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL,
  sku text NOT NULL
);
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

--- case: a plain index on a live table
--- truth: CREATE INDEX takes SHARE on orders and blocks all writes while it builds.
--- migration
SET lock_timeout = '5s';
CREATE INDEX orders_status_idx ON orders (status);
--- expect: migration/create-index-not-concurrent at "CREATE INDEX orders_status_idx ON orders (status)"

--- case: a unique partial expression index on a quoted name in a schema
--- truth: SHARE on the table, as for any index; quotes and schema change nothing.
--- migration
SET lock_timeout = '5s';
CREATE UNIQUE INDEX IF NOT EXISTS "Line Items sku" ON sales."Line Items" USING btree (lower(sku)) WHERE sku <> '';
--- expect: migration/create-index-not-concurrent at "CREATE UNIQUE INDEX IF NOT EXISTS "Line Items sku""

--- case: an index inside a DO block
--- truth: The block runs at once; the index is built under SHARE in it.
--- migration
SET lock_timeout = '5s';
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'orders_placed_at_idx') THEN
    CREATE INDEX orders_placed_at_idx ON orders (placed_at);
  END IF;
END
$$;
--- expect: migration/create-index-not-concurrent at "CREATE INDEX orders_placed_at_idx ON orders (placed_at)"

--- case: an index on a partitioned parent
--- truth: It builds on every partition, each under SHARE, in one transaction; CONCURRENTLY is refused here (0A000).
--- migration
SET lock_timeout = '5s';
CREATE INDEX events_kind_idx ON events (kind);
--- expect: migration/create-index-not-concurrent at "CREATE INDEX events_kind_idx ON events (kind)"

--- case: CONCURRENTLY on a partitioned parent
--- truth: 0A000: cannot create index on partitioned table "events" concurrently.
--- fails: 0A000
--- migration
CREATE INDEX CONCURRENTLY events_kind_idx ON events (kind);
--- expect: migration/create-index-not-concurrent|migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY events_kind_idx ON events (kind)"

--- case: an index on one live partition
--- truth: The partition of the year that is written is blocked just as well.
--- migration
SET lock_timeout = '5s';
CREATE INDEX events_2026_kind_idx ON events_2026 (kind);
--- expect: migration/create-index-not-concurrent at "CREATE INDEX events_2026_kind_idx ON events_2026 (kind)"

--- case: three statements, one of them an index of a live table
--- truth: The new table's index is free, the live table's is not.
--- migration
SET lock_timeout = '5s';
CREATE TABLE order_notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL,
  body text NOT NULL
);
CREATE INDEX order_notes_order_id_idx ON order_notes (order_id);
CREATE INDEX orders_status_placed_at_idx ON orders (status, placed_at DESC) INCLUDE (customer_id);
--- expect: migration/create-index-not-concurrent at "CREATE INDEX orders_status_placed_at_idx"

--- case: an index in Flyway's transaction
--- tool: flyway
--- truth: The tool does not matter: SHARE is held to the end of the file's transaction.
--- given
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  status text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '5s';
CREATE INDEX orders_status_idx ON orders USING hash (status);
--- expect: migration/create-index-not-concurrent at "CREATE INDEX orders_status_idx"

--- case: an index in a Drizzle migration
--- tool: drizzle
--- truth: SHARE until the one transaction around all pending files ends.
--- given
CREATE TABLE "posts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "posts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"slug" text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE UNIQUE INDEX "posts_slug_idx" ON "posts" USING btree ("slug");
--- expect: migration/create-index-not-concurrent at "CREATE UNIQUE INDEX "posts_slug_idx""

--- case: an index dropped in the plain way
--- truth: DROP INDEX takes ACCESS EXCLUSIVE on the table and waits for every reader.
--- migration
SET lock_timeout = '5s';
DROP INDEX orders_customer_id_idx;
--- expect: migration/drop-index-not-concurrent at "DROP INDEX orders_customer_id_idx"

--- case: an index dropped in a schema, in a list, if it exists
--- truth: Each takes ACCESS EXCLUSIVE on its table; CONCURRENTLY takes one index at a time.
--- migration
SET lock_timeout = '5s';
DROP INDEX IF EXISTS public."customers_email_key", orders_customer_id_idx;
--- expect: migration/drop-index-not-concurrent at "DROP INDEX IF EXISTS public."customers_email_key", orders_customer_id_idx"
--- allow: migration/drop-index-not-concurrent at "orders_customer_id_idx"

--- case: a table reindexed in the plain way
--- truth: REINDEX TABLE takes SHARE on the table and ACCESS EXCLUSIVE on its indexes: no writes, and no plans that read it.
--- migration
SET lock_timeout = '5s';
REINDEX TABLE orders;
--- expect: migration/reindex-not-concurrent at "REINDEX TABLE orders"

--- case: an index reindexed with options
--- truth: The options hold no CONCURRENTLY; the same locks as ever.
--- migration
SET lock_timeout = '5s';
REINDEX (VERBOSE) INDEX public.orders_customer_id_idx;
--- expect: migration/reindex-not-concurrent at "REINDEX (VERBOSE) INDEX public.orders_customer_id_idx"

--- case: a schema reindexed
--- truth: Every table of the schema in turn, each under SHARE.
--- migration
SET lock_timeout = '5s';
REINDEX SCHEMA public;
--- expect: migration/reindex-not-concurrent at "REINDEX SCHEMA public"

--- case: CONCURRENTLY in goose's transaction
--- tool: goose
--- truth: 25001: CREATE INDEX CONCURRENTLY cannot run inside a transaction block.
--- fails: 25001
--- given
-- +goose Up
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  status text NOT NULL
);
-- +goose Down
DROP TABLE orders;
--- migration
-- +goose Up
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
-- +goose Down
DROP INDEX orders_status_idx;
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status)"

--- case: CONCURRENTLY beside another statement in golang-migrate
--- tool: golang-migrate
--- truth: Both are sent as one string, which is one implicit transaction: 25001.
--- fails: 25001
--- given
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  status text NOT NULL
);
--- migration
COMMENT ON TABLE orders IS 'Orders as they were placed.';
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx"

--- case: CONCURRENTLY with SET beside it in dbmate without transaction
--- tool: dbmate
--- truth: transaction:false sends the block as one string: an implicit transaction, 25001.
--- fails: 25001
--- given
-- migrate:up
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  status text NOT NULL
);
-- migrate:down
DROP TABLE orders;
--- migration
-- migrate:up transaction:false
SET lock_timeout = '5s';
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
-- migrate:down transaction:false
DROP INDEX CONCURRENTLY orders_status_idx;
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY orders_status_idx"

--- case: CONCURRENTLY after an explicit BEGIN
--- truth: 25001 in the file's own transaction.
--- fails: 25001
--- migration
BEGIN;
DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_idx;
COMMIT;
--- expect: migration/concurrently-in-transaction at "DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_idx"

--- case: REINDEX CONCURRENTLY in sqlx's transaction
--- tool: sqlx
--- truth: 25001: REINDEX CONCURRENTLY cannot run inside a transaction block.
--- fails: 25001
--- given
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  status text NOT NULL
);
CREATE INDEX orders_status_idx ON orders (status);
--- migration
REINDEX (CONCURRENTLY) INDEX orders_status_idx;
--- expect: migration/concurrently-in-transaction at "REINDEX (CONCURRENTLY) INDEX orders_status_idx"

--- case: VACUUM in a liquibase changeset
--- tool: liquibase
--- truth: 25001: VACUUM cannot run inside a transaction block.
--- fails: 25001
--- given
--liquibase formatted sql

--changeset author:given
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  status text NOT NULL
);
--- migration
--liquibase formatted sql

--changeset author:example
VACUUM (ANALYZE) orders;
--rollback empty
--- expect: migration/concurrently-in-transaction at "VACUUM (ANALYZE) orders"

--- case: an index of a partition detached concurrently, in a transaction
--- tool: flyway
--- truth: 25001: ALTER TABLE ... DETACH CONCURRENTLY cannot run inside a transaction block; with DDL beside it Flyway does not step out either.
--- fails: 25001
--- given
CREATE TABLE readings (
  id bigint NOT NULL,
  at date NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE readings_2020 PARTITION OF readings FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE readings DETACH PARTITION readings_2020 CONCURRENTLY;
--- expect: migration/concurrently-in-transaction at "ALTER TABLE readings DETACH PARTITION readings_2020 CONCURRENTLY"

--- case: an index concurrently if not exists, tried again
--- preset: strict
--- truth: A failed build leaves an INVALID index of the name, and the retry says "already exists, skipping".
--- migration
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);
--- expect: migration/concurrent-index-if-not-exists at "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx"
--- allow: migration/missing-statement-timeout
--- allow: migration/missing-lock-timeout
--- allow: migration/not-rerunnable
