--- given
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
  total numeric(12, 2) NOT NULL
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER customers_touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_customer_id_key ON totals (customer_id);
CREATE MATERIALIZED VIEW daily AS SELECT count(*) AS orders FROM orders;
CREATE DOMAIN percentage AS numeric(5, 2);
CREATE TABLE discounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rate percentage
);

--- case: a materialized view refreshed in the plain way
--- truth: ACCESS EXCLUSIVE on it: readers wait until the query has run.
--- migration
SET lock_timeout = '5s';
REFRESH MATERIALIZED VIEW totals;
--- expect: migration/refresh-materialized-view at "REFRESH MATERIALIZED VIEW totals"

--- case: a refresh WITH DATA inside a DO block
--- truth: WITH DATA is the default; ACCESS EXCLUSIVE as ever.
--- migration
SET lock_timeout = '5s';
DO $$
BEGIN
  REFRESH MATERIALIZED VIEW public.totals WITH DATA;
END
$$;
--- expect: migration/refresh-materialized-view at "REFRESH MATERIALIZED VIEW public.totals WITH DATA"

--- case: CONCURRENTLY without a unique index
--- truth: 55000: cannot refresh materialized view "public.daily" concurrently.
--- fails: 55000
--- migration
REFRESH MATERIALIZED VIEW CONCURRENTLY daily;
--- expect: migration/refresh-materialized-view at "REFRESH MATERIALIZED VIEW CONCURRENTLY daily"

--- case: CONCURRENTLY where the only unique index is partial
--- truth: 55000: the unique index must have no WHERE.
--- fails: 55000
--- given
CREATE TABLE sales (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop text NOT NULL
);
CREATE MATERIALIZED VIEW shops AS SELECT shop, count(*) AS sales FROM sales GROUP BY shop;
CREATE UNIQUE INDEX shops_shop_key ON shops (shop) WHERE shop <> '';
--- migration
REFRESH MATERIALIZED VIEW CONCURRENTLY shops;
--- expect: migration/refresh-materialized-view at "REFRESH MATERIALIZED VIEW CONCURRENTLY shops"

--- case: a table locked by hand
--- truth: LOCK TABLE without a mode is ACCESS EXCLUSIVE: not even readers get by until COMMIT.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
LOCK TABLE orders;
UPDATE orders SET total = round(total, 1) WHERE id = 17;
COMMIT;
--- expect: migration/lock-table at "LOCK TABLE orders"

--- case: two tables locked in SHARE ROW EXCLUSIVE
--- truth: All writes to both wait.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY "customers", public.orders IN SHARE ROW EXCLUSIVE MODE;
COMMIT;
--- expect: migration/lock-table at "LOCK TABLE ONLY "customers", public.orders IN SHARE ROW EXCLUSIVE MODE"
--- allow: migration/lock-table
--- allow: migration/wide-lock-window

--- case: all triggers disabled
--- truth: Foreign keys are off too; rows written meanwhile are never checked again.
--- migration
SET lock_timeout = '5s';
ALTER TABLE orders DISABLE TRIGGER ALL;
--- expect: migration/disable-trigger at "DISABLE TRIGGER ALL"

--- case: one trigger disabled and never enabled
--- truth: What it did no longer happens.
--- migration
SET lock_timeout = '5s';
ALTER TABLE IF EXISTS "customers" DISABLE TRIGGER "customers_touch";
--- expect: migration/disable-trigger at "DISABLE TRIGGER "customers_touch""

--- case: the replica role for a session
--- truth: It turns off every trigger and foreign key of the session.
--- migration
SET session_replication_role = replica;
INSERT INTO orders (customer_id, total) VALUES (1, 10);
SET session_replication_role = origin;
--- expect: migration/disable-trigger at "SET session_replication_role = replica"

--- case: a trigger dropped
--- truth: updated_at is not kept any more.
--- migration
SET lock_timeout = '5s';
DROP TRIGGER customers_touch ON customers;
--- expect: migration/drop-trigger at "DROP TRIGGER customers_touch ON customers"

--- case: a trigger dropped if it exists, another made
--- truth: The new one is another one, on another event; updates are no longer touched.
--- migration
SET lock_timeout = '5s';
DROP TRIGGER IF EXISTS "customers_touch" ON public.customers;
CREATE TRIGGER customers_stamp BEFORE INSERT ON public.customers FOR EACH ROW EXECUTE FUNCTION touch();
--- expect: migration/drop-trigger at "DROP TRIGGER IF EXISTS "customers_touch" ON public.customers"

--- case: a trigger on a live table
--- preset: strict
--- truth: SHARE ROW EXCLUSIVE, and each write pays from then on.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
CREATE TRIGGER orders_touch AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
--- expect: migration/trigger-lock at "CREATE TRIGGER orders_touch"
--- allow: migration/not-rerunnable

--- case: a domain's constraint
--- truth: Every table with a column of the domain is read, under SHARE.
--- migration
SET lock_timeout = '5s';
ALTER DOMAIN percentage ADD CONSTRAINT percentage_range CHECK (VALUE BETWEEN 0 AND 100);
--- expect: migration/domain-constraint at "ALTER DOMAIN percentage ADD CONSTRAINT percentage_range CHECK (VALUE BETWEEN 0 AND 100)"

