set lock_timeout = '5s';

create table public.attachments (
  id uuid primary key default gen_random_uuid(),
  note_id uuid not null references public.notes (id) on delete cascade,
  path text not null,
  bytes bigint not null check (bytes >= 0)
);
create index attachments_note_id_idx on public.attachments (note_id);
alter table public.attachments enable row level security;
create policy "attachments are read by the team" on public.attachments for select to authenticated
  using (note_id in (select id from public.notes));
