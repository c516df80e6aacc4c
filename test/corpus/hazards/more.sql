--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text,
  tier text NOT NULL DEFAULT 'free'
);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL,
  total numeric(12, 2) NOT NULL,
  net numeric(12, 2) NOT NULL,
  gross numeric(12, 2) GENERATED ALWAYS AS (net * 1.081) STORED
);
CREATE INDEX orders_user_id_idx ON orders (user_id);
CREATE VIEW order_totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
CREATE FUNCTION rank(tier text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT CASE tier WHEN 'free' THEN 0 ELSE 1 END $$;
CREATE TABLE ranks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tier text NOT NULL,
  CONSTRAINT ranks_tier_check CHECK (rank(tier) >= 0)
);
CREATE TABLE slots (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room integer NOT NULL,
  starts_at timestamptz NOT NULL
);
ALTER TABLE slots ADD CONSTRAINT slots_room_starts_at_key UNIQUE (room, starts_at);

--- case: a foreign key validated by DROP and ADD in one statement
--- truth: ADD without NOT VALID checks every row, whatever was dropped beside it.
--- migration
SET lock_timeout = '5s';
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_user_fk, ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE RESTRICT;
--- expect: migration/foreign-key-not-valid at "FOREIGN KEY (user_id) REFERENCES users ON DELETE RESTRICT"

--- case: a CHECK added in a DO block that asks first
--- truth: The IF is true on every server that lacks it: ACCESS EXCLUSIVE and a scan.
--- migration
SET lock_timeout = '5s';
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'users_tier_check') THEN
    ALTER TABLE users ADD CONSTRAINT users_tier_check CHECK (tier IN ('free', 'paid'));
  END IF;
END
$$;
--- expect: migration/check-not-valid at "CHECK (tier IN ('free', 'paid'))"

--- case: a column dropped that a generated column is made from
--- truth: 2BP01: column gross depends on column net.
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
ALTER TABLE orders DROP COLUMN net;
--- expect: migration/breaks-dependents at "DROP COLUMN net"
--- allow: migration/drop-column

--- case: the type changed of a column that a generated column is made from
--- truth: 0A000: cannot alter type of a column used by a generated column.
--- fails: 0A000
--- migration
SET lock_timeout = '5s';
ALTER TABLE public.orders ALTER net SET DATA TYPE numeric(14, 2);
--- expect: migration/breaks-dependents at "ALTER net SET DATA TYPE numeric(14, 2)"

--- case: a column that a view sums is dropped with CASCADE in a list
--- truth: The view order_totals goes with it.
--- migration
SET lock_timeout = '5s';
ALTER TABLE orders ALTER COLUMN user_id SET STATISTICS 100, DROP COLUMN total CASCADE;
--- expect: migration/drop-cascade at "DROP COLUMN total CASCADE"
--- allow: migration/drop-column

