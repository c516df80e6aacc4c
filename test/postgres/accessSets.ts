// Policy sets, each with a history, sample rows for two tenants and one of nobody's, and who calls.

export interface PolicySet {
  readonly name: string;
  /** Run before by a superuser, and unknown to the history: what a platform brings. */
  readonly setUp?: string;
  readonly history: string;
  readonly rows: readonly string[];
  /** Settings of each caller. */
  readonly callers: readonly string[];
  readonly platform?: "supabase" | "neon";
  readonly since?: number;
  readonly until?: number;
  /** The tables behind views. */
  readonly bases?: Readonly<Record<string, string>>;
  /** Tables that are only there to be read by policies. */
  readonly leave?: readonly string[];
}

const tenants = ["set local app.tenant = 'a'", "set local app.tenant = 'b'", ""];
const table = "create table notes (id int primary key, tenant text, note text default 'x')";
const notes = `create role app; ${table}; grant select, insert, update, delete on notes to app`;
const on = "alter table notes enable row level security";
const rows = ["insert into notes values (1, 'a', 'n'), (2, 'b', 'n'), (3, null, 'n')"];
const mine = "tenant = current_setting('app.tenant', true)";
const own = `create policy own on notes using (${mine})`;

const set = (name: string, history: readonly string[], more: Partial<PolicySet> = {}): PolicySet => ({ name, history: history.join(";\n"), rows, callers: tenants, ...more });

