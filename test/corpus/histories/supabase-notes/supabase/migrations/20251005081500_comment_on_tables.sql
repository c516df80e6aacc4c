comment on table public.notes is 'What a team writes down.';
comment on table public.labels is 'Words that group notes; each team has its own.';
