create table public.request_photos (
  id uuid primary key default gen_random_uuid(),
  request_id bigint not null references public.service_requests (id) on delete cascade,
  storage_path text not null unique,
  taken_at timestamptz,
  created_at timestamptz not null default now()
);

create index request_photos_request_id_idx on public.request_photos (request_id);

alter table public.request_photos enable row level security;

create policy "Members see photos of requests they can see"
on public.request_photos for select
to authenticated
using (
  exists (
    select 1 from public.service_requests r where r.id = request_photos.request_id
  )
);