const plain: readonly PolicySet[] = [
  set("row-level security off", [notes]),
  set("on, without a policy", [notes, on]),
  set("policies, and row-level security off", [notes, own]),
  set("switched off again", [notes, on, own, "alter table notes disable row level security"]),
  set("one policy for all commands", [notes, on, own]),
  set("to a role of its own", [notes, on, "create role other; grant all on notes to other", `create policy p on notes to app using (${mine})`]),
  set("to a list of roles", [notes, on, "create role other; create role third; grant all on notes to other, third", `create policy p on notes to app, other using (${mine})`]),
  set("to public", [table, "grant select, delete on notes to public", on, `create policy p on notes to public using (${mine})`]),
  set("one policy a command", [notes, on, `create policy s on notes for select using (${mine})`, `create policy i on notes for insert with check (${mine})`, `create policy u on notes for update using (${mine})`, `create policy d on notes for delete using (${mine})`]),
  set("select alone", [notes, on, `create policy s on notes for select using (${mine})`]),
  set("insert alone", [notes, on, `create policy i on notes for insert with check (${mine})`]),
  set("update alone: no row is found by WHERE", [notes, on, `create policy u on notes for update using (${mine})`]),
  set("delete alone: no row is found by WHERE", [notes, on, `create policy d on notes for delete using (${mine})`]),
  set("permissive policies are ORed", [notes, on, own, "create policy n on notes for select using (tenant is null)"]),
  set("FOR ALL beside one command", [notes, on, own, "create policy d on notes for delete using (true)", "create policy i on notes for insert with check (tenant is null)"]),
  set("two updates with checks of their own", [notes, on, "create policy s on notes for select using (true)", `create policy u on notes for update using (${mine}) with check (true)`, "create policy v on notes for update using (tenant is null)"]),
  set("deletes what it may not see", [notes, on, `create policy s on notes for select using (${mine})`, "create policy d on notes for delete using (true)"]),
  set("updates less than it sees", [notes, on, "create policy s on notes for select using (true)", `create policy u on notes for update using (${mine})`]),
  set("a restrictive policy is ANDed", [notes, on, "create policy s on notes using (true)", `create policy r on notes as restrictive using (${mine})`]),
  set("a restrictive policy alone", [notes, on, "create policy r on notes as restrictive using (true)"]),
  set("two restrictive policies", [notes, on, "create policy s on notes using (true)", `create policy r on notes as restrictive using (${mine})`, "create policy q on notes as restrictive for delete using (id > 1)"]),
  set("a restrictive policy for one role", [notes, on, "create role other; grant all on notes to other", "create policy s on notes using (true)", `create policy r on notes as restrictive to other using (${mine})`]),
  set("a restrictive policy of SELECT hides from the others", [notes, on, "create policy s on notes using (true)", `create policy r on notes as restrictive for select using (${mine})`]),
  set("a restrictive policy bars DELETE", [notes, on, "create policy s on notes using (true)", "create policy r on notes as restrictive for delete using (false)"]),
  set("a restrictive WITH CHECK", [notes, on, "create policy s on notes using (true)", `create policy r on notes as restrictive for insert with check (${mine})`]),
  set("WITH CHECK alone", [notes, on, `create policy i on notes for insert with check (${mine})`, "create policy s on notes for select using (true)"]),
  set("FOR ALL with WITH CHECK alone", [notes, on, `create policy p on notes with check (${mine})`]),
  set("a WITH CHECK wider than USING", [notes, on, `create policy p on notes using (${mine}) with check (true)`]),
  set("a WITH CHECK narrower than USING", [notes, on, `create policy p on notes using (true) with check (${mine})`]),
  set("WITH CHECK (false)", [notes, on, `create policy p on notes using (${mine}) with check (false)`]),
  set("USING (false)", [notes, on, "create policy p on notes using (false)"]),
  set("a contradiction", [notes, on, "create policy p on notes using (tenant = 'a' and tenant = 'b')"]),
  set("policies that contradict each other", [notes, on, "create policy p on notes using (tenant = 'a')", "create policy r on notes as restrictive using (tenant = 'b')"]),
  set("a tautology", [notes, on, "create policy p on notes using (tenant is null or tenant is not null)", "create policy r on notes as restrictive using (id = id)"]),
  set("equal to itself, unless it is null", [notes, on, "create policy p on notes using (tenant = tenant)"]),
  set("a null discriminator", [notes, on, "create policy p on notes using (tenant is not distinct from current_setting('app.tenant', true))"]),
  set("COALESCE opens what is nobody's", [notes, on, "create policy p on notes using (coalesce(tenant, '') = coalesce(current_setting('app.tenant', true), ''))"]),
  set("an empty setting lets all in", [notes, on, "create policy p on notes using (coalesce(current_setting('app.tenant', true), '') = '' or tenant = current_setting('app.tenant', true))"]),
  set("lists, CASE and BETWEEN", [notes, on, "create policy s on notes for select using (tenant in ('a', current_setting('app.tenant', true)))", "create policy d on notes for delete using (case when id between 2 and 3 then true else false end)", "create policy u on notes for update using (tenant = any (string_to_array('a,' || coalesce(current_setting('app.tenant', true), ''), ',')))"]),
  set("a condition over several lines", [notes, on, "create policy p on notes using (\n  tenant = current_setting('app.tenant', true) -- the caller's\n  and note <> 'two  blanks' /* as is */)"]),
  set("current_user", [notes, on, "create policy p on notes using (tenant = current_user)"], { rows: ["insert into notes values (1, 'app', 'n'), (2, 'b', 'n'), (3, null, 'n')"], callers: [""] }),
  set("ALTER POLICY and DROP POLICY", [notes, on, "create role other; grant all on notes to other", own, "create policy gone on notes using (true)", "alter policy own on notes to other using (tenant is null)", "drop policy gone on notes"]),
  set("inserts only", [table, "create role app; grant insert on notes to app"]),
];

