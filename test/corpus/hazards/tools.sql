--- case: Prisma adds a required column
--- tool: prisma
--- truth: 23502 as soon as there is one row; Prisma itself warns of it in a comment.
--- given
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
--- migration
/*
  Warnings:

  - Added the required column `handle` to the `User` table without a default value. This is not possible if the table is not empty.

*/
SET lock_timeout = '5s';

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "handle" TEXT NOT NULL;
--- expect: migration/add-column-not-null-without-default at ""handle" TEXT NOT NULL"

--- case: Prisma drops a foreign key and adds it again
--- tool: prisma
--- truth: The new one is checked against every row under SHARE ROW EXCLUSIVE on both tables.
--- given
CREATE TABLE "User" (
    "id" TEXT NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Post" (
    "id" TEXT NOT NULL,
    "authorId" TEXT NOT NULL,

    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Post_authorId_idx" ON "Post"("authorId");
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
--- migration
SET lock_timeout = '5s';

-- DropForeignKey
ALTER TABLE "Post" DROP CONSTRAINT "Post_authorId_fkey";

-- AddForeignKey
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
--- expect: migration/foreign-key-not-valid at "FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE"
--- allow: migration/wide-lock-window

--- case: Prisma changes an enum by a new type
--- tool: prisma
--- truth: The cast rewrites the table under ACCESS EXCLUSIVE, and fails at a row that holds the label that is gone.
--- given
CREATE TYPE "Role" AS ENUM ('USER', 'EDITOR', 'ADMIN');
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "role" "Role" NOT NULL DEFAULT 'USER',

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
--- migration
SET lock_timeout = '5s';

-- AlterEnum
BEGIN;
CREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN');
ALTER TABLE "User" ALTER COLUMN "role" DROP DEFAULT;
ALTER TABLE "User" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
ALTER TABLE "User" ALTER COLUMN "role" SET DEFAULT 'USER';
COMMIT;
--- expect: migration/change-column-type at "ALTER COLUMN "role" TYPE "Role_new""
--- expect: migration/drop-type|migration/type-narrowing at "DROP TYPE "Role_old""
--- allow: migration/type-narrowing
--- allow: migration/transaction-nesting
--- allow: migration/rename
--- allow: migration/wide-lock-window

--- case: Supabase adds a column with a random default
--- tool: supabase
--- truth: gen_random_uuid() rewrites the table under ACCESS EXCLUSIVE.
--- given
create table public.profiles (
  id uuid primary key,
  username text not null
);
alter table public.profiles enable row level security;
create policy "own profile" on public.profiles for select to authenticated using ((select auth.uid()) = id);
--- migration
set lock_timeout = '5s';
alter table public.profiles add column invite_code uuid not null default gen_random_uuid();
--- expect: migration/add-column-volatile-default at "default gen_random_uuid()"

--- case: Supabase drops a table that policies of others read
--- tool: supabase
--- truth: 2BP01: the policy on notes depends on members.
--- fails: 2BP01
--- given
create table public.members (
  team_id uuid not null,
  user_id uuid not null,
  primary key (team_id, user_id)
);
alter table public.members enable row level security;
create policy "own memberships" on public.members for select to authenticated using ((select auth.uid()) = user_id);
create table public.notes (
  id uuid primary key,
  team_id uuid not null
);
create index notes_team_id_idx on public.notes (team_id);
alter table public.notes enable row level security;
create policy "notes of the team" on public.notes for select to authenticated using (team_id in (select m.team_id from public.members m where m.user_id = (select auth.uid())));
--- migration
set lock_timeout = '5s';
drop table public.members;
--- expect: migration/breaks-dependents at "drop table public.members"
--- allow: migration/drop-table

--- case: liquibase, a unique constraint in the second changeset
--- tool: liquibase
--- truth: Each changeset is judged; the table of the first released file is live.
--- given
--liquibase formatted sql

--changeset author:given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--rollback DROP TABLE users;
--- migration
--liquibase formatted sql

--changeset author:example
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;
--rollback ALTER TABLE users DROP COLUMN phone;

--changeset author:example-2 splitStatements:false
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
--rollback ALTER TABLE users DROP CONSTRAINT users_email_key;
--- expect: migration/unique-constraint-without-index at "UNIQUE (email)"
--- expect: migration/missing-lock-timeout at "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)"

--- case: dbmate drops a column
--- tool: dbmate
--- truth: Old code still names it.
--- given
-- migrate:up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fax text
);

-- migrate:down
DROP TABLE users;
--- migration
-- migrate:up
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN IF EXISTS fax;

-- migrate:down
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN fax text;
--- expect: migration/drop-column at "DROP COLUMN IF EXISTS fax"
--- allow: migration/down-does-not-undo

--- case: Hasura adds a CHECK
--- tool: hasura
--- truth: ACCESS EXCLUSIVE while every row is read.
--- given
CREATE TABLE public.users (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  age integer NOT NULL,
  PRIMARY KEY (id)
);
--- migration
SET LOCAL lock_timeout = '3s';
alter table "public"."users" add constraint "users_age" check (age >= 0);
--- expect: migration/check-not-valid at "check (age >= 0)"

--- case: diesel renames a column
--- tool: diesel
--- truth: The running release still names the old one.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mail text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '3s';
ALTER TABLE users RENAME mail TO email;
--- expect: migration/rename at "RENAME mail TO email"

--- case: node-pg-migrate builds an index CONCURRENTLY
--- tool: node-pg-migrate
--- truth: 25001: SQL migrations run in one transaction.
--- fails: 25001
--- given
-- Up Migration
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
-- Down Migration
DROP TABLE users;
--- migration
-- Up Migration
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
-- Down Migration
DROP INDEX users_email_idx;
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY users_email_idx"

--- case: refinery sets NOT NULL
--- tool: refinery
--- truth: ACCESS EXCLUSIVE while every row is read.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text
);
--- migration
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
--- expect: migration/set-not-null-scan at "SET NOT NULL"

--- case: Drizzle builds an index CONCURRENTLY
--- tool: drizzle
--- truth: 25001: one transaction around all pending files.
--- fails: 25001
--- given
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY NOT NULL,
	"email" text NOT NULL
);
--- migration
CREATE INDEX CONCURRENTLY "users_email_idx" ON "users" USING btree ("email");
--- expect: migration/concurrently-in-transaction at "CREATE INDEX CONCURRENTLY "users_email_idx""

--- case: Drizzle changes a column's type with a cast
--- tool: drizzle
--- truth: A rewrite under ACCESS EXCLUSIVE; an empty string fails with 22P02.
--- given
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY NOT NULL,
	"age" text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '3s';--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "age" SET DATA TYPE integer USING "age"::integer;
--- expect: migration/change-column-type|migration/type-narrowing at "ALTER COLUMN "age" SET DATA TYPE integer USING "age"::integer"
--- allow: migration/type-narrowing
--- allow: migration/change-column-type

--- case: goose drops an index in the plain way, in a DO block
--- tool: goose
--- truth: ACCESS EXCLUSIVE on users and its index.
--- given
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE INDEX users_email_idx ON users (email);
-- +goose Down
DROP TABLE users;
--- migration
-- +goose Up
SET LOCAL lock_timeout = '3s';
-- +goose StatementBegin
DO $$
BEGIN
  DROP INDEX IF EXISTS users_email_idx;
END
$$;
-- +goose StatementEnd
-- +goose Down
CREATE INDEX users_email_idx ON users (email);
--- expect: migration/drop-index-not-concurrent at "DROP INDEX IF EXISTS users_email_idx"
