--- given
CREATE TABLE users (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  nickname varchar(80),
  score numeric(10, 4) NOT NULL DEFAULT 0,
  born_on text,
  seen_at timestamp NOT NULL,
  level integer NOT NULL DEFAULT 1,
  tags text
);
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE UNLOGGED TABLE sessions (
  id uuid PRIMARY KEY,
  user_id integer NOT NULL,
  data jsonb NOT NULL
);
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  what text NOT NULL
);
CREATE INDEX audit_log_at_idx ON audit_log (at);

--- case: integer key made bigint
--- truth: Rewrites the table and its index under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN id TYPE bigint;
--- expect: migration/change-column-type at "ALTER COLUMN id TYPE bigint"

--- case: timestamp to timestamptz where the session is not UTC
--- truth: Rewrites, since the zone of the session is applied to each value; only under UTC no rewrite is needed, and no one promises that here.
--- migration
SET lock_timeout = '5s';
SET timezone = 'Europe/Zurich';
ALTER TABLE users ALTER COLUMN seen_at SET DATA TYPE timestamp with time zone;
--- expect: migration/change-column-type at "ALTER COLUMN seen_at SET DATA TYPE timestamp with time zone"

--- case: a type changed among other actions, with USING
--- truth: USING computes each row anew: a rewrite under ACCESS EXCLUSIVE, even if it were the same type.
--- migration
SET lock_timeout = '5s';
ALTER TABLE IF EXISTS ONLY "public"."users"
  ADD COLUMN locale text NOT NULL DEFAULT 'en',
  ALTER "tags" TYPE text[] USING string_to_array(tags, ','),
  ALTER COLUMN nickname DROP DEFAULT;
--- expect: migration/change-column-type at "ALTER "tags" TYPE text[] USING string_to_array(tags, ',')"

--- case: a collation changed
--- truth: The heap stays, but the index on the column is built anew under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN email TYPE text COLLATE "C";
--- expect: migration/change-column-type at "ALTER COLUMN email TYPE text COLLATE "C""

--- case: text to jsonb
--- truth: Rewrites, and fails with 22P02 at the first value that is no JSON.
--- migration
SET lock_timeout = '5s';
ALTER TABLE audit_log ALTER COLUMN what TYPE jsonb USING what::jsonb;
--- expect: migration/change-column-type at "ALTER COLUMN what TYPE jsonb USING what::jsonb"
--- allow: migration/type-narrowing at "ALTER COLUMN what TYPE jsonb USING what::jsonb"

--- case: varchar made shorter
--- truth: Reads every row under ACCESS EXCLUSIVE, and fails with 22001 at the first longer value.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN nickname TYPE varchar(20);
--- expect: migration/type-narrowing at "ALTER COLUMN nickname TYPE varchar(20)"
--- allow: migration/change-column-type at "ALTER COLUMN nickname TYPE varchar(20)"

--- case: a longer name cut off on purpose
--- truth: left(..., 20) loses what is longer, without a word.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ALTER COLUMN nickname TYPE varchar(20) USING left(nickname, 20);
--- expect: migration/type-narrowing at "ALTER COLUMN nickname TYPE varchar(20) USING left(nickname, 20)"
--- allow: migration/change-column-type at "ALTER COLUMN nickname TYPE varchar(20) USING left(nickname, 20)"

--- case: numeric with a smaller scale
--- truth: Every value is rounded to two digits; the rest is lost.
--- migration
SET lock_timeout = '5s';
ALTER TABLE public.users ALTER COLUMN score SET DATA TYPE numeric(10, 2);
--- expect: migration/type-narrowing at "ALTER COLUMN score SET DATA TYPE numeric(10, 2)"
--- allow: migration/change-column-type at "ALTER COLUMN score SET DATA TYPE numeric(10, 2)"

--- case: bigint made integer
--- truth: 22003 at the first id over two thousand million, and a rewrite until then.
--- migration
SET lock_timeout = '5s';
ALTER TABLE audit_log ALTER COLUMN id TYPE int;
--- expect: migration/type-narrowing at "ALTER COLUMN id TYPE int"
--- allow: migration/change-column-type at "ALTER COLUMN id TYPE int"

--- case: timestamptz to date in a DO block
--- truth: The time of day is gone from every row.
--- migration
SET lock_timeout = '5s';
DO $$ BEGIN
  ALTER TABLE audit_log ALTER COLUMN at TYPE date;
END $$;
--- expect: migration/type-narrowing at "ALTER COLUMN at TYPE date"
--- allow: migration/change-column-type at "ALTER COLUMN at TYPE date"

--- case: a default that differs from row to row
--- truth: gen_random_uuid() is volatile: the table is rewritten under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid();
--- expect: migration/add-column-volatile-default at "ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid()"

--- case: clock_timestamp hidden in an expression
--- truth: clock_timestamp() is volatile, unlike now(); inside a cast and a sum too.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN expires_at timestamptz DEFAULT (clock_timestamp() + interval '30 days')::timestamptz;
--- expect: migration/add-column-volatile-default at "DEFAULT (clock_timestamp() + interval '30 days')::timestamptz"

--- case: a bigserial column
--- truth: nextval() for every row: a rewrite.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN number bigserial;
--- expect: migration/add-column-volatile-default at "number bigserial"

