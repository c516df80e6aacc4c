--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email varchar(100) NOT NULL,
  nickname varchar(40),
  bio text,
  balance numeric(10, 2) NOT NULL DEFAULT 0,
  seen_at timestamptz(3),
  settings jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_id bigint NOT NULL,
  name text NOT NULL
);
CREATE INDEX teams_owner_id_idx ON teams (owner_id);

--- case: varchar made longer
--- truth: The catalog alone changes; no row is read.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN email TYPE varchar(320);

--- case: varchar to text
--- truth: Binary coercible; no rewrite, no scan, the index stays.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN nickname TYPE text;

--- case: varchar without a length, by two names of the type
--- truth: character varying without a length holds all that varchar(40) holds.
--- migration
SET lock_timeout = '3s';
ALTER TABLE public.users ALTER nickname SET DATA TYPE pg_catalog.varchar;

--- case: numeric with more digits of the same scale
--- truth: From 9.2 on, a larger precision with the same scale rewrites nothing.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN balance TYPE numeric(14, 2);

--- case: timestamptz with more digits of a second
--- truth: A larger precision rewrites nothing.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN seen_at TYPE timestamptz;

--- case: a nullable column
--- truth: No default, no rewrite, ACCESS EXCLUSIVE for a moment.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD COLUMN phone text;

--- case: a NOT NULL column with a constant default
--- truth: From 11 on the default stands in the catalog for the old rows.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en', ADD COLUMN flags integer NOT NULL DEFAULT 0;

--- case: a column with a stable default
--- truth: now() is stable: computed once, stored in the catalog, no rewrite.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD COLUMN joined_at timestamptz NOT NULL DEFAULT now();

--- case: defaults, statistics, storage, comments
--- truth: None of them reads a row. SET DEFAULT on a column that had none is new behaviour for nobody.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN nickname SET DEFAULT '';
ALTER TABLE users ALTER COLUMN bio SET STORAGE EXTERNAL;
ALTER TABLE users ALTER COLUMN nickname SET STATISTICS 500;
ALTER TABLE users SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
COMMENT ON COLUMN users.bio IS 'What the user says of themself.';

--- case: a column with CHECK that is new and null
--- truth: A new column without default is null in all rows; the check is added NOT VALID, and later rows are checked.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD COLUMN age integer;
ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age BETWEEN 0 AND 150) NOT VALID;

--- case: a foreign key NOT VALID
--- truth: SHARE ROW EXCLUSIVE for a moment; no row is read.
--- migration
SET lock_timeout = '3s';
ALTER TABLE teams ADD CONSTRAINT teams_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT NOT VALID;

--- case: a foreign key validated in the next migration
--- truth: VALIDATE takes SHARE UPDATE EXCLUSIVE and lets reads and writes go on.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_id bigint NOT NULL
);
CREATE INDEX teams_owner_id_idx ON teams (owner_id);
ALTER TABLE teams ADD CONSTRAINT teams_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT NOT VALID;
--- migration
SET lock_timeout = '3s';
ALTER TABLE teams VALIDATE CONSTRAINT teams_owner_id_fkey;

--- case: NOT VALID and VALIDATE in one file, each its own transaction
--- truth: psql commits each statement by itself: the ADD's lock is gone when VALIDATE reads.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD CONSTRAINT users_balance_check CHECK (balance >= 0) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_balance_check;

--- case: SET NOT NULL with a valid CHECK
--- truth: From 12 on a valid CHECK (x IS NOT NULL) proves it; no row is read.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  nickname text,
  CONSTRAINT users_nickname_present CHECK (nickname IS NOT NULL)
);
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN nickname SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_nickname_present;

--- case: the whole way to NOT NULL in one file of single transactions
--- truth: The check is added NOT VALID, validated under SHARE UPDATE EXCLUSIVE, used, and dropped; no long lock anywhere.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD CONSTRAINT users_bio_present CHECK (bio IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_bio_present;
ALTER TABLE users ALTER COLUMN bio SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_bio_present;

--- case: SET NOT NULL where the CHECK says it among other things
--- truth: (nickname IS NOT NULL AND length > 0) implies it.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  nickname text,
  CONSTRAINT users_nickname_full CHECK (nickname IS NOT NULL AND length(nickname) > 0)
);
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ALTER COLUMN nickname SET NOT NULL;

--- case: NOT NULL that is there already
--- truth: Setting it again reads nothing.
--- migration
SET lock_timeout = '3s';
ALTER TABLE teams ALTER COLUMN name SET NOT NULL;

--- case: NOT NULL as NOT VALID on 18
--- postgres: 18
--- truth: From 18 a NOT NULL can be added NOT VALID and validated under SHARE UPDATE EXCLUSIVE.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD CONSTRAINT users_bio_not_null NOT NULL bio NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_bio_not_null;

--- case: a UNIQUE constraint from an index built before
--- truth: The index is there; the constraint takes it over in a moment.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE UNIQUE INDEX users_email_key ON users (email);
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;

--- case: a primary key from an index over a NOT NULL column
--- truth: The column is NOT NULL already, so nothing is read.
--- given
CREATE TABLE legacy (
  code text NOT NULL,
  name text NOT NULL
);
CREATE UNIQUE INDEX legacy_code_key ON legacy (code);
--- migration
SET lock_timeout = '3s';
ALTER TABLE legacy ADD CONSTRAINT legacy_pkey PRIMARY KEY USING INDEX legacy_code_key;

--- case: an index renamed
--- truth: SHARE UPDATE EXCLUSIVE; no program names an index.
--- migration
SET lock_timeout = '3s';
ALTER INDEX users_email_key RENAME TO users_email_unique;

--- case: triggers fire always, replica identity, owner
--- truth: Catalog entries; short locks.
--- migration
SET lock_timeout = '3s';
ALTER TABLE teams REPLICA IDENTITY FULL;
ALTER TABLE teams CLUSTER ON teams_pkey;
ALTER TABLE teams SET WITHOUT CLUSTER;

--- case: a virtual generated column on 18
--- postgres: 18
--- truth: A virtual column has no value in the table: no rewrite.
--- migration
SET lock_timeout = '3s';
ALTER TABLE users ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) VIRTUAL;

--- case: a column of a domain without constraints
--- truth: The domain holds no check, so there is nothing to read.
--- migration
SET lock_timeout = '3s';
CREATE DOMAIN short_text AS text;
ALTER TABLE users ADD COLUMN motto short_text;

--- case: cidr to inet
--- truth: cidr is binary coercible to inet: no rewrite.
--- given
CREATE TABLE networks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  range cidr NOT NULL
);
--- migration
SET lock_timeout = '3s';
ALTER TABLE networks ALTER COLUMN range TYPE inet;