const roles: readonly PolicySet[] = [
  set("a member has the group's privileges and policies", ["create role readers; create role app; grant readers to app", table, "grant select on notes to readers", on, `create policy p on notes to readers using (${mine})`]),
  set("a member without INHERIT has not", ["create role readers; create role app noinherit; grant readers to app", table, "grant select on notes to readers", on, `create policy p on notes to readers using (${mine})`]),
  set("a membership without INHERIT", ["create role readers; create role app; grant readers to app with inherit false", table, "grant select on notes to readers", on, own], { since: 16 }),
  set("a membership with INHERIT of a role without", ["create role readers; create role app noinherit; grant readers to app with inherit true", table, "grant select on notes to readers", on, own], { since: 16 }),
  set("INHERIT that changes after the grant", ["create role readers; create role app; grant readers to app; alter role app noinherit", table, "grant select on notes to readers", on, own]),
  set("a group of a group", ["create role all_readers; create role readers in role all_readers; create role app in role readers; create role late; create role tail role late", table, "grant select on notes to all_readers; grant delete on notes to tail", on, own]),
  set("a membership that was revoked", ["create role readers; create role app in role readers; revoke readers from app", table, "grant select on notes to readers", on, own]),
  set("REVOKE ADMIN OPTION leaves the membership", ["create role readers; create role app; grant readers to app with admin option; revoke admin option for readers from app", table, "grant select on notes to readers", on, own]),
  set("a role under a new name", [notes, on, `create policy p on notes to app using (${mine})`, "alter role app rename to service"]),
  set("pg_read_all_data", ["create role app; grant pg_read_all_data to app", table, on, own]),
  set("BYPASSRLS", [notes, on, own, "create role auditor bypassrls; grant select on notes to auditor", "create role helper in role auditor"]),
  set("BYPASSRLS without a privilege", [notes, on, own, "create role auditor; alter role auditor bypassrls"]),
  set("a superuser", [notes, on, own, "alter table notes force row level security", "create role admin superuser"]),
  set("the owner", [notes, on, own, "alter table notes owner to app"]),
  set("the owner, forced", [notes, on, own, "alter table notes force row level security; alter table notes owner to app"]),
  set("the runner of the history, forced", [notes, on, `create policy s on notes for select using (${mine})`, "alter table notes force row level security"]),
  set("a member of the owner", [notes, on, own, "create role team; create role dev in role team; create role guest noinherit in role team", "alter table notes owner to team"]),
  set("a member of the owner, forced", [notes, on, own, "create role team; create role dev in role team", "alter table notes owner to team; alter table notes force row level security"]),
  set("made under SET ROLE", ["create role maker; create role app", "set role maker", table, "grant select on notes to app", on, own, "reset role"]),
  set("DROP OWNED", [notes, on, "create role gone; grant all on notes to gone", own, "create policy g on notes to gone using (true)", "drop owned by gone; revoke insert on notes from app"]),
  set("to CURRENT_USER", ["create role maker; create role app", "set role maker", table, "grant select on notes to app", on, "alter table notes force row level security", `create policy p on notes to current_user using (${mine})`, "reset role"]),
  set("REASSIGN OWNED", [notes, on, own, "create role before; create role after", "alter table notes owner to before", "reassign owned by before to after"]),
];

const privileges: readonly PolicySet[] = [
  set("some columns", ["create role app", table, "grant select (id, tenant), insert (id, tenant), update (note) on notes to app", on, own]),
  set("updates columns that it may not find rows by", ["create role app", table, "grant update (note) on notes to app", on, own]),
  set("deletes without SELECT", ["create role app", table, "grant delete on notes to app", on, own]),
  set("updates without SELECT or policies", ["create role app", table, "grant update on notes to app"]),
  set("REVOKE of one of all", ["create role app", table, "grant all on notes to app; revoke select, insert on notes from app", on, own]),
  set("REVOKE ALL", [notes, on, own, "revoke all on notes from app"]),
  set("ON ALL TABLES IN SCHEMA", ["create role app", table, "grant select on all tables in schema public to app", "create table later (id int primary key)", "insert into later values (1)"]),
  set("default privileges", ["create role app", "alter default privileges in schema public grant select, delete on tables to app", table, on, own]),
  set("default privileges of another role", ["create role app; create role maker", "alter default privileges for role maker in schema public grant select on tables to app", table, "set role maker", "create table made (id int primary key)", "insert into made values (1)", "reset role"]),
  set("default privileges that came too late, or went", ["create role app; create role other", "alter default privileges grant select on tables to other", "alter default privileges revoke select on tables from other", table, "alter default privileges grant select on tables to app"]),
  set("a schema without USAGE", ["create role app; create role other", "create schema data", "create table data.notes (id int primary key, tenant text, note text)", "grant all on data.notes to app, other", "grant usage on schema data to other", "alter table data.notes enable row level security", `create policy own on data.notes using (${mine})`], { rows: ["insert into data.notes values (1, 'a', 'n'), (2, 'b', 'n'), (3, null, 'n')"] }),
  set("a schema of a role's own", ["create role app; create role team; create role dev in role team", "create schema data authorization team create table notes (id int primary key, tenant text, note text)", "grant select on data.notes to app"], { rows: ["insert into data.notes values (1, 'a', 'n'), (2, 'b', 'n')"] }),
  set("public closed", [notes, on, own, "create role other; grant select on notes to other", "revoke all on schema public from public; grant usage on schema public to other"]),
];

