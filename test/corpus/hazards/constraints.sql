--- given
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  phone text,
  country text
);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL,
  coupon_id bigint,
  total numeric(12, 2) NOT NULL,
  shipped_at timestamptz
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX orders_coupon_id_idx ON orders (coupon_id);
CREATE TABLE coupons (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL
);
CREATE TABLE bookings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room_id bigint NOT NULL,
  during tstzrange NOT NULL
);
CREATE TABLE imported (
  sku text NOT NULL,
  price numeric(10, 2) NOT NULL
);

--- case: a foreign key on a live table
--- truth: SHARE ROW EXCLUSIVE on both tables while every row is checked.
--- migration
SET lock_timeout = '5s';
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT;
--- expect: migration/foreign-key-not-valid at "FOREIGN KEY (customer_id) REFERENCES customers (id)"

--- case: two foreign keys among other actions
--- truth: Both are checked in this one statement.
--- migration
SET lock_timeout = '5s';
ALTER TABLE ONLY public.orders
  ADD COLUMN note text,
  ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers (id) ON DELETE RESTRICT,
  ADD FOREIGN KEY (coupon_id) REFERENCES public.coupons ON DELETE SET NULL;
--- expect: migration/foreign-key-not-valid at "FOREIGN KEY (customer_id) REFERENCES public.customers (id) ON DELETE RESTRICT"
--- expect: migration/foreign-key-not-valid at "FOREIGN KEY (coupon_id) REFERENCES public.coupons ON DELETE SET NULL"

--- case: a foreign key NOT VALID and validated in one transaction
--- truth: VALIDATE reads the table while SHARE ROW EXCLUSIVE of the ADD is still held.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;
COMMIT;
--- expect: migration/foreign-key-not-valid|migration/wide-lock-window at "VALIDATE CONSTRAINT orders_customer_id_fkey"

--- case: a column with a foreign key and a default
--- truth: The default is in every old row at once, so every row has to be looked up in coupons.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers ADD COLUMN welcome_coupon_id bigint DEFAULT 1 REFERENCES coupons (id) ON DELETE SET NULL;
--- expect: migration/foreign-key-not-valid at "REFERENCES coupons (id) ON DELETE SET NULL"
--- allow: migration/foreign-key-not-valid

--- case: a CHECK on a live table
--- truth: ACCESS EXCLUSIVE while every row is read.
--- migration
SET lock_timeout = '5s';
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
--- expect: migration/check-not-valid at "CHECK (total >= 0)"

--- case: a CHECK in the column list of several actions
--- truth: An added column's CHECK is checked against every old row if the column has a default, or the check names others; and the table's CHECK always is.
--- migration
SET lock_timeout = '5s';
ALTER TABLE "orders"
  ADD COLUMN weight numeric(8, 3),
  ADD CONSTRAINT "orders shipped after 2020" CHECK ("shipped_at" > '2020-01-01+00'),
  ALTER COLUMN coupon_id SET STATISTICS 500;
--- expect: migration/check-not-valid at "CHECK ("shipped_at" > '2020-01-01+00')"

--- case: a CHECK NOT VALID and validated in goose's one transaction
--- tool: goose
--- truth: ACCESS EXCLUSIVE of the ADD is held during the VALIDATE's scan.
--- given
-- +goose Up
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  total numeric(12, 2) NOT NULL
);
-- +goose Down
DROP TABLE orders;
--- migration
-- +goose Up
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
-- +goose Down
ALTER TABLE orders DROP CONSTRAINT orders_total_check;
--- expect: migration/check-not-valid|migration/wide-lock-window at "VALIDATE CONSTRAINT orders_total_check"

--- case: a UNIQUE constraint on a live table
--- truth: Builds its index under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);
--- expect: migration/unique-constraint-without-index at "UNIQUE (email)"

--- case: a UNIQUE column with NULLS NOT DISTINCT, two actions
--- truth: The same build, whatever it says of nulls.
--- postgres: 15
--- migration
SET lock_timeout = '5s';
ALTER TABLE IF EXISTS customers
  ALTER COLUMN country SET STATISTICS 200,
  ADD UNIQUE NULLS NOT DISTINCT (phone, country);
