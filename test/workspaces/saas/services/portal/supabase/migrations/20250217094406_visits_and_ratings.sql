set lock_timeout = '3s';

-- Planned visits of a technician, copied here from the work orders.
create table public.visits (
  id bigint generated always as identity primary key,
  request_id bigint not null references public.service_requests (id) on delete cascade,
  technician_name text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  check (ends_at > starts_at)
);

create index visits_request_id_idx on public.visits (request_id);

create policy "Members see visits of requests they can see"
on public.visits for select
to authenticated
using (
  exists (
    select 1 from public.service_requests r where r.id = visits.request_id
  )
);

-- One to five stars after a visit.
create table public.visit_ratings (
  visit_id bigint not null references public.visits (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  stars smallint not null check (stars between 1 and 5),
  created_at timestamptz not null default now(),
  primary key (visit_id, user_id)
);

create index visit_ratings_user_id_idx on public.visit_ratings (user_id);

alter table public.visit_ratings enable row level security;

-- Texts for the "what happens next" box; the page reads them without signing in.
create table public.help_texts (
  key text primary key,
  body text not null
);
