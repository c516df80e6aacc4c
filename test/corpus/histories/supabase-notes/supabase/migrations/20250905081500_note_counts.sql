create view public.note_counts with (security_invoker = true) as
  select team_id, count(*) as notes from public.notes group by team_id;