const members = "create table members (tenant text, login text)";
const memberRows = [...rows, "insert into members values ('a', 'app'), ('b', 'other'), ('a', 'other')"];
const reads = "exists (select from members m where m.tenant = notes.tenant and m.login = current_user)";

const subqueries: readonly PolicySet[] = [
  set("a subquery", [notes, members, "grant select on members to app", on, `create policy p on notes using (${reads})`], { rows: memberRows, leave: ["members"] }),
  set("a subquery of a table that it may not read", [notes, members, on, `create policy p on notes for select using (${reads})`, "create policy i on notes for insert with check (true)"], { rows: memberRows, leave: ["members"] }),
  set("a subquery beside what is always true", [notes, members, on, `create policy p on notes for select using (${reads})`, "create policy t on notes for select using (true)"], { rows: memberRows, leave: ["members"] }),
  set("a subquery of a table with policies of its own", [notes, members, "grant select on members to app", "alter table members enable row level security; create policy m on members using (login = current_user and tenant <> 'b')", on, `create policy p on notes using (${reads})`], { rows: memberRows, leave: ["members"] }),
  set("a subquery of a table without a policy", [notes, members, "grant select on members to app", "alter table members enable row level security", on, `create policy p on notes using (not ${reads})`], { rows: memberRows, leave: ["members"] }),
  set("a policy that reads its own table", [notes, on, "create policy p on notes using (exists (select from notes n where n.tenant = notes.tenant))"]),
  set("policies that read each other", [notes, members, "grant select on members to app", "alter table members enable row level security; create policy m on members using (exists (select from notes))", on, `create policy p on notes for select using (${reads})`], { rows: memberRows, leave: ["members"] }),
  set("a circle that BYPASSRLS does not enter", [notes, on, "create role auditor bypassrls; grant all on notes to auditor", "create policy p on notes using (exists (select from notes n where n.tenant = notes.tenant))"]),
  set("a SECURITY DEFINER function", [notes, members, "create function is_member(t text) returns boolean language sql stable security definer as 'select exists (select from public.members m where m.tenant = t and m.login = ''app'')'", on, "create policy p on notes using (is_member(tenant))"], { rows: memberRows, leave: ["members"] }),
  set("a function that it may not execute", [notes, "create role other; grant all on notes to other", "create function yes() returns boolean language sql stable as 'select true'", "revoke execute on function yes() from public; grant execute on function yes() to other", on, "create policy p on notes using (yes())"]),
  set("a function whose body decides", [notes, "create function visible(t text) returns boolean language sql stable as 'select t is not null'", on, "create policy p on notes using (visible(tenant))"]),
  set("IN a subquery, wrapped", [notes, members, "grant select on members to app", on, "create policy p on notes using (tenant in (select m.tenant from members m where m.login = (select current_user)))"], { rows: memberRows, leave: ["members"] }),
];

const parted = "create role app; create table events (id int, tenant text, note text) partition by list (tenant); create table events_a partition of events for values in ('a'); create table events_rest partition of events default; grant all on events, events_a, events_rest to app";
const eventRows = ["insert into events values (1, 'a', 'n'), (2, 'b', 'n'), (3, null, 'n')"];
const family = "create role app; create table base (id int, tenant text, note text); create table child () inherits (base); grant all on base, child to app";
const familyRows = ["insert into base values (1, 'a', 'n'), (2, 'b', 'n')", "insert into child values (3, 'a', 'n'), (4, 'b', 'n')"];

const parents: readonly PolicySet[] = [
  set("the parent's policies hold where it is named", [parted, "alter table events enable row level security", `create policy p on events using (${mine})`], { rows: eventRows }),
  set("a partition's policies hold where it is named", [parted, "alter table events_a enable row level security", "create policy p on events_a using (id > 1)"], { rows: eventRows }),
  set("a partition that is closed", [parted, "alter table events enable row level security; alter table events_a enable row level security", `create policy p on events using (${mine})`], { rows: eventRows }),
  set("a partition without a GRANT", [parted, "revoke all on events_a from app", "alter table events enable row level security", `create policy p on events for select using (${mine})`], { rows: eventRows }),
  set("an heir without row-level security", [family, "alter table base enable row level security", `create policy p on base using (${mine})`], { rows: familyRows }),
  set("an heir with policies of its own", [family, "alter table child enable row level security", `create policy p on child using (${mine})`], { rows: familyRows }),
];

