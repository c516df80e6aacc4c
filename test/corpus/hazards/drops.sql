--- given
CREATE SCHEMA legacy;
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  full_name text NOT NULL,
  fax text,
  region text NOT NULL DEFAULT 'eu'
);
CREATE UNIQUE INDEX customers_email_key ON customers (email);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL,
  total numeric(12, 2) NOT NULL,
  state text NOT NULL DEFAULT 'new',
  CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT,
  CONSTRAINT orders_total_check CHECK (total >= 0)
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE TABLE legacy.imports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payload jsonb NOT NULL
);
CREATE VIEW customer_names AS SELECT id, full_name FROM customers;
CREATE TABLE coupons (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL,
  CONSTRAINT coupons_code_key UNIQUE (code)
);
CREATE SEQUENCE ticket_numbers;
CREATE TABLE tickets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number bigint NOT NULL DEFAULT nextval('ticket_numbers')
);
CREATE TYPE priority AS ENUM ('low', 'high');
CREATE TABLE tasks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  priority priority NOT NULL DEFAULT 'low'
);

--- case: a column dropped
--- truth: Programs that run still name it; the data is gone.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers DROP COLUMN fax;
--- expect: migration/drop-column at "DROP COLUMN fax"

--- case: a column dropped with the word left out, quoted, among others
--- truth: DROP "fax" is DROP COLUMN "fax".
--- migration
SET lock_timeout = '5s';
ALTER TABLE "public"."customers" ADD COLUMN phone text, DROP IF EXISTS "fax", ALTER COLUMN region DROP DEFAULT;
--- expect: migration/drop-column at "DROP IF EXISTS "fax""

--- case: a column that a view shows is dropped
--- truth: 2BP01: cannot drop column full_name of table customers because other objects depend on it.
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers DROP COLUMN full_name;
--- expect: migration/breaks-dependents at "DROP COLUMN full_name"
--- allow: migration/drop-column at "DROP COLUMN full_name"

--- case: a column dropped with all that hangs on it
--- truth: CASCADE takes the view customer_names along.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers DROP COLUMN full_name CASCADE;
--- expect: migration/drop-cascade at "DROP COLUMN full_name CASCADE"
--- allow: migration/drop-column at "DROP COLUMN full_name"

--- case: a table dropped
--- truth: Its rows are gone, and old programs fail with 42P01.
--- migration
SET lock_timeout = '5s';
DROP TABLE tickets;
--- expect: migration/drop-table at "DROP TABLE tickets"

--- case: two tables dropped in one statement, one in a schema
--- truth: Both are live.
--- migration
SET lock_timeout = '5s';
DROP TABLE IF EXISTS legacy.imports, public."tickets";
--- expect: migration/drop-table at "DROP TABLE IF EXISTS legacy.imports, public."tickets""
--- allow: migration/drop-table

--- case: a table that others reference is dropped
--- truth: 2BP01: orders_customer_id_fkey and the view depend on it.
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
DROP TABLE customers;
--- expect: migration/breaks-dependents at "DROP TABLE customers"
--- allow: migration/drop-table at "DROP TABLE customers"

--- case: a table dropped with CASCADE
--- truth: The foreign key of orders and the view go without a word.
--- migration
SET lock_timeout = '5s';
DROP TABLE customers CASCADE;
--- expect: migration/drop-cascade at "DROP TABLE customers CASCADE"
--- allow: migration/drop-table at "DROP TABLE customers"

--- case: a view dropped with CASCADE in a DO block
--- truth: What is built on the view goes with it.
--- given
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE VIEW names AS SELECT id, name FROM people;
CREATE VIEW short_names AS SELECT id, left(name, 10) AS name FROM names;
--- migration
SET lock_timeout = '5s';
DO $$
BEGIN
  DROP VIEW names CASCADE;
END
$$;
--- expect: migration/drop-cascade at "DROP VIEW names CASCADE"

--- case: a view dropped that another one reads
--- truth: 2BP01.
--- fails: 2BP01
--- given
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE VIEW names AS SELECT id, name FROM people;
CREATE VIEW short_names AS SELECT id, left(name, 10) AS name FROM names;
--- migration
SET lock_timeout = '5s';
DROP VIEW IF EXISTS public.names;
--- expect: migration/breaks-dependents at "DROP VIEW IF EXISTS public.names"

--- case: a function dropped that a trigger runs
--- truth: 2BP01: trigger depends on the function.
--- fails: 2BP01
--- given
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE FUNCTION check_name() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER people_name BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION check_name();
--- migration
DROP FUNCTION check_name();
--- expect: migration/breaks-dependents at "DROP FUNCTION check_name()"

--- case: the type changed under a view
--- truth: 0A000: cannot alter type of a column used by a view or rule.
--- fails: 0A000
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers ALTER COLUMN full_name TYPE varchar(300);
--- expect: migration/breaks-dependents at "ALTER COLUMN full_name TYPE varchar(300)"
--- allow: migration/change-column-type
--- allow: migration/type-narrowing

