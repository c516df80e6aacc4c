set lock_timeout = '5s';

create policy "notes are changed by their author" on public.notes for update to authenticated
  using ((select auth.uid()) = author_id) with check ((select auth.uid()) = author_id);