--- case: a domain set NOT NULL
--- truth: Every column of the domain is read for nulls.
--- migration
SET lock_timeout = '5s';
ALTER DOMAIN public.percentage SET NOT NULL;
--- expect: migration/domain-constraint at "ALTER DOMAIN public.percentage SET NOT NULL"

--- case: DDL on two busy tables and a scan between them, in one transaction
--- truth: ACCESS EXCLUSIVE on customers is held while the whole of orders is read.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE customers ADD COLUMN vip boolean NOT NULL DEFAULT false;
CREATE INDEX orders_total_idx ON orders (total);
COMMIT;
--- expect: migration/create-index-not-concurrent at "CREATE INDEX orders_total_idx ON orders (total)"
--- allow: migration/wide-lock-window

--- case: a table altered, then a long query in the same transaction
--- tool: flyway
--- truth: Readers of customers wait for the count of all events: ACCESS EXCLUSIVE is held to the end.
--- given
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE clicks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL
);
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE customers ADD COLUMN clicks bigint NOT NULL DEFAULT 0;
CREATE TABLE click_counts AS SELECT customer_id, count(*) AS clicks FROM clicks GROUP BY customer_id;
--- expect: migration/wide-lock-window|migration/fill-in-migration|migration/backfill-in-ddl-transaction at "CREATE TABLE click_counts AS SELECT customer_id, count(*) AS clicks FROM clicks GROUP BY customer_id"

--- case: a table made from a live one
--- preset: strict
--- truth: It takes as long as the query over all of orders.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
CREATE TABLE order_copy AS SELECT id, total FROM orders;
--- expect: migration/fill-in-migration at "CREATE TABLE order_copy AS SELECT id, total FROM orders"
--- allow: migration/not-rerunnable

--- case: SELECT INTO a new table
--- preset: strict
--- truth: SELECT INTO is CREATE TABLE AS by another name.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
SELECT id, total INTO order_totals FROM public.orders;
--- expect: migration/fill-in-migration at "SELECT id, total INTO order_totals FROM public.orders"
--- allow: migration/not-rerunnable

--- case: a materialized view made WITH DATA
--- preset: strict
--- truth: The query runs in the migration; WITH NO DATA and a refresh later do not hold it up.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
CREATE MATERIALIZED VIEW biggest AS SELECT customer_id, max(total) AS total FROM orders GROUP BY customer_id;
--- expect: migration/fill-in-migration at "CREATE MATERIALIZED VIEW biggest"
--- allow: migration/not-rerunnable

--- case: several ALTER TABLE of one table
--- preset: strict
--- truth: One statement would take the lock once, and read the table once.
--- migration
SET lock_timeout = '5s';
SET statement_timeout = '30s';
ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid();
--- expect: migration/combine-alter-table at "ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid()"
--- allow: migration/add-column-volatile-default
--- allow: migration/change-column-type
--- allow: migration/breaks-dependents
--- allow: migration/type-narrowing
--- allow: migration/irreversible
--- allow: migration/not-rerunnable

--- case: a domain's constraint NOT VALID, then validated
--- truth: Unlike a table's, a domain's VALIDATE takes SHARE on every table with a column of it (15 to 18): writes wait.
--- migration
SET lock_timeout = '5s';
ALTER DOMAIN percentage ADD CONSTRAINT percentage_range CHECK (VALUE BETWEEN 0 AND 100) NOT VALID;
ALTER DOMAIN percentage VALIDATE CONSTRAINT percentage_range;
--- expect: migration/domain-constraint at "ALTER DOMAIN percentage VALIDATE CONSTRAINT percentage_range"

--- case: an index on a table that the transaction has just altered
--- tool: goose
--- truth: The build runs while the ALTER's ACCESS EXCLUSIVE keeps even readers out.
--- given
-- +goose Up
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
-- +goose Down
DROP TABLE customers;
--- migration
-- +goose Up
SET LOCAL lock_timeout = '5s';
ALTER TABLE customers ADD COLUMN region text;
CREATE INDEX customers_region_idx ON customers (region);
-- +goose Down
SET LOCAL lock_timeout = '5s';
DROP INDEX customers_region_idx;
ALTER TABLE customers DROP COLUMN region;
--- expect: migration/create-index-not-concurrent|migration/wide-lock-window at "CREATE INDEX customers_region_idx ON customers (region)"
--- allow: migration/wide-lock-window
--- allow: migration/create-index-not-concurrent

--- case: a constraint validated while another table is locked
--- truth: VALIDATE itself lets reads and writes go on, but customers is locked against both while all of orders is read.
--- given
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  total numeric(12, 2) NOT NULL
);
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE customers ADD COLUMN vip boolean NOT NULL DEFAULT false;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
COMMIT;
--- expect: migration/wide-lock-window at "VALIDATE CONSTRAINT orders_total_check"

--- case: a materialized view refreshed CONCURRENTLY while a table is locked
--- tool: sqlx
--- truth: The refresh runs its query over all orders while customers is locked against reads.
--- given
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_customer_id_key ON totals (customer_id);
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE customers ADD COLUMN vip boolean NOT NULL DEFAULT false;
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
--- expect: migration/wide-lock-window at "REFRESH MATERIALIZED VIEW CONCURRENTLY totals"