--- case: a column dropped that a PL/pgSQL function names
--- truth: Postgres drops it; the function fails at its next call.
--- given
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  nickname text
);
CREATE FUNCTION greet(person bigint) RETURNS text LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
  result text;
BEGIN
  SELECT 'Hello ' || p.nickname INTO result FROM public.people p WHERE p.id = person;
  RETURN result;
END
$$;
--- migration
SET lock_timeout = '5s';
ALTER TABLE people DROP COLUMN nickname;
--- expect: migration/breaks-dependents at "DROP COLUMN nickname"
--- allow: migration/drop-column at "DROP COLUMN nickname"

--- case: a schema dropped
--- truth: With RESTRICT it fails while anything is in it (2BP01).
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
DROP SCHEMA legacy;
--- expect: migration/drop-schema at "DROP SCHEMA legacy"
--- allow: migration/breaks-dependents

--- case: a schema dropped with CASCADE, if it exists
--- truth: legacy.imports and its rows go with it.
--- migration
SET lock_timeout = '5s';
DROP SCHEMA IF EXISTS "legacy" CASCADE;
--- expect: migration/drop-schema at "DROP SCHEMA IF EXISTS "legacy" CASCADE"
--- allow: migration/drop-cascade

--- case: a database dropped
--- truth: All of it is gone.
--- migration
DROP DATABASE IF EXISTS shop WITH (FORCE);
--- expect: migration/drop-database at "DROP DATABASE IF EXISTS shop WITH (FORCE)"

--- case: a database dropped in a transaction
--- truth: It would be gone, if it did not fail with 25001 in the transaction first.
--- migration
BEGIN;
DROP DATABASE "old shop";
COMMIT;
--- expect: migration/drop-database at "DROP DATABASE "old shop""
--- allow: migration/concurrently-in-transaction at "DROP DATABASE "old shop""

--- case: a table truncated
--- truth: Every row is gone, under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
TRUNCATE tickets;
--- expect: migration/truncate at "TRUNCATE tickets"

--- case: truncated with CASCADE
--- truth: orders references customers and is emptied with it.
--- migration
SET lock_timeout = '5s';
TRUNCATE TABLE ONLY public.customers RESTART IDENTITY CASCADE;
--- expect: migration/truncate at "TRUNCATE TABLE ONLY public.customers RESTART IDENTITY CASCADE"

--- case: a table truncated that another references
--- truth: 0A000: cannot truncate a table referenced in a foreign key constraint.
--- fails: 0A000
--- migration
SET lock_timeout = '5s';
TRUNCATE customers;
--- expect: migration/truncate|migration/breaks-dependents at "TRUNCATE customers"
--- allow: migration/breaks-dependents

--- case: a unique constraint dropped
--- truth: ON CONFLICT (code) fails with 42P10 from now on, and duplicates come in.
--- migration
SET lock_timeout = '5s';
ALTER TABLE coupons DROP CONSTRAINT coupons_code_key;
--- expect: migration/drop-constraint at "DROP CONSTRAINT coupons_code_key"

--- case: a check and a foreign key dropped in one statement
--- truth: Nothing keeps orders to customers that exist, nor totals from going below zero.
--- migration
SET lock_timeout = '5s';
ALTER TABLE public.orders DROP CONSTRAINT IF EXISTS "orders_customer_id_fkey", DROP CONSTRAINT orders_total_check RESTRICT;
--- expect: migration/drop-constraint at "DROP CONSTRAINT IF EXISTS "orders_customer_id_fkey""
--- expect: migration/drop-constraint at "DROP CONSTRAINT orders_total_check RESTRICT"

--- case: a primary key dropped
--- truth: Logical replication loses its identity, upserts their arbiter.
--- migration
SET lock_timeout = '5s';
ALTER TABLE tickets DROP CONSTRAINT tickets_pkey;
--- expect: migration/drop-constraint at "DROP CONSTRAINT tickets_pkey"

--- case: the index of a constraint dropped
--- truth: 2BP01: cannot drop index coupons_code_key because constraint coupons_code_key requires it.
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
DROP INDEX coupons_code_key;
--- expect: migration/drop-index-of-constraint at "DROP INDEX coupons_code_key"
--- allow: migration/drop-index-not-concurrent

--- case: the index of a primary key dropped CONCURRENTLY
--- truth: CONCURRENTLY does not help: 2BP01.
--- fails: 2BP01
--- migration
DROP INDEX CONCURRENTLY IF EXISTS "public"."tickets_pkey";
--- expect: migration/drop-index-of-constraint at "DROP INDEX CONCURRENTLY IF EXISTS "public"."tickets_pkey""

