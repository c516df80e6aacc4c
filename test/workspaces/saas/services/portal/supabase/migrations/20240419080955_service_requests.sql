create type public.request_state as enum ('submitted', 'accepted', 'declined', 'closed');

create table public.service_requests (
  id bigint generated always as identity primary key,
  site_id bigint not null references public.sites (id) on delete cascade,
  requested_by uuid references auth.users (id) on delete set null,
  state public.request_state not null default 'submitted',
  summary text not null check (char_length(summary) between 5 and 200),
  details text not null default '',
  preferred_on date,
  created_at timestamptz not null default now()
);

create index service_requests_site_id_idx on public.service_requests (site_id, created_at desc);
create index service_requests_requested_by_idx on public.service_requests (requested_by);

alter table public.service_requests enable row level security;

create policy "Members read the requests of their sites"
on public.service_requests for select
to authenticated
using (site_id in (select private.my_sites()));

create policy "Members file requests in their own name"
on public.service_requests for insert
to authenticated
with check (
  requested_by = (select auth.uid())
  and exists (
    select 1
    from public.site_members m
    where m.site_id = service_requests.site_id
      and m.user_id = (select auth.uid())
      and m.can_request
  )
);