const reader = "create role reader";
const bases = { v: "public.notes", w: "public.notes" };

const views: readonly PolicySet[] = [
  set("a view with its owner's rights", [notes, on, own, reader, "create view v as select * from notes; grant all on v to reader"], { bases }),
  set("a view with its owner's rights, forced", [notes, on, own, "alter table notes force row level security", reader, "create view v as select * from notes; grant all on v to reader"], { bases }),
  set("a view with security_invoker", [notes, on, own, reader, "create view v with (security_invoker = true) as select * from notes; grant all on v to reader, app"], { bases }),
  set("a view that becomes security_invoker", [notes, on, own, "create view v as select * from notes; grant select on v to app; alter view v set (security_invoker = on)"], { bases }),
  set("a view that belongs to a role that policies hold for", [notes, on, `create policy p on notes to app using (${mine})`, reader, "create view v as select * from notes; grant all on v to reader; alter view v owner to app"], { bases }),
  set("a view whose owner may not read", [notes, reader, "create role nobody", "create view v as select * from notes; grant all on v to reader; alter view v owner to nobody"], { bases }),
  set("a view with a WHERE", [notes, reader, "create view v as select id, tenant, note from notes where tenant = 'a' order by id; grant all on v to reader"], { bases }),
  set("a view with a WHERE and policies", [notes, on, own, "create view v with (security_invoker) as select id, tenant, note from notes where id < 3; grant all on v to app"], { bases }),
  set("a view with CHECK OPTION", [notes, reader, "create view v as select id, tenant, note from notes where tenant = 'a' with check option; grant all on v to reader"], { bases }),
  set("a view of an invoker's view", [notes, on, own, reader, "create view v with (security_invoker) as select * from notes; create view w as select * from v; grant all on v, w to reader, app"], { bases }),
  set("an invoker's view of a view", [notes, on, own, reader, "create view v as select * from notes; create view w with (security_invoker) as select * from v; grant all on w to reader, app; grant select on v to app"], { bases }),
  set("a view of two tables", [notes, members, on, own, reader, "create view v with (security_invoker) as select n.id, n.tenant, n.note from notes n left join members m on m.tenant = n.tenant and m.login = 'nobody'; grant all on v to app, reader; grant select on members to app"], { bases, leave: ["members"] }),
  set("a view that nothing is written through", [notes, reader, "create view v as select id, max(tenant) as tenant from notes group by id; grant all on v to reader"], { bases }),
  set("a materialized view", [notes, on, own, reader, "create materialized view v as select * from notes; grant all on v to reader"], { bases, rows: [...rows, "refresh materialized view v"] }),
];

const claims = (sub: string, role: string, tenant: string): string => `set local "request.jwt.claims" = '{"sub":"${sub}","role":"${role}","app_metadata":{"tenant":"${tenant}"}}'`;
const [ann, bob] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const people = [claims(ann, "authenticated", "a"), claims(bob, "authenticated", "b"), `set local "request.jwt.claims" = '{"role":"anon"}'`];
const owned = "create table notes (id int primary key, owner uuid, tenant text, note text default 'x')";
const ownedRows = [`insert into notes values (1, '${ann}', 'a', 'n'), (2, '${bob}', 'b', 'n'), (3, null, null, 'n')`];

const authFunctions = `
  create schema auth;
  create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
  create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;`;
const supabaseSetUp = `
  alter role runner bypassrls;
  create role anon; create role authenticated; create role service_role bypassrls;
  ${authFunctions}
  create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
  create table auth.users (id uuid primary key);
  grant usage on schema auth, public to anon, authenticated, service_role, runner;
  alter default privileges for role runner in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges for role runner in schema public grant all on functions to anon, authenticated, service_role`;
const neonSetUp = `
  alter role runner bypassrls;
  create role anonymous; create role authenticated;
  ${authFunctions}
  create function auth.user_id() returns text language sql stable as $$ select auth.jwt() ->> 'sub' $$;
  grant usage on schema auth, public to anonymous, authenticated, runner`;

const supabase = (name: string, history: readonly string[], more: Partial<PolicySet> = {}): PolicySet => set(`Supabase: ${name}`, [owned, ...history], { setUp: supabaseSetUp, platform: "supabase", rows: ownedRows, callers: people, ...more });
const neon = (name: string, history: readonly string[], more: Partial<PolicySet> = {}): PolicySet => set(`Neon: ${name}`, [owned, ...history], { setUp: neonSetUp, platform: "neon", rows: ownedRows, callers: people, ...more });
const uid = "(select auth.uid()) = owner";

