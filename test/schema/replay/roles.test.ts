import { expect, test } from "vitest";
import { replay } from "./replay";

const owners = (...texts: readonly string[]): Readonly<Record<string, string | null>> => {
  const { view } = replay(...texts);
  const found = new Map<string, string | null>();
  for (const schema of view.schemas()) found.set(schema.name, schema.owner);
  for (const relation of view.relations()) if (relation.kind !== "index" && relation.kind !== "composite") found.set(`${relation.schema}.${relation.name}`, relation.owner);
  for (const routine of view.allFunctions()) found.set(`${routine.schema}.${routine.name}()`, routine.owner);
  return Object.fromEntries(found);
};

test("what is made under SET ROLE belongs to that role", () => {
  expect(owners("create table t (id serial); set role app; create table u (id int); create view v as select * from u; create function f() returns int language sql as 'select 1'; reset role; create sequence q")).toEqual({
    "public.t": null,
    "public.t_id_seq": null,
    "public.u": "app",
    "public.v": "app",
    "public.f()": "app",
    "public.q": null,
  });
});

test("AUTHORIZATION holds for what CREATE SCHEMA makes, and no further", () => {
  expect(owners("create schema s authorization app create table t (id int) create view v as select 1; create schema authorization joe; create table s.u (id int)")).toEqual({ s: "app", joe: "joe", "s.t": "app", "s.v": "app", "s.u": null });
});

test("OWNER TO and REASSIGN OWNED", () => {
  const made = "create schema s; create table t (id serial); create view v as select 1; create function f() returns int language sql as 'select 1'; create sequence q";
  const changed = "alter schema s owner to a; alter table t owner to a; alter view v owner to b; alter function f() owner to b; alter sequence q owner to a";
  expect(owners(made, changed)).toEqual({ s: "a", "public.t": "a", "public.t_id_seq": "a", "public.v": "b", "public.f()": "b", "public.q": "a" });
  expect(owners(made, changed, "reassign owned by a to c; reassign owned by b to current_user")).toEqual({ s: "c", "public.t": "c", "public.t_id_seq": "c", "public.v": null, "public.f()": null, "public.q": "c" });
});

test("a role's new name stands everywhere", () => {
  const { view } = replay("create role a; create role b in role a; create table t (id int); grant select on t to a; create view v as select 1; grant select on v to a; alter view v owner to a; create policy p on t to a using (true); alter default privileges for role a grant select on tables to a", "alter role a rename to z");
  expect(view.role("b")?.memberOf).toMatchObject([{ role: "z" }]);
  expect(view.table({ schema: "public", name: "t" })).toMatchObject({ grants: [{ grantee: "z" }], policies: [{ roles: ["z"] }] });
  expect(view.view({ schema: "public", name: "v" })).toMatchObject({ owner: "z" });
  expect(view.defaultPrivileges()).toMatchObject([{ role: "z", grant: { grantee: "z" } }]);
  expect(view.role("a")).toBeUndefined();
});

test("memberships", () => {
  const { view } = replay(
    "create role a; create role b noinherit; grant a to b, c; grant a to d with admin option",
    "revoke admin option for a from d; alter role c bypassrls; create role e; grant e to d; drop role e",
  );
  expect(view.role("b")?.memberOf).toEqual([{ role: "a", admin: false, inherit: false, set: true }]);
  expect(view.role("c")).toMatchObject({ createdIn: null, options: [{ name: "bypassrls", value: "true" }], memberOf: [{ role: "a", inherit: true }] });
  expect(view.role("d")?.memberOf).toEqual([{ role: "a", admin: false, inherit: true, set: true }]);
});

test("default privileges are those of the role that makes the object", () => {
  const { view } = replay("alter default privileges for role app grant select on tables to reader; create table t (id int); set role app; create table u (id int); alter default privileges grant insert on tables to writer; create table w (id int)");
  const grants = (name: string) => view.table({ schema: "public", name })?.grants.map(({ privilege, grantee }) => `${privilege} ${grantee}`);
  expect([grants("t"), grants("u"), grants("w")]).toEqual([[], ["select reader"], ["select reader", "insert writer"]]);
});

test("what the history owns by a role of its own is printed so", () => {
  const { printed } = replay("create role app; create table t (id int); create table u (id int); alter table t owner to app; alter table u owner to platform");
  expect(printed.filter((text) => text.includes("OWNER"))).toEqual(["ALTER TABLE public.t OWNER TO app"]);
});

test("DROP OWNED takes what belongs to a role, and what it was granted", () => {
  const { view } = replay(
    "create role a; create role b; create schema s authorization a; create table s.t (id int); create table t (id int); alter table t owner to a; create table u (id int); grant select on u to a, b; create policy p on u to a using (true); create policy q on u to a, b using (true); alter default privileges grant select on tables to a",
    "drop owned by a cascade",
  );
  expect([view.schema("s"), view.table({ schema: "s", name: "t" }), view.table({ schema: "public", name: "t" })]).toEqual([undefined, undefined, undefined]);
  expect(view.table({ schema: "public", name: "u" })).toMatchObject({ grants: [{ grantee: "b" }], policies: [{ name: "q", roles: ["b"] }] });
  expect(view.defaultPrivileges()).toEqual([]);
});

test("SQL of privileges that is made at run time for tables that nothing names", () => {
  const unread = (block: string) => {
    const { view } = replay(`create table t (id int); do $$ ${block} $$; create table later (id int)`);
    return ["t", "later"].filter((name) => view.privilegesUnread({ schema: "public", name }));
  };
  expect(unread("declare r record; begin for r in select * from pg_tables loop execute format('alter table %I enable row level security', r.tablename); end loop; end")).toEqual(["t"]);
  expect(unread("declare q text := 'grant select on %I to app'; begin execute format(q, 't'); end")).toEqual(["t"]);
  expect(unread("begin execute format('analyze %I', 't'); end")).toEqual([]);
});
