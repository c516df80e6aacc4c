set lock_timeout = '5s';

create table public.notes (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  author_id uuid not null references public.profiles (id) on delete restrict,
  body text not null,
  created_at timestamptz not null default now()
);
create index notes_team_id_idx on public.notes (team_id, created_at desc);
create index notes_author_id_idx on public.notes (author_id);
alter table public.notes enable row level security;
create policy "notes are read by the team" on public.notes for select to authenticated
  using (team_id in (select team_id from public.members where user_id = (select auth.uid())));
create policy "notes are written by their author" on public.notes for insert to authenticated
  with check ((select auth.uid()) = author_id);
