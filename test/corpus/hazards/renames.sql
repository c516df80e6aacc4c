--- given
CREATE SCHEMA crm;
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mail text NOT NULL,
  name text NOT NULL
);
CREATE TABLE crm."Contacts" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "fullName" text NOT NULL
);
CREATE TYPE stage AS ENUM ('lead', 'won', 'lost');
CREATE TABLE deals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage stage NOT NULL DEFAULT 'lead'
);
CREATE VIEW mails AS SELECT mail FROM customers;
CREATE FUNCTION slug(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(replace(value, ' ', '-')) $$;
CREATE INDEX customers_slug_idx ON customers (slug(name));
CREATE TABLE pages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  path text GENERATED ALWAYS AS (slug(title)) STORED
);

--- case: a column renamed
--- truth: Programs that run name mail: 42703.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers RENAME COLUMN mail TO email;
--- expect: migration/rename at "RENAME COLUMN mail TO email"

--- case: a column renamed without the word COLUMN, quoted, in a schema
--- truth: The same to a program that names it.
--- migration
SET lock_timeout = '5s';
ALTER TABLE IF EXISTS crm."Contacts" RENAME "fullName" TO full_name;
--- expect: migration/rename at "RENAME "fullName" TO full_name"

--- case: a table renamed
--- truth: 42P01 for every program that knows the old name, and no view stands in for it.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers RENAME TO clients;
--- expect: migration/rename at "ALTER TABLE customers RENAME TO clients"

--- case: a table renamed in a DO block
--- truth: The block runs now.
--- migration
SET lock_timeout = '5s';
DO $$
BEGIN
  IF to_regclass('crm."Contacts"') IS NOT NULL THEN
    ALTER TABLE crm."Contacts" RENAME TO contacts;
  END IF;
END
$$;
--- expect: migration/rename at "ALTER TABLE crm."Contacts" RENAME TO contacts"

--- case: a schema renamed
--- truth: Every qualified name in every program fails: 3F000 or 42P01.
--- migration
SET lock_timeout = '5s';
ALTER SCHEMA crm RENAME TO sales;
--- expect: migration/rename at "ALTER SCHEMA crm RENAME TO sales"

--- case: a table moved to another schema
--- truth: Its old qualified name is gone, as with a rename.
--- migration
SET lock_timeout = '5s';
ALTER TABLE deals SET SCHEMA crm;
--- expect: migration/rename at "ALTER TABLE deals SET SCHEMA crm"

--- case: a label of an enum renamed
--- truth: Programs that write 'won' fail with 22P02.
--- migration
SET lock_timeout = '5s';
ALTER TYPE stage RENAME VALUE 'won' TO 'closed';
--- expect: migration/rename at "ALTER TYPE stage RENAME VALUE 'won' TO 'closed'"

--- case: a view renamed
--- truth: A view is read by name like a table.
--- migration
SET lock_timeout = '5s';
ALTER VIEW mails RENAME TO emails;
--- expect: migration/rename at "ALTER VIEW mails RENAME TO emails"

