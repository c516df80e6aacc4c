--- case: Flyway builds CONCURRENTLY in a file of its own
--- tool: flyway
--- truth: Flyway sees that it cannot run in a transaction and steps out; the conf frees its own lock.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
--- file: flyway.conf
flyway.locations=filesystem:sql
flyway.postgresql.transactional.lock=false

--- case: Flyway with SET LOCAL in its transaction
--- tool: flyway
--- truth: The file is one transaction: SET LOCAL holds to its end.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '4s';
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE users ADD CONSTRAINT users_phone_check CHECK (phone ~ '^\+') NOT VALID;

--- case: goose without a transaction builds CONCURRENTLY
--- tool: goose
--- truth: NO TRANSACTION sends each statement by itself.
--- given
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
-- +goose Down
DROP TABLE users;
--- migration
-- +goose NO TRANSACTION
-- +goose Up
DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;

--- case: goose with StatementBegin around a function
--- tool: goose
--- truth: The markers keep the body whole; nothing live is touched.
--- given
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
-- +goose Down
DROP TABLE users;
--- migration
-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION lower_email() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.email := lower(NEW.email);
  RETURN NEW;
END
$$;
-- +goose StatementEnd
-- +goose Down
DROP FUNCTION lower_email();

--- case: goose, a column with a timeout in Up, and Down that takes it back
--- tool: goose
--- truth: Up is careful; what stands in Down is not run on the way up.
--- given
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
-- +goose Down
DROP TABLE users;
--- migration
-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;
-- +goose Down
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN phone;

--- case: dbmate with one CONCURRENTLY and no transaction
--- tool: dbmate
--- truth: transaction:false and a single statement: no implicit transaction.
--- given
-- migrate:up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);

-- migrate:down
DROP TABLE users;
--- migration
-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY users_email_idx;

--- case: dbmate in its transaction
--- tool: dbmate
--- truth: SET LOCAL holds in the block's transaction.
--- given
-- migrate:up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);

-- migrate:down
DROP TABLE users;
--- migration
-- migrate:up
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN verified boolean NOT NULL DEFAULT false;

-- migrate:down
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN verified, DROP COLUMN phone;

--- case: sqlx with no-transaction on its first line
--- tool: sqlx
--- truth: The marker comes first, and there is one statement.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
-- no-transaction
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);

--- case: golang-migrate with CONCURRENTLY alone in its file
--- tool: golang-migrate
--- truth: One statement in the string: no implicit transaction.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
-- Built beside the writers.
CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
--- file: migrations/000001_given.down.sql
DROP TABLE users;
--- file: migrations/000002_example.down.sql
DROP INDEX CONCURRENTLY users_email_key;

--- case: golang-migrate with BEGIN and COMMIT of its own
--- tool: golang-migrate
--- truth: The tool opens no transaction; the file does.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;
COMMIT;
--- file: migrations/000001_given.down.sql
DROP TABLE users;
--- file: migrations/000002_example.down.sql
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN phone;
COMMIT;

--- case: liquibase changeset outside of a transaction
--- tool: liquibase
--- truth: runInTransaction:false lets CONCURRENTLY run.
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

--changeset author:example runInTransaction:false
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
--rollback DROP INDEX CONCURRENTLY users_email_idx;

--- case: liquibase with two changesets, NOT VALID and VALIDATE
--- tool: liquibase
--- truth: Each changeset is a transaction of its own, so the scan holds no strong lock.
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
ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email LIKE '%@%') NOT VALID;
--rollback ALTER TABLE users DROP CONSTRAINT users_email_check;

--changeset author:example-validate
SET LOCAL lock_timeout = '3s';
ALTER TABLE users VALIDATE CONSTRAINT users_email_check;
--rollback empty

--- case: Prisma with CONCURRENTLY alone in its migration
--- tool: prisma
--- truth: One statement is no implicit transaction.
--- given
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
--- migration
-- CreateIndex
CREATE INDEX CONCURRENTLY "User_email_idx" ON "User"("email");

--- case: Prisma with a timeout for its implicit transaction
--- tool: prisma
--- truth: SET holds for the connection; the column is nullable.
--- given
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
--- migration
SET lock_timeout = '3s';

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "phone" TEXT;

