-- A site is a place where work is done: a marina, a warehouse, a lift shaft.
create table public.sites (
  id bigint generated always as identity primary key,
  customer_reference text not null unique,
  name text not null,
  address text not null,
  created_at timestamptz not null default now()
);

create table public.site_members (
  site_id bigint not null references public.sites (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  can_request boolean not null default false,
  primary key (site_id, user_id)
);

create index site_members_user_id_idx on public.site_members (user_id);

-- Policies on site_members cannot read site_members themselves.
create function private.my_sites()
returns setof bigint
language sql
stable
security definer
set search_path = ''
as $$
  select site_id from public.site_members where user_id = (select auth.uid())
$$;

grant usage on schema private to authenticated;
grant execute on function private.my_sites() to authenticated;

alter table public.sites enable row level security;
alter table public.site_members enable row level security;

create policy "Members read their sites"
on public.sites for select
to authenticated
using (id in (select private.my_sites()));

create policy "Members see who else is on the site"
on public.site_members for select
to authenticated
using (site_id in (select private.my_sites()));