--- case: a sequence dropped that a default uses
--- truth: 2BP01: default value for column number of table tickets depends on it.
--- fails: 2BP01
--- migration
DROP SEQUENCE ticket_numbers;
--- expect: migration/drop-sequence|migration/breaks-dependents at "DROP SEQUENCE ticket_numbers"

--- case: a sequence dropped with CASCADE
--- truth: The default of tickets.number goes with it; inserts fail with 23502.
--- migration
SET lock_timeout = '5s';
DROP SEQUENCE IF EXISTS public.ticket_numbers CASCADE;
--- expect: migration/drop-sequence|migration/drop-cascade at "DROP SEQUENCE IF EXISTS public.ticket_numbers CASCADE"
--- allow: migration/drop-sequence
--- allow: migration/drop-cascade

--- case: a type dropped that a column has
--- truth: 2BP01: column priority of table tasks depends on type priority.
--- fails: 2BP01
--- migration
DROP TYPE priority;
--- expect: migration/drop-type|migration/breaks-dependents at "DROP TYPE priority"
--- allow: migration/breaks-dependents

--- case: a type dropped with CASCADE
--- truth: The column tasks.priority and its data go with it.
--- migration
SET lock_timeout = '5s';
DROP TYPE IF EXISTS public.priority CASCADE;
--- expect: migration/drop-type|migration/drop-cascade at "DROP TYPE IF EXISTS public.priority CASCADE"
--- allow: migration/drop-type
--- allow: migration/drop-cascade

--- case: an enum swapped for one with fewer labels
--- truth: The cast fails with 22P02 at the first row that holds 'low'; besides, the table is rewritten under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TYPE priority RENAME TO priority_old;
CREATE TYPE priority AS ENUM ('normal', 'high');
ALTER TABLE tasks ALTER COLUMN priority DROP DEFAULT;
ALTER TABLE tasks ALTER COLUMN priority TYPE priority USING priority::text::priority;
ALTER TABLE tasks ALTER COLUMN priority SET DEFAULT 'normal';
DROP TYPE priority_old;
--- expect: migration/change-column-type at "ALTER COLUMN priority TYPE priority USING priority::text::priority"
--- expect: migration/drop-type|migration/type-narrowing at "DROP TYPE priority_old"
--- allow: migration/rename
--- allow: migration/type-narrowing

--- case: a table dropped and made anew
--- truth: All rows are gone, and so are the grants, the policies and the foreign keys that pointed to it.
--- migration
SET lock_timeout = '5s';
DROP TABLE tickets;
CREATE TABLE tickets (
  id uuid PRIMARY KEY,
  number bigint NOT NULL
);
--- expect: migration/drop-and-create|migration/drop-table at "DROP TABLE tickets"
--- allow: migration/drop-table
--- allow: migration/drop-and-create

--- case: a table dropped if it exists at the top of the file, as a dump with --clean does
--- truth: The table is live; IF EXISTS finds it.
--- migration
SET lock_timeout = '5s';
DROP TABLE IF EXISTS legacy.imports;
CREATE TABLE IF NOT EXISTS legacy.imports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payload jsonb NOT NULL,
  imported_at timestamptz NOT NULL DEFAULT now()
);
--- expect: migration/drop-and-create|migration/drop-table at "DROP TABLE IF EXISTS legacy.imports"
--- allow: migration/drop-table
--- allow: migration/drop-and-create

--- case: a NOT NULL dropped
--- preset: strict
--- truth: Readers that counted on a value will meet a null.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
ALTER TABLE customers ALTER COLUMN email DROP NOT NULL;
--- expect: migration/drop-not-null at "ALTER COLUMN email DROP NOT NULL"
--- allow: migration/not-rerunnable

--- case: a default dropped
--- preset: strict
--- truth: Inserts that leave region out fail with 23502 now.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
ALTER TABLE ONLY customers ALTER region DROP DEFAULT;
--- expect: migration/drop-default at "ALTER region DROP DEFAULT"
--- allow: migration/not-rerunnable

--- case: a default changed
--- preset: strict
--- truth: Programs that leave state out get another one from now on.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'draft';
--- expect: migration/change-default at "SET DEFAULT 'draft'"
--- allow: migration/not-rerunnable

--- case: a column dropped in a tool with down migrations
--- tool: golang-migrate
--- preset: strict
--- truth: The down migration can bring the column back, not what was in it.
--- given
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fax text
);
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
ALTER TABLE people DROP COLUMN fax;
--- file: migrations/000001_given.down.sql
DROP TABLE people;
--- file: migrations/000002_example.down.sql
ALTER TABLE people ADD COLUMN fax text;
--- expect: migration/irreversible|migration/down-does-not-undo at "DROP COLUMN fax"
--- allow: migration/drop-column at "DROP COLUMN fax"
--- allow: migration/down-does-not-undo
--- allow: migration/irreversible
--- allow: migration/not-rerunnable
