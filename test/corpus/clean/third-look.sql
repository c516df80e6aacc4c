--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  city text
);
CREATE TABLE measures (
  at date NOT NULL,
  value integer NOT NULL
) PARTITION BY RANGE (at);
CREATE TABLE measures_2025 PARTITION OF measures FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE FUNCTION unused_helper() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$;

--- case: a procedure with COMMIT, made in goose's transaction
--- tool: goose
--- truth: The COMMIT is the body's; it runs when someone calls it.
--- given
-- +goose Up
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  city text
);
-- +goose Down
DROP TABLE users;
--- migration
-- +goose Up
-- +goose StatementBegin
CREATE PROCEDURE fill_cities() LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 0..9 LOOP
    UPDATE users SET city = 'Bern' WHERE id > i * 1000 AND id <= (i + 1) * 1000 AND city IS NULL;
    COMMIT;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- +goose Down
DROP PROCEDURE fill_cities();

--- case: a block that catches an error
--- truth: EXCEPTION rolls back to the block's own start; nothing is left half done.
--- migration
DO $$
BEGIN
  INSERT INTO users (email) VALUES ('ada@example.com');
EXCEPTION
  WHEN unique_violation THEN
    NULL;
END
$$;

--- case: a function that nothing uses replaced, in another language
--- truth: No index, column or constraint holds what it computed.
--- migration
CREATE OR REPLACE FUNCTION unused_helper() RETURNS integer LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
BEGIN
  RETURN 2;
END
$$;

--- case: an index of a new partition, before it is attached
--- truth: The table is of this migration, and carries the CHECK that proves its bound.
--- migration
SET lock_timeout = '3s';
CREATE TABLE measures_2027 (LIKE measures INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO measures_2027 (at, value) VALUES ('2027-01-01', 1);
CREATE INDEX measures_2027_at_idx ON measures_2027 (at);
ALTER TABLE measures_2027 ADD CONSTRAINT measures_2027_bound CHECK (at >= '2027-01-01'::date AND at < '2028-01-01'::date);
ALTER TABLE measures ATTACH PARTITION measures_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
ALTER TABLE measures_2027 DROP CONSTRAINT measures_2027_bound;

--- case: a search_path and a role for the session
--- truth: Settings of the session touch no table.
--- migration
SET search_path = public;
SET client_min_messages = warning;
SET lock_timeout = '3s';
ALTER TABLE users ADD COLUMN street text;
RESET search_path;

--- case: a cursor, a notice and a listener
--- truth: None of them changes anything.
--- migration
BEGIN;
DECLARE a_few CURSOR FOR SELECT id FROM users WHERE id < 10;
FETCH 5 FROM a_few;
CLOSE a_few;
COMMIT;
NOTIFY migrations, 'done';

--- case: EXPLAIN of a dangerous statement
--- truth: EXPLAIN without ANALYZE plans and runs nothing.
--- migration
EXPLAIN DELETE FROM users;

--- case: a prepared statement with a WHERE
--- truth: PREPARE runs nothing; EXECUTE touches one row.
--- migration
PREPARE move(bigint, text) AS UPDATE users SET city = $2 WHERE id = $1;
EXECUTE move(4, 'Bern');
DEALLOCATE move;

--- case: a foreign key made deferrable
--- truth: ALTER CONSTRAINT changes the catalog; no row is read.
--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE TABLE posts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL,
  CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX posts_user_id_idx ON posts (user_id);
--- migration
SET lock_timeout = '3s';
ALTER TABLE posts ALTER CONSTRAINT posts_user_id_fkey DEFERRABLE INITIALLY DEFERRED;
