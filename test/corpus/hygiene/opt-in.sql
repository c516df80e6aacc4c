--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);

--- case: a grant beside DDL, where a team wants them apart
--- rules: {"migration/grant-with-ddl": "warning"}
--- truth: Rights and structure are reviewed by different people here; users has nothing to do with the new table.
--- migration
CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
GRANT SELECT ON users TO CURRENT_USER;
--- expect: migration/grant-with-ddl at "GRANT SELECT ON users TO CURRENT_USER"

--- case: a revoke beside an ALTER
--- rules: {"migration/grant-with-ddl": "warning"}
--- truth: REVOKE is of the same kind.
--- migration
SET lock_timeout = '5s';
REVOKE ALL ON users FROM PUBLIC;
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/grant-with-ddl at "REVOKE ALL ON users FROM PUBLIC"

--- case: a table without its schema
--- rules: {"migration/schema-qualified-names": "warning"}
--- truth: Where it is made depends on the search_path of whoever runs it.
--- migration
CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
--- expect: migration/schema-qualified-names at "CREATE TABLE notes"

--- case: an altered table without its schema beside one with it
--- rules: {"migration/schema-qualified-names": "warning"}
--- truth: public.notes is named in full, users is not.
--- migration
SET lock_timeout = '5s';
CREATE TABLE public.notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/schema-qualified-names at "ALTER TABLE users ADD COLUMN phone text"

--- case: no idle_in_transaction_session_timeout
--- rules: {"migration/session-settings": "warning"}
--- truth: A client that hangs in the transaction holds its locks for ever.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/session-settings at "SET lock_timeout = '5s';\nALTER TABLE users ADD COLUMN phone text"

--- case: an application_name that a team wants
--- rules: {"migration/session-settings": ["warning", {"require": ["application_name"]}]}
--- truth: Who holds a lock should be seen in pg_stat_activity.
--- migration
SET lock_timeout = '5s';
SET idle_in_transaction_session_timeout = '10s';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/session-settings at "SET lock_timeout = '5s';\nSET idle_in_transaction_session_timeout = '10s';\nALTER TABLE users ADD COLUMN phone text"
