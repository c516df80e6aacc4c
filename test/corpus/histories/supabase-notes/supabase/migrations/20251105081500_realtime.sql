set lock_timeout = '5s';

alter publication supabase_realtime add table public.notes;