--- case: a function behind a CHECK replaced
--- truth: Rows that pass the old one are not checked by the new one: the constraint says what is not so.
--- migration
CREATE OR REPLACE FUNCTION public.rank(tier text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT CASE tier WHEN 'free' THEN -1 ELSE 1 END $$;
--- expect: migration/function-behind-index at "CREATE OR REPLACE FUNCTION public.rank(tier text)"

--- case: an index of an exclusion of rows dropped by its constraint's name
--- truth: 2BP01: the constraint requires the index, CONCURRENTLY or not.
--- fails: 2BP01
--- migration
SET lock_timeout = '5s';
DROP INDEX IF EXISTS public.slots_room_starts_at_key;
--- expect: migration/drop-index-of-constraint at "DROP INDEX IF EXISTS public.slots_room_starts_at_key"
--- allow: migration/drop-index-not-concurrent

--- case: an upsert's constraint dropped beside a plain index of the same columns
--- truth: ON CONFLICT (room, starts_at) needs a unique index; a plain one does not do: 42P10.
--- migration
SET lock_timeout = '5s';
ALTER TABLE slots DROP CONSTRAINT slots_room_starts_at_key;
RESET lock_timeout;
CREATE INDEX CONCURRENTLY slots_room_starts_at_idx ON slots (room, starts_at);
--- expect: migration/drop-constraint at "DROP CONSTRAINT slots_room_starts_at_key"

--- case: NOT NULL set in one transaction with the CHECK that should prove it
--- truth: The check is valid, but it was added without NOT VALID: that read the table under ACCESS EXCLUSIVE just the same.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD CONSTRAINT users_name_present CHECK (name IS NOT NULL);
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_name_present;
COMMIT;
--- expect: migration/check-not-valid at "CHECK (name IS NOT NULL)"
--- allow: migration/wide-lock-window

--- case: a column replaced in one file of single transactions
--- truth: Copied and dropped at once: rows written between by old code are lost, and old code fails at once.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN full_name text;
UPDATE public.users SET full_name = name WHERE full_name IS NULL;
ALTER TABLE users DROP COLUMN name;
--- expect: migration/contract-too-early|migration/drop-column at "DROP COLUMN name"
--- allow: migration/contract-too-early
--- allow: migration/drop-column
--- allow: migration/unbatched-backfill

--- case: a new key column: added, filled, made NOT NULL, in one transaction
--- tool: flyway
--- truth: The UPDATE of every row and the scan for NOT NULL both run while ACCESS EXCLUSIVE is held.
--- given
CREATE TABLE accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE accounts ADD COLUMN handle text;
UPDATE accounts SET handle = split_part(email, '@', 1);
ALTER TABLE accounts ALTER COLUMN handle SET NOT NULL;
--- expect: migration/backfill-in-ddl-transaction at "UPDATE accounts SET handle = split_part(email, '@', 1)"
--- expect: migration/set-not-null-scan at "SET NOT NULL"
--- allow: migration/unbatched-backfill
--- allow: migration/contract-too-early
--- allow: migration/wide-lock-window

--- case: rows deleted without WHERE by USING
--- truth: USING without WHERE joins nothing: every order goes, if there is one user.
--- migration
DELETE FROM orders USING users;
--- expect: query/update-or-delete-without-where|migration/unbatched-backfill at "DELETE FROM orders USING users"

--- case: UPDATE FROM without WHERE
--- truth: A cross join: every user gets some order's total.
--- migration
UPDATE users SET tier = 'paid' FROM orders;
--- expect: query/update-or-delete-without-where|migration/unbatched-backfill at "UPDATE users SET tier = 'paid' FROM orders"

--- case: WHERE that is a tautology of a column
--- truth: tier is NOT NULL: (tier = tier) and (id IS NOT NULL) hold for every row.
--- migration
UPDATE users SET tier = 'free' WHERE id IS NOT NULL;
--- expect: query/update-or-delete-without-where|migration/unbatched-backfill at "UPDATE users SET tier = 'free' WHERE id IS NOT NULL"

--- case: UPDATE with LIMIT in a CTE
--- truth: 42601 there as well.
--- fails: 42601
--- migration
WITH batch AS (
  UPDATE users SET tier = 'free' WHERE tier = 'trial' LIMIT 10 RETURNING id
)
SELECT count(*) FROM batch;
--- expect: query/update-limit|syntax/error at "LIMIT 10"

--- case: a trigger disabled and enabled, with a failure between left out
--- truth: ALL with foreign keys; what came in between is not checked, though it is enabled again.
--- preset: strict
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '60s';
ALTER TABLE orders DISABLE TRIGGER ALL;
INSERT INTO orders (user_id, total, net) VALUES (999, 1, 1);
ALTER TABLE orders ENABLE TRIGGER ALL;
--- expect: migration/disable-trigger at "DISABLE TRIGGER ALL"
--- allow: migration/not-rerunnable

--- case: user triggers off by DISABLE TRIGGER USER
--- truth: All user triggers of a live table are off for good.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE FUNCTION lower_email() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN NEW.email := lower(NEW.email); RETURN NEW; END $$;
CREATE TRIGGER users_email BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION lower_email();
--- migration
SET lock_timeout = '5s';
ALTER TABLE ONLY public.users DISABLE TRIGGER USER;
--- expect: migration/disable-trigger at "DISABLE TRIGGER USER"

--- case: several ALTER TABLE that each read the table
--- preset: strict
--- truth: Three constraints validated one after the other are three scans; one statement does them in one.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '60s';
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
ALTER TABLE orders ADD CONSTRAINT orders_net_check CHECK (net >= 0);
--- expect: migration/check-not-valid at "CHECK (total >= 0)"
--- expect: migration/check-not-valid at "CHECK (net >= 0)"
--- expect: migration/combine-alter-table at "ALTER TABLE orders ADD CONSTRAINT orders_net_check CHECK (net >= 0)"
--- allow: migration/combine-alter-table
--- allow: migration/not-rerunnable

--- case: no ANALYZE after a backfill in a DO block
--- preset: strict
--- truth: New values in every row, and old statistics.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '60s';
DO $$
BEGIN
  ALTER TABLE users ADD COLUMN search text;
  UPDATE users SET search = lower(email);
END
$$;
--- expect: migration/analyze-after-backfill at "UPDATE users SET search = lower(email)"
--- allow: migration/unbatched-backfill
--- allow: migration/not-rerunnable
--- allow: migration/backfill-in-ddl-transaction
--- allow: query/update-or-delete-without-where

--- case: an event trigger
--- truth: 42501 for all but superusers.
--- migration
CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RAISE NOTICE '%', tg_tag; END $$;
CREATE EVENT TRIGGER log_ddl ON ddl_command_end EXECUTE FUNCTION log_ddl();
--- expect: migration/superuser-required at "CREATE EVENT TRIGGER log_ddl ON ddl_command_end EXECUTE FUNCTION log_ddl()"
