set lock_timeout = '5s';

create table public.labels (
  id bigint generated always as identity primary key,
  team_id uuid not null references public.teams (id) on delete cascade,
  name text not null,
  unique (team_id, name)
);
alter table public.labels enable row level security;
create policy "labels are read by the team" on public.labels for select to authenticated
  using (team_id in (select team_id from public.members where user_id = (select auth.uid())));
