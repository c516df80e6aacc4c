set lock_timeout = '5s';

create table public.members (
  team_id uuid not null references public.teams (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role text not null default 'member' check (role in ('owner', 'member')),
  primary key (team_id, user_id)
);
create index members_user_id_idx on public.members (user_id);
alter table public.members enable row level security;
create policy "own memberships are read" on public.members for select to authenticated using ((select auth.uid()) = user_id);