--- case: a function behind an index replaced
--- truth: The entries of customers_slug_idx were computed by the old one and stay: wrong results from the index.
--- migration
CREATE OR REPLACE FUNCTION slug(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(regexp_replace(value, '\s+', '_', 'g')) $$;
--- expect: migration/function-behind-index at "CREATE OR REPLACE FUNCTION slug(value text)"

--- case: a function behind a generated column made volatile
--- truth: Stored values stay as they are, and an IMMUTABLE promise that index and column rely on is taken back.
--- migration
ALTER FUNCTION public.slug(text) VOLATILE;
--- expect: migration/function-behind-index at "ALTER FUNCTION public.slug(text) VOLATILE"

--- case: expand and contract in one step
--- truth: Programs that run still read mail while it is already gone.
--- migration
SET lock_timeout = '5s';
ALTER TABLE crm."Contacts" ADD COLUMN display_name text;
UPDATE crm."Contacts" SET display_name = "fullName";
ALTER TABLE crm."Contacts" DROP COLUMN "fullName";
--- expect: migration/contract-too-early|migration/drop-column at "DROP COLUMN "fullName""
--- allow: migration/drop-column
--- allow: migration/contract-too-early
--- allow: migration/unbatched-backfill
--- allow: query/update-or-delete-without-where

--- case: NOT NULL before the backfill
--- truth: 23502 at the SET NOT NULL: every row is null until the UPDATE below has run.
--- migration
SET lock_timeout = '5s';
ALTER TABLE deals ADD COLUMN owner text;
ALTER TABLE deals ALTER COLUMN owner SET NOT NULL;
UPDATE deals SET owner = 'sales' WHERE owner IS NULL;
--- expect: migration/contract-too-early|migration/set-not-null-scan at "SET NOT NULL"
--- allow: migration/set-not-null-scan
--- allow: migration/contract-too-early
--- allow: migration/unbatched-backfill

--- case: a label added and used in one transaction
--- truth: 55P04: unsafe use of new value of an enum type.
--- fails: 55P04
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TYPE stage ADD VALUE 'paused' AFTER 'lead';
ALTER TABLE deals ALTER COLUMN stage SET DEFAULT 'paused';
COMMIT;
--- expect: migration/enum-value-in-transaction at "'paused'" #2

--- case: a label added and used in an UPDATE, in goose's transaction
--- tool: goose
--- truth: 55P04.
--- fails: 55P04
--- given
-- +goose Up
CREATE TYPE public.stage AS ENUM ('lead', 'won');
CREATE TABLE deals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage public.stage NOT NULL DEFAULT 'lead'
);
-- +goose Down
DROP TABLE deals;
DROP TYPE public.stage;
--- migration
-- +goose Up
ALTER TYPE public.stage ADD VALUE IF NOT EXISTS 'lost';
UPDATE deals SET stage = 'lost'::public.stage WHERE id = 12;
-- +goose Down
SELECT 1;
--- expect: migration/enum-value-in-transaction at "'lost'::public.stage"
--- allow: migration/down-does-not-undo

--- case: a label added and used in a new table's default
--- tool: drizzle
--- truth: 55P04 in the one transaction around all files, though the table is new.
--- fails: 55P04
--- given
CREATE TYPE "public"."stage" AS ENUM('lead', 'won');
--- migration
ALTER TYPE "public"."stage" ADD VALUE 'paused';--> statement-breakpoint
CREATE TABLE "offers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "offers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"stage" "stage" DEFAULT 'paused' NOT NULL
);
--- expect: migration/enum-value-in-transaction at "'paused'" #2

--- case: a label added at the end
--- preset: strict
--- truth: Without BEFORE or AFTER it sorts last, whatever it means.
--- migration
ALTER TYPE stage ADD VALUE 'paused';
--- expect: migration/enum-value-order at "ALTER TYPE stage ADD VALUE 'paused'"
--- allow: migration/missing-statement-timeout
--- allow: migration/missing-lock-timeout
--- allow: migration/not-rerunnable

--- case: two tables swapped
--- truth: Programs go on to find hits; hits_next is gone for whoever still writes to it (42P01).
--- given
CREATE TABLE hits (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  path text NOT NULL
);
CREATE TABLE hits_next (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  path text NOT NULL
);
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE hits RENAME TO hits_old;
ALTER TABLE hits_next RENAME TO hits;
COMMIT;
--- expect: migration/rename at "ALTER TABLE hits_next RENAME TO hits"

--- case: two columns swapped at the end of a widening
--- truth: amount goes on as amount, with room for more; amount_next is gone for whoever still writes it (42703).
--- given
CREATE TABLE entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  amount integer NOT NULL,
  amount_next bigint NOT NULL
);
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE entries RENAME COLUMN amount TO amount_old;
ALTER TABLE entries RENAME COLUMN amount_next TO amount;
COMMIT;
--- expect: migration/rename at "RENAME COLUMN amount_next TO amount"
