--- given
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  nickname text
);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
  total numeric(12, 2) NOT NULL,
  CONSTRAINT orders_total_check CHECK (total >= 0)
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE TYPE stage AS ENUM ('lead', 'won');
CREATE VIEW customer_names AS SELECT id, name FROM customers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER customers_touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_customer_id_key ON totals (customer_id);
CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY,
  at date NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE audit_2024 PARTITION OF audit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

--- case: a table renamed with a view of the old name
--- truth: In one transaction the view takes the old name: programs go on.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers RENAME TO clients;
CREATE VIEW customers WITH (security_invoker = true) AS SELECT * FROM clients;
COMMIT;

--- case: a label added and not used
--- truth: From 12 on it may be added in a transaction; only its use would fail.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TYPE stage ADD VALUE 'lost' AFTER 'won';
CREATE TABLE deals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage stage NOT NULL DEFAULT 'lead'
);
COMMIT;

--- case: a label added and used, each statement by itself
--- truth: psql commits the label before it is used.
--- migration
SET lock_timeout = '3s';
ALTER TYPE stage ADD VALUE IF NOT EXISTS 'lost' AFTER 'won';
CREATE TABLE deals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage stage NOT NULL DEFAULT 'lost'
);

--- case: an index built CONCURRENTLY after a failed try
--- truth: What a failed build left is dropped first; nothing is blocked.
--- migration
DROP INDEX CONCURRENTLY IF EXISTS customers_email_key;
CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);

--- case: an index swapped for a better one
--- truth: Both steps are CONCURRENTLY.
--- migration
CREATE INDEX CONCURRENTLY orders_customer_id_total_idx ON orders (customer_id, total);
DROP INDEX CONCURRENTLY orders_customer_id_idx;

--- case: an index rebuilt CONCURRENTLY
--- truth: From 12 on; writes go on.
--- migration
REINDEX INDEX CONCURRENTLY orders_customer_id_idx;
REINDEX (VERBOSE, CONCURRENTLY) TABLE customers;

--- case: a materialized view refreshed CONCURRENTLY
--- truth: A unique index on a plain column is there; readers go on.
--- migration
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;

--- case: an index of a materialized view
--- truth: SHARE blocks only a refresh: nobody writes rows to it.
--- migration
SET lock_timeout = '3s';
CREATE INDEX totals_total_idx ON totals (total);

--- case: VACUUM and ANALYZE
--- truth: SHARE UPDATE EXCLUSIVE: reads and writes go on.
--- migration
VACUUM (ANALYZE) orders;
ANALYZE customers;

--- case: a partition detached CONCURRENTLY
--- truth: From 14 on; there is no default partition, and the statement stands alone.
--- migration
ALTER TABLE audit DETACH PARTITION audit_2024 CONCURRENTLY;

