set lock_timeout = '5s';

alter table public.notes add constraint notes_body_length check (length(body) <= 20000) not valid;
