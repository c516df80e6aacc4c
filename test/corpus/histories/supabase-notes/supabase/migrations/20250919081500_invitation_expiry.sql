set lock_timeout = '5s';

alter table public.invitations add column expires_at timestamptz not null default now() + interval '14 days';