--- case: a stored generated column
--- truth: Computed for every row: a rewrite under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) STORED;
--- expect: migration/add-column-volatile-default at "GENERATED ALWAYS AS (lower(email)) STORED"

--- case: an own volatile function as default
--- truth: A function is volatile unless it says otherwise.
--- given
CREATE FUNCTION short_code() RETURNS text LANGUAGE sql AS $$ SELECT substr(md5(random()::text), 1, 8) $$;
CREATE TABLE links (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  url text NOT NULL
);
--- migration
SET lock_timeout = '5s';
ALTER TABLE links ADD COLUMN code text NOT NULL DEFAULT short_code();
--- expect: migration/add-column-volatile-default at "DEFAULT short_code()"

--- case: an unlogged table made logged
--- truth: Rewrites the table into the WAL under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE sessions SET LOGGED;
--- expect: migration/table-rewrite at "SET LOGGED"

--- case: a table made unlogged in a list of actions
--- truth: A rewrite, and after a crash the table is empty.
--- migration
SET lock_timeout = '5s';
ALTER TABLE audit_log ALTER COLUMN what SET STATISTICS 10, SET UNLOGGED;
--- expect: migration/table-rewrite at "SET UNLOGGED"

--- case: a table moved to another tablespace
--- truth: Every block is copied under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE public.audit_log SET TABLESPACE fast_disks;
--- expect: migration/table-rewrite at "SET TABLESPACE fast_disks"

--- case: another access method
--- truth: From 15 on SET ACCESS METHOD rewrites the table.
--- postgres: 15
--- migration
SET lock_timeout = '5s';
ALTER TABLE audit_log SET ACCESS METHOD columnar;
--- expect: migration/table-rewrite at "SET ACCESS METHOD columnar"

--- case: CLUSTER
--- truth: Rewrites the table in the index's order under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
CLUSTER audit_log USING audit_log_at_idx;
--- expect: migration/table-rewrite at "CLUSTER audit_log USING audit_log_at_idx"

--- case: VACUUM FULL, in parentheses
--- truth: Rewrites the table under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
VACUUM (VERBOSE, FULL, ANALYZE) public.audit_log;
--- expect: migration/table-rewrite at "VACUUM (VERBOSE, FULL, ANALYZE) public.audit_log"

--- case: a constrained domain as a new column's type
--- truth: Up to 18 a column of a domain with a constraint is computed for each row: a rewrite, or at least a scan, under ACCESS EXCLUSIVE.
--- given
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE parts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
--- migration
SET lock_timeout = '5s';
ALTER TABLE parts ADD COLUMN stock positive DEFAULT 1;
--- expect: migration/add-column-volatile-default|migration/check-not-valid|migration/domain-constraint at "ADD COLUMN stock positive DEFAULT 1"

--- case: VACUUM FULL of everything in one table list
--- truth: Each table is rewritten under ACCESS EXCLUSIVE, one after the other.
--- migration
SET lock_timeout = '5s';
VACUUM FULL users, audit_log;
--- expect: migration/table-rewrite at "VACUUM FULL users, audit_log"
--- allow: migration/table-rewrite

--- case: a materialized view's storage moved, an index moved
--- truth: ALTER MATERIALIZED VIEW ... SET TABLESPACE copies it under ACCESS EXCLUSIVE; readers wait.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE MATERIALIZED VIEW counts AS SELECT count(*) AS users FROM users;
--- migration
SET lock_timeout = '5s';
ALTER MATERIALIZED VIEW counts SET TABLESPACE fast_disks;
--- expect: migration/table-rewrite at "ALTER MATERIALIZED VIEW counts SET TABLESPACE fast_disks"

--- case: a type changed under a CHECK
--- truth: Rewrites the table, and the CHECK is parsed anew for the new type.
--- given
CREATE TABLE tanks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  level integer NOT NULL,
  CONSTRAINT tanks_level_check CHECK (level >= 0)
);
--- migration
SET lock_timeout = '5s';
ALTER TABLE tanks ALTER COLUMN level TYPE numeric(8, 2);
--- expect: migration/change-column-type at "ALTER COLUMN level TYPE numeric(8, 2)"
--- allow: migration/type-narrowing at "ALTER COLUMN level TYPE numeric(8, 2)"

--- case: a text column given a nondeterministic collation under an index
--- truth: The index is built anew under ACCESS EXCLUSIVE.
--- given
CREATE COLLATION case_insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE logins (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE UNIQUE INDEX logins_name_key ON logins (name);
--- migration
SET lock_timeout = '5s';
ALTER TABLE logins ALTER COLUMN name TYPE text COLLATE case_insensitive;
--- expect: migration/change-column-type at "ALTER COLUMN name TYPE text COLLATE case_insensitive"

--- case: a widening that needs no rewrite, under a CHECK
--- truth: The CHECK is made anew, and every row is read for it under ACCESS EXCLUSIVE.
--- given
CREATE TABLE fuel_stops (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  price numeric(8, 2) NOT NULL,
  CONSTRAINT fuel_stops_price_check CHECK (price >= 0)
);
--- migration
SET lock_timeout = '5s';
ALTER TABLE fuel_stops ALTER COLUMN price TYPE numeric(10, 2);
--- expect: migration/change-column-type at "ALTER COLUMN price TYPE numeric(10, 2)"
