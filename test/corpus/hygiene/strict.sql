--- preset: strict
--- allow: migration/not-rerunnable
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  state text NOT NULL DEFAULT 'new',
  joined_on date NOT NULL DEFAULT current_date
);
CREATE INDEX users_email_idx ON users (email);
CREATE TABLE clicks (
  id bigint NOT NULL,
  at timestamptz NOT NULL,
  user_id bigint NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE clicks_2026 PARTITION OF clicks FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE clicks_2025 PARTITION OF clicks FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TYPE stage AS ENUM ('lead', 'won');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RETURN NEW; END $$;

--- case: a default partition by ATTACH
--- truth: Every row without a home goes there, and each later partition has to read it.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
CREATE TABLE clicks_rest (LIKE clicks INCLUDING ALL);
ALTER TABLE clicks ATTACH PARTITION clicks_rest DEFAULT;
--- expect: migration/default-partition at "ALTER TABLE clicks ATTACH PARTITION clicks_rest DEFAULT"
--- allow: migration/partition-fan-out

--- case: a check on a partitioned parent
--- truth: ACCESS EXCLUSIVE on the parent and both partitions.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TABLE "clicks" ADD CONSTRAINT clicks_user_id_check CHECK (user_id > 0) NOT VALID;
--- expect: migration/partition-fan-out at "ALTER TABLE "clicks" ADD CONSTRAINT clicks_user_id_check CHECK (user_id > 0) NOT VALID"

--- case: a trigger made or replaced in a DO block
--- truth: SHARE ROW EXCLUSIVE; each write pays.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
DO $$ BEGIN
  CREATE OR REPLACE TRIGGER users_touch BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION touch();
END $$;
--- expect: migration/trigger-lock at "CREATE OR REPLACE TRIGGER users_touch BEFORE UPDATE ON public.users"

--- case: NOT NULL dropped in a list
--- truth: Readers that expect a value meet null.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TABLE public.users ALTER COLUMN state SET STATISTICS 10, ALTER "email" DROP NOT NULL;
--- expect: migration/drop-not-null at "ALTER "email" DROP NOT NULL"

--- case: a default dropped in a DO block
--- truth: Inserts without joined_on fail with 23502.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
DO $$ BEGIN
  ALTER TABLE users ALTER COLUMN joined_on DROP DEFAULT;
END $$;
--- expect: migration/drop-default at "ALTER COLUMN joined_on DROP DEFAULT"

--- case: a default made volatile
--- truth: Old code that leaves the column out gets other values from now on.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TABLE users ALTER COLUMN state SET DEFAULT 's' || floor(random() * 10)::text;
--- expect: migration/change-default at "ALTER COLUMN state SET DEFAULT 's' || floor(random() * 10)::text"

--- case: unique CONCURRENTLY IF NOT EXISTS
--- truth: An INVALID unique index of the name stops nothing and checks nothing, and the retry skips it.
--- migration
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "users email" ON public.users (lower(email));
--- expect: migration/concurrent-index-if-not-exists at "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "users email""
--- allow: migration/missing-lock-timeout
--- allow: migration/missing-statement-timeout

--- case: a label added IF NOT EXISTS at the end
--- truth: It sorts last, whatever it means.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TYPE public.stage ADD VALUE IF NOT EXISTS 'paused';
--- expect: migration/enum-value-order at "ALTER TYPE public.stage ADD VALUE IF NOT EXISTS 'paused'"

--- case: a savepoint rolled back to
--- truth: A subtransaction in a migration hides what failed.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';
SAVEPOINT "first try";
ALTER TABLE users ADD COLUMN phone text;
ROLLBACK TO SAVEPOINT "first try";
COMMIT;
--- expect: migration/savepoint at "SAVEPOINT "first try""
--- allow: migration/savepoint

--- case: goose without transaction, two statements without IF NOT EXISTS
--- tool: goose
--- truth: When the second fails, goose runs the file again and the first stops it with 42P07.
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
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
CREATE INDEX CONCURRENTLY users_lower_email_idx ON users (lower(email));
-- +goose Down
DROP INDEX CONCURRENTLY users_lower_email_idx;
DROP INDEX CONCURRENTLY users_email_idx;
--- expect: migration/not-rerunnable at "CREATE INDEX CONCURRENTLY users_email_idx ON users (email)"
--- allow: migration/missing-lock-timeout
--- allow: migration/missing-statement-timeout

--- case: statement_timeout zero
--- truth: Zero turns the limit off.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = 0;
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-statement-timeout at "SET statement_timeout = 0;\nALTER TABLE users ADD COLUMN phone text"
--- allow: migration/missing-statement-timeout

--- case: a table dropped where the tool can go back
--- tool: goose
--- truth: Down can make the table again, not its rows.
--- given
-- +goose Up
CREATE TABLE badges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
-- +goose Down
DROP TABLE badges;
--- migration
-- +goose Up
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';
DROP TABLE badges;
-- +goose Down
CREATE TABLE badges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- expect: migration/irreversible|migration/down-does-not-undo at "DROP TABLE badges"
--- allow: migration/drop-table
--- allow: migration/irreversible
--- allow: migration/down-does-not-undo

--- case: a foreign key and a unique constraint without names in a new column
--- truth: A later DROP CONSTRAINT has to guess them.
--- migration
SET lock_timeout = '3s';
SET statement_timeout = '30s';
ALTER TABLE users ADD COLUMN referrer_id bigint REFERENCES users (id) ON DELETE SET NULL;
CREATE INDEX CONCURRENTLY users_referrer_id_idx ON users (referrer_id);
--- expect: migration/unnamed-object at "REFERENCES users (id) ON DELETE SET NULL"
--- allow: migration/not-rerunnable
