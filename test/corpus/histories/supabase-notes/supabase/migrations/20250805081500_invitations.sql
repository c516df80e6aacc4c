set lock_timeout = '5s';

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  email text not null,
  sent_at timestamptz not null default now(),
  unique (team_id, email)
);
alter table public.invitations enable row level security;
create policy "invitations are read by owners" on public.invitations for select to authenticated
  using (team_id in (select team_id from public.members where user_id = (select auth.uid()) and role = 'owner'));
