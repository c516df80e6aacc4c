--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email varchar(100) NOT NULL,
  code char(10),
  tags varchar(20)[],
  payload json,
  note varchar(50)
);
CREATE INDEX users_noted_idx ON users (id) WHERE note = 'vip';
CREATE TYPE level AS ENUM ('low', 'high');
CREATE TABLE tasks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  level level NOT NULL
);
CREATE VIEW vips AS SELECT id, email AS mail FROM users WHERE note = 'vip';

--- case: a new column with a CHECK
--- truth: Every row is read for the CHECK under ACCESS EXCLUSIVE, though the column is null in all of them.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN age integer CHECK (age >= 0);
--- expect: migration/check-not-valid at "CHECK (age >= 0)"

--- case: a new column that is UNIQUE
--- truth: The index is built over every row under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN handle text UNIQUE;
--- expect: migration/unique-constraint-without-index at "handle text UNIQUE"

--- case: char made longer
--- truth: char(n) is padded: every value changes, the table is rewritten.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN code TYPE char(20);
--- expect: migration/change-column-type at "ALTER COLUMN code TYPE char(20)"

--- case: an array of varchar made longer
--- truth: What is free for varchar is a rewrite for its array.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN tags TYPE varchar(40)[];
--- expect: migration/change-column-type at "ALTER COLUMN tags TYPE varchar(40)[]"

--- case: json to jsonb
--- truth: A rewrite.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN payload TYPE jsonb;
--- expect: migration/change-column-type at "ALTER COLUMN payload TYPE jsonb"
--- allow: migration/type-narrowing at "ALTER COLUMN payload TYPE jsonb"

--- case: an enum made text
--- truth: Each value is written anew: a rewrite.
--- migration
SET lock_timeout = '5s';
ALTER TABLE tasks ALTER COLUMN level TYPE text;
--- expect: migration/change-column-type at "ALTER COLUMN level TYPE text"

--- case: varchar to text under a partial index's predicate
--- truth: The table stays, but the index whose predicate names the column is built anew under ACCESS EXCLUSIVE; and the view refuses it first: 0A000.
--- fails: 0A000
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN note TYPE text;
--- expect: migration/breaks-dependents at "ALTER COLUMN note TYPE text"
--- allow: migration/change-column-type at "ALTER COLUMN note TYPE text"

--- case: varchar to text under a partial index's predicate, no view
--- truth: The table stays, but users_noted_idx is built anew under ACCESS EXCLUSIVE, since its predicate is.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  note varchar(50)
);
CREATE INDEX users_noted_idx ON users (id) WHERE note = 'vip';
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN note TYPE text;
--- expect: migration/change-column-type at "ALTER COLUMN note TYPE text"

--- case: a column of a view renamed
--- truth: Programs that read vips.mail fail with 42703.
--- migration
SET lock_timeout = '5s';
ALTER VIEW vips RENAME COLUMN mail TO email;
--- expect: migration/rename at "RENAME COLUMN mail TO email"

--- case: lock_timeout set for the role
--- truth: ALTER ROLE counts from the role's next session on, not in this one.
--- migration
ALTER ROLE CURRENT_USER SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-lock-timeout at "ALTER TABLE users ADD COLUMN phone text"

--- case: the syntax of 18 on 16
--- postgres: 16
--- truth: 42601: 16 knows no VIRTUAL.
--- fails: 42601
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN lower_email text GENERATED ALWAYS AS (lower(email)) VIRTUAL;
--- expect: syntax/error at "VIRTUAL"

--- case: the syntax of 17 on 15
--- postgres: 15
--- truth: 42601: MERGE ... RETURNING came with 17.
--- fails: 42601
--- migration
MERGE INTO tasks t USING (VALUES (1)) AS n (id) ON t.id = n.id WHEN MATCHED THEN DELETE RETURNING t.id;
--- expect: syntax/error at "RETURNING t.id"

--- case: Prisma with two CONCURRENTLY
--- tool: prisma
--- truth: Two statements in one string are an implicit transaction: 25001.
--- fails: 25001
--- given
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
--- migration
-- CreateIndex
CREATE INDEX CONCURRENTLY "User_email_idx" ON "User"("email");

-- CreateIndex
CREATE INDEX CONCURRENTLY "User_email_lower_idx" ON "User"(lower("email"));
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY "User_email_idx""
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY "User_email_lower_idx""

