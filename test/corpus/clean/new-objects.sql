--- given
CREATE TABLE accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

--- case: an index on a table of the same migration
--- truth: Nobody uses the table yet, so its locks block nobody.
--- migration
CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number text NOT NULL,
  due_on date NOT NULL
);
CREATE UNIQUE INDEX invoices_number_key ON invoices (number);
CREATE INDEX invoices_due_on_idx ON invoices (due_on);

--- case: constraints added one by one to a table of the same migration
--- truth: The table is empty and unknown to others; nothing is scanned that matters.
--- migration
CREATE TABLE payments (
  id bigint GENERATED ALWAYS AS IDENTITY,
  amount numeric(12, 2),
  currency text
);
ALTER TABLE payments ADD CONSTRAINT payments_pkey PRIMARY KEY (id);
ALTER TABLE payments ALTER COLUMN amount SET NOT NULL;
ALTER TABLE payments ADD CONSTRAINT payments_amount_check CHECK (amount > 0);
ALTER TABLE payments ADD CONSTRAINT payments_currency_check CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE payments ALTER COLUMN currency TYPE varchar(3);

--- case: two new tables with a foreign key between them, added later
--- truth: Both ends are new.
--- migration
CREATE TABLE carts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  opened_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE cart_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cart_id bigint NOT NULL,
  sku text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0)
);
CREATE INDEX cart_lines_cart_id_idx ON cart_lines (cart_id);
ALTER TABLE cart_lines ADD CONSTRAINT cart_lines_cart_id_fkey FOREIGN KEY (cart_id) REFERENCES carts (id) ON DELETE CASCADE;

--- case: a new table renamed before anyone sees it
--- truth: The table and its column had no other name for any reader.
--- migration
CREATE TABLE drafts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txt text NOT NULL
);
ALTER TABLE drafts RENAME COLUMN txt TO body;
ALTER TABLE drafts RENAME TO articles;
ALTER TABLE articles ADD COLUMN slug text NOT NULL;

--- case: a scratch table filled, used and dropped in one migration
--- truth: It lives and dies here; what it held is of this migration alone.
--- migration
CREATE TABLE scratch_numbers (
  n integer PRIMARY KEY
);
INSERT INTO scratch_numbers SELECT generate_series(1, 1000);
CREATE TABLE squares (
  n integer PRIMARY KEY,
  square bigint NOT NULL
);
INSERT INTO squares (n, square) SELECT n, n::bigint * n FROM scratch_numbers;
DROP TABLE scratch_numbers;

--- case: a temporary table worked hard
--- truth: Only this session sees a temporary table.
--- migration
CREATE TEMPORARY TABLE staging (id bigint, name text) ON COMMIT PRESERVE ROWS;
CREATE INDEX staging_id_idx ON staging (id);
ALTER TABLE staging ADD CONSTRAINT staging_id_key UNIQUE (id);
ALTER TABLE staging ALTER COLUMN id SET NOT NULL;
UPDATE staging SET name = trim(name);
DELETE FROM staging;
TRUNCATE staging;
DROP TABLE staging;

--- case: a temporary table in pg_temp
--- truth: pg_temp is the session's own schema.
--- migration
CREATE TABLE pg_temp.names AS SELECT id, name FROM accounts WHERE false;
CREATE INDEX ON pg_temp.names (id);
ALTER TABLE pg_temp.names ALTER COLUMN name TYPE varchar(20);
DROP TABLE pg_temp.names;

--- case: a new schema with all that belongs in it, dropped names included
--- truth: The schema and its table are new; IF EXISTS on a name that never was does nothing.
--- migration
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE TABLE reporting.runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CONSTRAINT runs_finished_later CHECK (finished_at >= started_at)
);
CREATE INDEX runs_started_at_idx ON reporting.runs (started_at DESC);
ALTER TABLE reporting.runs ADD COLUMN host text NOT NULL;

--- case: a materialized view and its unique index, both new, and refreshed
--- truth: The index is built on what this migration made; nobody reads the view yet.
--- migration
CREATE MATERIALIZED VIEW accounts_by_day AS
  SELECT date_trunc('day', created_at) AS day, count(*) AS accounts FROM accounts GROUP BY 1
  WITH NO DATA;
CREATE UNIQUE INDEX accounts_by_day_day_key ON accounts_by_day (day);
REFRESH MATERIALIZED VIEW accounts_by_day;

--- case: a new enum extended at once
--- truth: A type of the same transaction is free of the rule about new labels.
--- migration
BEGIN;
CREATE TYPE mood AS ENUM ('glad', 'sad');
ALTER TYPE mood ADD VALUE 'calm';
CREATE TABLE moods (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mood mood NOT NULL DEFAULT 'calm'
);
COMMIT;

--- case: a new function, its trigger, and the new table that they serve
--- truth: All is new; a trigger on a new table slows nobody.
--- migration
CREATE TABLE documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER documents_touch BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

--- case: a partition created empty and attached
--- truth: The new partition has no rows to read, and there is no default partition.
--- given
CREATE TABLE metrics (
  id bigint NOT NULL,
  at timestamptz NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE metrics_2025 PARTITION OF metrics FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
--- migration
SET lock_timeout = '2s';
CREATE TABLE metrics_2026 (LIKE metrics INCLUDING ALL);
ALTER TABLE metrics ATTACH PARTITION metrics_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

--- case: a partition created in place
--- truth: The locks are short: the partition is born empty, and there is no default partition to read.
--- given
CREATE TABLE metrics (
  id bigint NOT NULL,
  at timestamptz NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
--- migration
SET lock_timeout = '2s';
CREATE TABLE metrics_2026 PARTITION OF metrics FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

--- case: a partitioned table, new, with keys and indexes on it
--- truth: No partition has a row yet; the primary key holds the partition key.
--- migration
CREATE TABLE visits (
  id uuid NOT NULL,
  visited_on date NOT NULL,
  path text NOT NULL,
  CONSTRAINT visits_pkey PRIMARY KEY (id, visited_on)
) PARTITION BY RANGE (visited_on);
CREATE TABLE visits_2026_01 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE visits_2026_02 PARTITION OF visits FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE INDEX visits_path_idx ON visits (path);

--- case: a new table filled with reference data, ids chosen by hand, sequence moved after
--- truth: The rows are few and the sequence is set past them.
--- migration
CREATE TABLE plans (
  id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
INSERT INTO plans (id, name) VALUES (1, 'free'), (2, 'team'), (3, 'business');
SELECT setval(pg_get_serial_sequence('plans', 'id'), (SELECT max(id) FROM plans));

--- case: a new table updated after it was filled
--- truth: The rows were put in a moment ago by this same migration.
--- migration
CREATE TABLE countries (
  code text PRIMARY KEY,
  name text NOT NULL,
  search text
);
INSERT INTO countries (code, name) VALUES ('CH', 'Switzerland'), ('FR', 'France');
UPDATE countries SET search = lower(name);
ALTER TABLE countries ALTER COLUMN search SET NOT NULL;
