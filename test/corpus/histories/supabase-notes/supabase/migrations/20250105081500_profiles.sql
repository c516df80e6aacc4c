set lock_timeout = '5s';

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  username text not null unique,
  created_at timestamptz not null default now()
);
alter table public.profiles enable row level security;
create policy "profiles are read by members" on public.profiles for select to authenticated using (true);
create policy "own profile is changed" on public.profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
