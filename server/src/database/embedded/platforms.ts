// What stands in a platform's databases before any migration, as far as schemas and policies name it: embedded Postgres
// has none of it.

const claims = "nullif(current_setting('request.jwt.claims', true), '')::jsonb";

const supabase = [
  "CREATE ROLE anon NOLOGIN",
  "CREATE ROLE authenticated NOLOGIN",
  "CREATE ROLE service_role NOLOGIN BYPASSRLS",
  "CREATE ROLE supabase_auth_admin NOLOGIN",
  "CREATE SCHEMA extensions",
  'CREATE EXTENSION "uuid-ossp" SCHEMA extensions',
  "CREATE EXTENSION pgcrypto SCHEMA extensions",
  "CREATE SCHEMA auth",
  "CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, phone text, raw_user_meta_data jsonb, raw_app_meta_data jsonb, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz)",
  `CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), ${claims} ->> 'sub')::uuid $$`,
  `CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), ${claims} ->> 'role')::text $$`,
  `CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claim.email', true), ''), ${claims} ->> 'email')::text $$`,
  `CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT ${claims} $$`,
  "CREATE SCHEMA storage",
  "CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL UNIQUE, owner uuid, public boolean DEFAULT false, created_at timestamptz DEFAULT now())",
  "CREATE TABLE storage.objects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text REFERENCES storage.buckets (id), name text, owner uuid, created_at timestamptz DEFAULT now(), metadata jsonb)",
  "CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1] $$",
  "CREATE PUBLICATION supabase_realtime",
  "GRANT USAGE ON SCHEMA public, extensions, auth, storage TO anon, authenticated, service_role",
  "GRANT ALL ON ALL TABLES IN SCHEMA storage TO anon, authenticated, service_role",
  "ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role",
];

/** Neon's Data API: pg_session_jwt's functions, and the roles that it gives its callers. */
const neon = [
  "CREATE ROLE authenticated NOLOGIN",
  "CREATE ROLE anonymous NOLOGIN",
  "CREATE SCHEMA auth",
  `CREATE FUNCTION auth.session() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT ${claims} $$`,
  "CREATE FUNCTION auth.user_id() RETURNS text LANGUAGE sql STABLE AS $$ SELECT auth.session() ->> 'sub' $$",
  "CREATE SCHEMA neon_auth",
  "CREATE TABLE neon_auth.users_sync (raw_json jsonb NOT NULL, id text PRIMARY KEY GENERATED ALWAYS AS (raw_json ->> 'id') STORED)",
  "GRANT USAGE ON SCHEMA public, auth TO authenticated, anonymous",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO authenticated, anonymous",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO authenticated, anonymous",
];

interface Platform {
  readonly statements: readonly string[];
  readonly extensions: readonly string[];
  /** As the platform sets it for each session. */
  readonly searchPath: string | null;
}

export const platforms: Readonly<Record<"supabase" | "neon", Platform>> = {
  supabase: { statements: supabase, extensions: ["uuid-ossp", "pgcrypto"], searchPath: '"$user", public, extensions' },
  neon: { statements: neon, extensions: [], searchPath: null },
};
