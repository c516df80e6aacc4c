set lock_timeout = '5s';

create policy "notes are deleted by their author" on public.notes for delete to authenticated
  using ((select auth.uid()) = author_id);
