set lock_timeout = '5s';

create table public.note_labels (
  note_id uuid not null references public.notes (id) on delete cascade,
  label_id bigint not null references public.labels (id) on delete cascade,
  primary key (note_id, label_id)
);
create index note_labels_label_id_idx on public.note_labels (label_id);
alter table public.note_labels enable row level security;
create policy "labels of notes are read by the team" on public.note_labels for select to authenticated
  using (note_id in (select id from public.notes));
