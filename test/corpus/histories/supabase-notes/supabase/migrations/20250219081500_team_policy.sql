set lock_timeout = '5s';

create policy "teams are read by their members" on public.teams for select to authenticated
  using (id in (select team_id from public.members where user_id = (select auth.uid())));
