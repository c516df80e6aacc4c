CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood mood, raw bytea, data jsonb, tags text[], at timestamptz, rank int GENERATED ALWAYS AS (length(name)) STORED);
CREATE TABLE shop."Orders" (id serial PRIMARY KEY, customer bigint NOT NULL REFERENCES shop.customers, total numeric(10, 2), note varchar(200));
CREATE TABLE settings (key text PRIMARY KEY, value text);
