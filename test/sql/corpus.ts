import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const workspaces = join(import.meta.dirname, "../workspaces");

/** SQL that uses what is hard to split. Every statement of it is right in version 18. */
export const written = String.raw`
-- leading comment; with a semicolon
create table public.users (
  id bigint generated always as identity primary key,
  name text not null default 'it''s; fine', /* a ; b */
  "odd ; name" text

);
select $$a;b$$, $tag$ ; $$ ; $tag$, E'a\';', U&'\0041;', 'x' /* /* nested ; */ ; */ ;
create function one() returns int language sql begin atomic
  select case when true then 1 else case 2 when 3 then 4 end end;
  select 2;
end;
create or replace procedure two(a int) begin atomic insert into public.users (name) values ('x'); end;
create function three() returns trigger language plpgsql as $body$
begin
  if new.name is null then raise exception 'no; name'; end if;
  return new;
end $body$;
create rule r as on insert to users do also (select 1; select 2);
;;
insert into users (name) values ('été; 😀'), ('b');
do $$ begin perform 1; end $$;
begin; update users set name = 'x' where id = 1; commit;
select 1 -- no semicolon; here
;
create table été (id int);
select a[1:2], b::int, '{"a": 1}'::jsonb ->> 'a', c @> d, - -1, 1*-2 from t;
grant select on users to public`;

export interface SqlFile {
  readonly name: string;
  readonly text: string;
}

/** What is written here, and the SQL of the sample workspaces where they are. */
export function sqlFiles(): readonly SqlFile[] {
  const files: SqlFile[] = [{ name: "written", text: written }];
  if (!existsSync(workspaces)) return files;
  for (const name of readdirSync(workspaces, { recursive: true, encoding: "utf8" }).sort()) {
    if (name.endsWith(".sql") && !name.includes("node_modules")) files.push({ name, text: readFileSync(join(workspaces, name), "utf8") });
  }
  return files;
}