--- case: a Prisma migration of new tables
--- tool: prisma
--- truth: Prisma adds indexes and foreign keys after the tables; all are new.
--- given
-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);
--- migration
-- CreateEnum
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL DEFAULT 'USER',

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Post" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "authorId" TEXT NOT NULL,

    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Post_authorId_idx" ON "Post"("authorId");

-- AddForeignKey
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

--- case: a Drizzle migration of new tables
--- tool: drizzle
--- truth: Breakpoints are comments; all objects are new.
--- given
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--- migration
CREATE TYPE "public"."role" AS ENUM('user', 'admin');--> statement-breakpoint
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"role" "role" DEFAULT 'user' NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "posts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "posts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"author_id" bigint NOT NULL,
	"title" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "posts_author_id_idx" ON "posts" USING btree ("author_id");

--- case: Drizzle with a timeout in its transaction
--- tool: drizzle
--- truth: SET LOCAL holds for the one transaction.
--- given
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '3s';--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "phone" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "locale" text DEFAULT 'en' NOT NULL;

--- case: Supabase, a table with row level security
--- tool: supabase
--- truth: All is new, and the policies fit their commands.
--- given
create table public.tags (
  id bigint generated always as identity primary key,
  name text not null unique
);
alter table public.tags enable row level security;
create policy "tags are public" on public.tags for select to anon, authenticated using (true);
--- migration
create table public.notes (
  id bigint generated always as identity primary key,
  user_id uuid not null default auth.uid(),
  body text not null,
  created_at timestamptz not null default now()
);
create index notes_user_id_idx on public.notes (user_id);
alter table public.notes enable row level security;
create policy "own notes are read" on public.notes for select to authenticated using ((select auth.uid()) = user_id);
create policy "own notes are written" on public.notes for insert to authenticated with check ((select auth.uid()) = user_id);

--- case: node-pg-migrate with Up and Down
--- tool: node-pg-migrate
--- truth: A timeout for the one transaction; Down is not run on the way up.
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
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;
-- Down Migration
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN phone;

--- case: refinery, a timeout and a column
--- tool: refinery
--- truth: One transaction a file.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;

--- case: Hasura, up and down
--- tool: hasura
--- include: migrations/**/*.sql
--- truth: The up is careful and the down takes it back.
--- given
CREATE TABLE public.users (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  email text NOT NULL,
  PRIMARY KEY (id)
);
--- migration
SET LOCAL lock_timeout = '3s';
ALTER TABLE public.users ADD COLUMN phone text;
--- file: migrations/default/20240101000000_given/down.sql
DROP TABLE public.users;
--- file: migrations/default/20240201000000_example/down.sql
SET LOCAL lock_timeout = '3s';
ALTER TABLE public.users DROP COLUMN phone;

--- case: diesel, up and down
--- tool: diesel
--- include: migrations/**/*.sql
--- truth: diesel wraps each migration in a transaction.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;
--- file: migrations/2024-01-01-000000_given/down.sql
DROP TABLE users;
--- file: migrations/2024-02-01-000000_example/down.sql
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN phone;

--- case: diesel without a transaction
--- tool: diesel
--- include: migrations/**/*.sql
--- truth: metadata.toml takes the transaction away, and the file holds one statement.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
--- file: migrations/2024-02-01-000000_example/metadata.toml
run_in_transaction = false
--- file: migrations/2024-01-01-000000_given/down.sql
DROP TABLE users;
--- file: migrations/2024-02-01-000000_example/down.sql
DROP INDEX CONCURRENTLY users_email_idx;

--- case: psql with a timeout by set_config
--- truth: set_config(..., false) holds for the session, as SET does.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
SELECT set_config('lock_timeout', '3s', false);
ALTER TABLE users ADD COLUMN phone text;

--- case: a timeout in another unit and spelling
--- truth: 5000 is milliseconds; SESSION is the default; the name is case-insensitive.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
SET SESSION LOCK_TIMEOUT TO 5000;
ALTER TABLE users ADD COLUMN phone text;

--- case: sqlx without a transaction of its own, several statements
--- tool: sqlx
--- truth: sqlx sends the file as one string, which is an implicit transaction: SET LOCAL holds in it.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
-- no-transaction
SET LOCAL lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;