const platforms: readonly PolicySet[] = [
  supabase("row-level security off", []),
  supabase("on, without a policy", [on]),
  supabase("everyone reads, the owner writes", [on, "create policy s on notes for select using (true)", `create policy i on notes for insert to authenticated with check (${uid})`, `create policy u on notes for update to authenticated using (${uid})`, `create policy d on notes for delete to authenticated using (${uid})`]),
  supabase("the owner alone", [on, `create policy p on notes to authenticated using (${uid})`]),
  supabase("open to who has not signed in", [on, "create policy p on notes for select using (auth.uid() is null or auth.uid() = owner)"]),
  supabase("by auth.role()", [on, "create policy p on notes for select using (auth.role() = 'authenticated')"]),
  supabase("by a claim", [on, "create policy p on notes to authenticated using (tenant = (select auth.jwt() -> 'app_metadata' ->> 'tenant'))"]),
  supabase("multi-factor as a restriction", [on, `create policy p on notes to authenticated using (${uid})`, "create policy r on notes as restrictive to authenticated using ((select auth.jwt() ->> 'aal') = 'aal2')"]),
  supabase("REVOKE from anon", ["revoke all on notes from anon", "revoke delete on notes from authenticated", "create table later (id int primary key)", "revoke all on all tables in schema public from authenticated"]),
  supabase("default privileges taken back", ["alter default privileges in schema public revoke all on tables from anon", "create table later (id int primary key)", "grant select on later to anon"]),
  supabase("a schema that the API does not serve", ["create schema private", "create table private.keys (id int primary key)"]),
  supabase("a policy that reads auth.users", [on, "create policy p on notes for select to authenticated using (exists (select from auth.users u where u.id = notes.owner))"]),
  supabase("forced", [on, `create policy p on notes to authenticated using (${uid})`, "alter table notes force row level security"]),
  neon("by auth.user_id()", ["grant select, insert, update, delete on notes to authenticated; grant select on notes to anonymous", on, "create policy p on notes to authenticated using ((select auth.user_id()) = owner::text)", "create policy a on notes for select to anonymous using (owner is null)"]),
  neon("without a GRANT", [on, "create policy p on notes to authenticated using ((select auth.user_id()) = owner::text)"]),
];

const unclear: readonly PolicySet[] = [
  set("row-level security by SQL that is made at run time", [notes, "do $$ begin execute 'alter table notes enable row level security'; end $$"]),
  set("a policy that reads what was there before", [notes, on, "create policy p on notes for select using (exists (select from legacy.members m where m.tenant = notes.tenant))"], { setUp: "create schema legacy; create table legacy.members (tenant text); grant usage on schema legacy to runner; grant select on legacy.members to runner" }),
  set("an INSTEAD OF trigger", [notes, reader, "create view v as select * from notes; grant all on v to reader", "create function f() returns trigger language plpgsql as 'begin return new; end'", "create trigger t instead of update on v for each row execute function f()"], { bases }),
  set("a view of a function", [notes, reader, "create function first_note() returns setof notes language sql stable as 'select * from public.notes limit 1'", "create view v as select * from first_note(); grant select on v to reader"], { bases }),
  set("GRANTs for tables that nothing names", [notes, "do $$ declare r record; begin for r in select 'notes' as name loop execute format('grant select on %I to public', r.name); end loop; end $$", "create table later (id int primary key)", "insert into later values (1)"]),
  set("a rule", [notes, "create rule r as on delete to notes do instead nothing"]),
  set("a view whose owner has some columns", ["create role app", table, "grant select (id, tenant) on notes to app", reader, "create view v as select id, tenant from notes; grant select on v to reader; alter view v owner to app"], { bases }),
  set("a table of before", ["create role app", "grant select on legacy to app", "alter table legacy enable row level security"], { setUp: "create table legacy (id int primary key); alter table legacy owner to runner", rows: ["insert into legacy values (1)"] }),
];

export const policySets: readonly PolicySet[] = [...plain, ...roles, ...privileges, ...subqueries, ...parents, ...views, ...platforms, ...unclear];