--- expect: migration/unique-constraint-without-index at "UNIQUE NULLS NOT DISTINCT (phone, country)"

--- case: a primary key on a live table without one
--- truth: Builds the index under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE imported ADD CONSTRAINT imported_pkey PRIMARY KEY (sku);
--- expect: migration/unique-constraint-without-index at "PRIMARY KEY (sku)"

--- case: a primary key on a new identity column
--- truth: Rewrites the table for the identity, and builds the index, all under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE imported ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
--- expect: migration/add-column-volatile-default at "GENERATED ALWAYS AS IDENTITY"
--- allow: migration/unique-constraint-without-index

--- case: an EXCLUDE constraint
--- truth: Builds a GiST index under ACCESS EXCLUSIVE; there is no USING INDEX for it.
--- migration
SET lock_timeout = '5s';
ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&);
--- expect: migration/unique-constraint-without-index at "EXCLUDE USING gist (during WITH &&)"

--- case: SET NOT NULL on a live column
--- truth: ACCESS EXCLUSIVE while every row is read.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers ALTER COLUMN phone SET NOT NULL;
--- expect: migration/set-not-null-scan at "SET NOT NULL"

--- case: SET NOT NULL beside a CHECK that says something else
--- truth: (phone <> '') does not imply phone IS NOT NULL, since a null passes it; the scan stays. The CHECK itself is NOT VALID.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers ADD CONSTRAINT customers_phone_check CHECK (phone <> '') NOT VALID;
ALTER TABLE customers VALIDATE CONSTRAINT customers_phone_check;
ALTER TABLE "public"."customers" ALTER "phone" SET NOT NULL, ALTER COLUMN country SET DEFAULT 'CH';
--- expect: migration/set-not-null-scan at "SET NOT NULL"

--- case: SET NOT NULL with a CHECK that is not validated
--- truth: Postgres uses only valid constraints to skip the scan.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers ADD CONSTRAINT customers_phone_present CHECK (phone IS NOT NULL) NOT VALID;
ALTER TABLE customers ALTER COLUMN phone SET NOT NULL;
--- expect: migration/set-not-null-scan at "SET NOT NULL"

--- case: ADD NOT NULL as a constraint on 18
--- postgres: 18
--- truth: From 18 a NOT NULL can be added by name; without NOT VALID it reads the table under ACCESS EXCLUSIVE.
--- migration
SET lock_timeout = '5s';
ALTER TABLE customers ADD CONSTRAINT customers_phone_not_null NOT NULL phone;
--- expect: migration/set-not-null-scan at "NOT NULL phone"

--- case: a NOT NULL column without default
--- truth: 23502 as soon as there is one row.
--- migration
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN currency text NOT NULL;
--- expect: migration/add-column-not-null-without-default at "currency text NOT NULL"

--- case: a NOT NULL column with a null default among several
--- truth: DEFAULT NULL is no default: 23502.
--- migration
SET lock_timeout = '5s';
ALTER TABLE public."orders"
  ADD COLUMN source text DEFAULT 'web' NOT NULL,
  ADD IF NOT EXISTS currency char(3) DEFAULT NULL NOT NULL;
--- expect: migration/add-column-not-null-without-default at "currency char(3) DEFAULT NULL NOT NULL"

--- case: a primary key column without default
--- truth: A primary key is NOT NULL: 23502.
--- migration
SET lock_timeout = '5s';
ALTER TABLE imported ADD COLUMN id uuid PRIMARY KEY;
--- expect: migration/add-column-not-null-without-default at "id uuid PRIMARY KEY"
--- allow: migration/unique-constraint-without-index

--- case: a primary key with USING INDEX of a nullable column
--- truth: It sets NOT NULL and reads the table for it, under ACCESS EXCLUSIVE.
--- given
CREATE TABLE devices (
  serial text,
  name text NOT NULL
);
CREATE UNIQUE INDEX devices_serial_key ON devices (serial);
--- migration
SET lock_timeout = '5s';
ALTER TABLE devices ADD CONSTRAINT devices_pkey PRIMARY KEY USING INDEX devices_serial_key;
--- expect: migration/set-not-null-scan at "PRIMARY KEY USING INDEX devices_serial_key"