--- case: a filled table attached with a CHECK that proves its bound
--- truth: The check was validated before, so ATTACH reads nothing.
--- given
CREATE TABLE audit (
  id bigint NOT NULL,
  at date NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE audit_2023 (
  id bigint NOT NULL,
  at date NOT NULL,
  PRIMARY KEY (id, at),
  CONSTRAINT audit_2023_bound CHECK (at IS NOT NULL AND at >= '2023-01-01'::date AND at < '2024-01-01'::date)
);
--- migration
SET lock_timeout = '3s';
ALTER TABLE audit ATTACH PARTITION audit_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
ALTER TABLE audit_2023 DROP CONSTRAINT audit_2023_bound;

--- case: an index on a partitioned table, piece by piece
--- truth: ON ONLY makes an invalid parent in a moment; the partition's own is built CONCURRENTLY and attached.
--- migration
SET lock_timeout = '3s';
CREATE INDEX audit_at_idx ON ONLY audit (at);
RESET lock_timeout;
CREATE INDEX CONCURRENTLY audit_2024_at_idx ON audit_2024 (at);
ALTER INDEX audit_at_idx ATTACH PARTITION audit_2024_at_idx;

--- case: a view replaced with one more column
--- truth: CREATE OR REPLACE may add columns at the end.
--- migration
SET lock_timeout = '3s';
CREATE OR REPLACE VIEW customer_names AS SELECT id, name, nickname FROM customers;

--- case: a view dropped and made again
--- truth: In one transaction no reader sees it missing.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
DROP VIEW customer_names;
CREATE VIEW customer_names AS SELECT name, id FROM customers;
COMMIT;

--- case: a function replaced that nothing stores
--- truth: A trigger runs the new one from the next row on; no stored value depends on it.
--- migration
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.name := trim(NEW.name);
  RETURN NEW;
END
$$;

--- case: a trigger dropped and made again
--- truth: In one transaction no row misses it.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
DROP TRIGGER IF EXISTS customers_touch ON customers;
CREATE TRIGGER customers_touch BEFORE INSERT OR UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
COMMIT;

--- case: a check swapped for a wider one
--- truth: The new one is added NOT VALID and validated before the old one goes.
--- migration
SET lock_timeout = '3s';
ALTER TABLE orders ADD CONSTRAINT orders_total_limit CHECK (total >= 0 AND total < 1000000) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_limit;
ALTER TABLE orders DROP CONSTRAINT orders_total_check;

--- case: a few rows changed by key
--- truth: A WHERE on the key: two rows.
--- migration
UPDATE customers SET name = 'Unknown' WHERE id IN (4, 17);
DELETE FROM orders WHERE id = 99;

--- case: a backfill in batches, by a DO block that commits
--- truth: Each batch is its own transaction: psql is in none.
--- migration
DO $$
DECLARE
  last bigint := 0;
BEGIN
  LOOP
    UPDATE customers SET nickname = split_part(name, ' ', 1) WHERE id > last AND id <= last + 5000 AND nickname IS NULL;
    last := last + 5000;
    COMMIT;
    EXIT WHEN last > (SELECT coalesce(max(id), 0) FROM customers);
  END LOOP;
END
$$;

--- case: UPDATE of a batch by key from a limited subquery
--- truth: The right form of UPDATE ... LIMIT.
--- migration
UPDATE customers SET nickname = '' WHERE id IN (SELECT id FROM customers WHERE nickname IS NULL ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED);

--- case: reference data upserted
--- truth: A few literal rows, without ids.
--- migration
CREATE TABLE currencies (
  code text PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO currencies (code, name) VALUES ('CHF', 'Swiss franc'), ('EUR', 'Euro')
ON CONFLICT (code) DO UPDATE SET name = excluded.name;

--- case: a table updated from another one, with a key
--- truth: Only the customers of one import are touched.
--- migration
CREATE TABLE corrections (
  customer_id bigint PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO corrections (customer_id, name) VALUES (3, 'Ada'), (4, 'Grace');
UPDATE customers SET name = c.name FROM corrections c WHERE customers.id = c.customer_id AND c.customer_id IN (3, 4);

--- case: trusted extensions
--- truth: pgcrypto, citext and pg_trgm are trusted from 13 on: the owner of the database may create them.
--- migration
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

--- case: grants and roles
--- truth: Catalog entries.
--- migration
GRANT SELECT ON customers TO CURRENT_USER;
REVOKE ALL ON orders FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO CURRENT_USER;

--- case: a column dropped that is marked as unused, with an ignore comment
--- truth: The team has said that no program names it, and the comment says why.
--- migration
SET lock_timeout = '3s';
-- plumbline-ignore migration/drop-column: no code has named it since release 41
ALTER TABLE customers DROP COLUMN nickname;

--- case: row level security turned on with its policies
--- truth: Short locks; the policies come in the same transaction.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY customers_self ON customers FOR ALL USING (email = (SELECT current_user)) WITH CHECK (email = (SELECT current_user));
COMMIT;

--- case: a sequence moved on
--- truth: setval and a larger cache block no one for long.
--- migration
CREATE SEQUENCE invoice_numbers AS bigint START WITH 1000 CACHE 20;
SELECT setval('invoice_numbers', 2000, false);
ALTER SEQUENCE invoice_numbers RESTART WITH 3000;

--- case: triggers off and on again in one transaction, for an import
--- truth: A user trigger alone is off for the few rows of this transaction, and is on again at its end.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers DISABLE TRIGGER customers_touch;
UPDATE customers SET nickname = NULL WHERE id = 12;
ALTER TABLE customers ENABLE TRIGGER customers_touch;
COMMIT;

--- case: a statistics object and a publication
--- truth: SHARE UPDATE EXCLUSIVE; reads and writes go on.
--- migration
SET lock_timeout = '3s';
CREATE STATISTICS orders_customer_total ON customer_id, total FROM orders;
ANALYZE orders;

--- case: LOCK TABLE in a mode that blocks no one who works
--- truth: ACCESS SHARE and ROW EXCLUSIVE are what every query takes.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
LOCK TABLE orders IN ACCESS SHARE MODE;
LOCK TABLE customers IN ROW EXCLUSIVE MODE;
COMMIT;

--- case: a domain's constraint NOT VALID
--- truth: NOT VALID reads nothing.
--- given
CREATE DOMAIN percentage AS numeric(5, 2);
CREATE TABLE discounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rate percentage NOT NULL
);
--- migration
SET lock_timeout = '3s';
ALTER DOMAIN percentage ADD CONSTRAINT percentage_range CHECK (VALUE BETWEEN 0 AND 100) NOT VALID;

--- case: a new table with two foreign keys in one transaction
--- truth: The new table is empty: both old tables are locked for a moment, and neither is read.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
CREATE TABLE refunds (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL,
  customer_id bigint NOT NULL
);
CREATE INDEX refunds_order_id_idx ON refunds (order_id);
CREATE INDEX refunds_customer_id_idx ON refunds (customer_id);
ALTER TABLE refunds ADD CONSTRAINT refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT;
ALTER TABLE refunds ADD CONSTRAINT refunds_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT;
COMMIT;

--- case: three columns on one table in one transaction
--- truth: The lock is taken once and held for three entries in the catalog.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE customers ADD COLUMN street text;
ALTER TABLE customers ADD COLUMN city text;
ALTER TABLE customers ADD COLUMN country text NOT NULL DEFAULT 'CH';
COMMIT;

--- case: a lookup of a few rows while a table is altered
--- truth: Settings rows are put into a new table; nothing large is read under the lock.
--- migration
BEGIN;
SET LOCAL lock_timeout = '3s';
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
CREATE TABLE channels (
  name text PRIMARY KEY
);
INSERT INTO channels (name) VALUES ('web'), ('phone');
COMMIT;
