insert into public.teams (name) values ('Editors');
