--- given
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE TABLE teams (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);

--- case: no lock_timeout
--- truth: While the ALTER waits for a long reader, everyone else queues behind it.
--- migration
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-lock-timeout at "ALTER TABLE users ADD COLUMN phone text"

--- case: lock_timeout set after the lock
--- truth: The first ALTER waits without a limit.
--- migration
ALTER TABLE users ADD COLUMN phone text;
SET lock_timeout = '5s';
ALTER TABLE teams ADD COLUMN motto text;
--- expect: migration/missing-lock-timeout at "ALTER TABLE users ADD COLUMN phone text"
--- allow: migration/missing-lock-timeout at "SET lock_timeout = '5s'"

--- case: lock_timeout zero
--- truth: Zero turns the limit off.
--- migration
SET lock_timeout = 0;
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-lock-timeout at "SET lock_timeout = 0;\nALTER TABLE users ADD COLUMN phone text"
--- allow: migration/missing-lock-timeout

--- case: lock_timeout of an hour
--- truth: An hour of queue is no limit.
--- migration
SET lock_timeout = '1h';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-lock-timeout at "SET lock_timeout = '1h';\nALTER TABLE users ADD COLUMN phone text"
--- allow: migration/missing-lock-timeout

--- case: lock_timeout of ten minutes, as a bare number
--- truth: A bare number is milliseconds: 600000 is ten minutes.
--- migration
SET lock_timeout TO 600000;
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-lock-timeout at "SET lock_timeout TO 600000;\nALTER TABLE users ADD COLUMN phone text"
--- allow: migration/missing-lock-timeout

--- case: SET LOCAL outside of a transaction
--- truth: WARNING 25P01, and nothing is set: each statement commits by itself here.
--- migration
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-lock-timeout at "ALTER TABLE users ADD COLUMN phone text"
--- allow: migration/missing-lock-timeout

--- case: SET LOCAL in a transaction that has ended
--- truth: The second ALTER runs without it.
--- migration
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
COMMIT;
ALTER TABLE teams ADD COLUMN motto text;
--- expect: migration/missing-lock-timeout at "ALTER TABLE teams ADD COLUMN motto text"

--- case: lock_timeout reset before the lock
--- truth: RESET takes it back.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
RESET lock_timeout;
ALTER TABLE teams ADD COLUMN motto text;
--- expect: migration/missing-lock-timeout at "ALTER TABLE teams ADD COLUMN motto text"

--- case: only statement_timeout
--- truth: It would end the wait as well, but after its own, longer time, and it is not the limit of a queue.
--- migration
SET statement_timeout = '10min';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-lock-timeout at "ALTER TABLE users ADD COLUMN phone text"

--- case: a new table with a foreign key to a live one
--- truth: SHARE ROW EXCLUSIVE on users; it waits for writers, and later writers wait for it.
--- migration
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
--- expect: migration/missing-lock-timeout at "CREATE TABLE sessions (\n  id uuid PRIMARY KEY,\n  user_id bigint NOT NULL REFERENCES users (id)"

--- case: no lock_timeout in a DO block
--- truth: The same queue behind the same lock.
--- migration
DO $$
BEGIN
  ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text;
END
$$;
--- expect: migration/missing-lock-timeout at "ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text"

--- case: no lock_timeout in a Supabase migration
--- tool: supabase
--- truth: The default of Supabase's postgres role is no limit of lock waits.
--- given
create table public.profiles (
  id uuid primary key,
  username text not null
);
alter table public.profiles enable row level security;
create policy "own profile" on public.profiles for select to authenticated using ((select auth.uid()) = id);
--- migration
alter table public.profiles add column avatar_url text;
--- expect: migration/missing-lock-timeout at "alter table public.profiles add column avatar_url text"

--- case: no statement_timeout
--- preset: strict
--- truth: A scan that never ends holds its lock for as long.
--- migration
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN phone text;
--- expect: migration/missing-statement-timeout at "ALTER TABLE users ADD COLUMN phone text"
--- allow: migration/not-rerunnable