--- case: refinery drops an index CONCURRENTLY
--- tool: refinery
--- truth: 25001 in its transaction.
--- fails: 25001
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE INDEX users_email_idx ON users (email);
--- migration
DROP INDEX CONCURRENTLY users_email_idx;
--- expect: migration/concurrently-in-transaction at "DROP INDEX CONCURRENTLY users_email_idx"

--- case: diesel refreshes nothing CONCURRENTLY, but builds so
--- tool: diesel
--- truth: 25001: diesel wraps each migration unless metadata.toml says otherwise.
--- fails: 25001
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
--- expect: migration/concurrently-in-transaction at "CREATE UNIQUE INDEX CONCURRENTLY users_email_key"

--- case: Drizzle adds a label in one file and uses it in the next
--- tool: drizzle
--- truth: All pending files are one transaction: 55P04 in the second file.
--- include: drizzle/*.sql
--- after: 0000_deals
--- file: drizzle/meta/_journal.json
{
  "version": "7",
  "dialect": "postgresql",
  "entries": [
    { "idx": 0, "version": "7", "when": 1704067200000, "tag": "0000_deals", "breakpoints": true },
    { "idx": 1, "version": "7", "when": 1706745600000, "tag": "0001_lost", "breakpoints": true },
    { "idx": 2, "version": "7", "when": 1709251200000, "tag": "0002_default", "breakpoints": true }
  ]
}
--- file: drizzle/0000_deals.sql
CREATE TYPE "public"."stage" AS ENUM('lead', 'won');--> statement-breakpoint
CREATE TABLE "deals" (
	"id" bigint PRIMARY KEY NOT NULL,
	"stage" "stage" DEFAULT 'lead' NOT NULL
);
--- file: drizzle/0001_lost.sql
ALTER TYPE "public"."stage" ADD VALUE 'lost';
--- file: drizzle/0002_default.sql
SET LOCAL lock_timeout = '3s';--> statement-breakpoint
ALTER TABLE "deals" ALTER COLUMN "stage" SET DEFAULT 'lost';
--- expect: migration/enum-value-in-transaction at "'lost'" in drizzle/0002_default.sql

--- case: Drizzle adds NOT VALID in one file and validates in the next
--- tool: drizzle
--- truth: Deployed together they are one transaction: the scan runs under the ADD's lock.
--- include: drizzle/*.sql
--- after: 0000_orders
--- file: drizzle/meta/_journal.json
{
  "version": "7",
  "dialect": "postgresql",
  "entries": [
    { "idx": 0, "version": "7", "when": 1704067200000, "tag": "0000_orders", "breakpoints": true },
    { "idx": 1, "version": "7", "when": 1706745600000, "tag": "0001_check", "breakpoints": true },
    { "idx": 2, "version": "7", "when": 1709251200000, "tag": "0002_valid", "breakpoints": true }
  ]
}
--- file: drizzle/0000_orders.sql
CREATE TABLE "orders" (
	"id" bigint PRIMARY KEY NOT NULL,
	"total" numeric(12, 2) NOT NULL
);
--- file: drizzle/0001_check.sql
SET LOCAL lock_timeout = '3s';--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_total_check" CHECK ("orders"."total" >= 0) NOT VALID;
--- file: drizzle/0002_valid.sql
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_total_check";
--- expect: migration/check-not-valid|migration/wide-lock-window at "VALIDATE CONSTRAINT "orders_total_check"" in drizzle/0002_valid.sql
--- allow: migration/missing-lock-timeout

--- case: UPDATE of all rows by a CASE
--- truth: A CASE in SET is no WHERE: every row is written.
--- migration
UPDATE tasks SET level = CASE WHEN level = 'low' THEN 'high'::level ELSE level END;
--- expect: query/update-or-delete-without-where|migration/unbatched-backfill at "UPDATE tasks SET level = CASE WHEN level = 'low' THEN 'high'::level ELSE level END"

--- case: two statements of which the second drops the first's table for good
--- truth: The copy is made and the live table dropped: programs that name tasks fail, and rows written in between are lost.
--- migration
SET lock_timeout = '5s';
CREATE TABLE tasks_archive AS SELECT id, level FROM tasks;
DROP TABLE public.tasks RESTRICT;
--- expect: migration/drop-table at "DROP TABLE public.tasks RESTRICT"
