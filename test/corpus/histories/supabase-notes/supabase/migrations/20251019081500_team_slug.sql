set lock_timeout = '5s';

alter table public.teams add column slug text;
