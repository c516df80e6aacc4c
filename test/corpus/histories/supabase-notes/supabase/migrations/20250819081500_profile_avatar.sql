set lock_timeout = '5s';

alter table public.profiles add column avatar_url text, add column bio text not null default '';
