// What stands in a platform's databases before any migration, as far as migrations and policies name it.

/** Roles belong to the server: another database of it may have made them. */
const role = (name: string, options: string): string => `do $$ begin create role ${name} ${options}; exception when duplicate_object then null; end $$;`;

/** What the API's token says of the caller. */
const claims = "nullif(current_setting('request.jwt.claims', true), '')::jsonb";

export const supabasePlatform = `
${role("anon", "nologin")}
${role("authenticated", "nologin")}
${role("service_role", "nologin bypassrls")}
${role("supabase_auth_admin", "nologin")}
create schema extensions;
create extension "uuid-ossp" schema extensions;
create extension pgcrypto schema extensions;
do $$ begin execute format('alter database %I set search_path = "$user", public, extensions', current_database()); end $$;
create schema auth;
create table auth.users (
  id uuid primary key,
  email text,
  phone text,
  raw_user_meta_data jsonb,
  raw_app_meta_data jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
create function auth.uid() returns uuid language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), ${claims} ->> 'sub')::uuid $$;
create function auth.role() returns text language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), ${claims} ->> 'role')::text $$;
create function auth.email() returns text language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.email', true), ''), ${claims} ->> 'email')::text $$;
create function auth.jwt() returns jsonb language sql stable as $$ select ${claims} $$;
create schema storage;
create table storage.buckets (id text primary key, name text not null unique, owner uuid, public boolean default false, created_at timestamptz default now());
create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text references storage.buckets (id),
  name text,
  owner uuid,
  created_at timestamptz default now(),
  metadata jsonb
);
create publication supabase_realtime;
grant usage on schema public, extensions, auth, storage to anon, authenticated, service_role;
grant all on all tables in schema storage to anon, authenticated, service_role;
alter table storage.objects enable row level security;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
`;

/** Neon's Data API: pg_session_jwt's functions, and the roles that it gives its callers. */
export const neonPlatform = `
${role("authenticated", "nologin")}
${role("anonymous", "nologin")}
create schema auth;
create function auth.session() returns jsonb language sql stable as $$ select ${claims} $$;
create function auth.user_id() returns text language sql stable as $$ select auth.session() ->> 'sub' $$;
create schema neon_auth;
create table neon_auth.users_sync (raw_json jsonb not null, id text primary key generated always as (raw_json ->> 'id') stored);
grant usage on schema public, auth to authenticated, anonymous;
alter default privileges in schema public grant all on tables to authenticated, anonymous;
alter default privileges in schema public grant all on sequences to authenticated, anonymous;
`;
