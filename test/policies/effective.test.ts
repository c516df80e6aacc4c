import { describe, expect, test } from "vitest";
import { asked, bypassesRowSecurity, privilegeOf, rolesOf, rowsOf, usingRule, checkRule } from "../../server/src/policies/effective";
import { accessSentences } from "../../server/src/policies/sentences";
import { replay, table } from "../schema/replay/replay";
import { conditions, parse } from "./read";

const world = (...policies: readonly string[]) => {
  const { view } = replay(`create table t (id int not null, owner text, tenant text not null); alter table t enable row level security; ${policies.join(";")}`);
  return { view, t: table(view, "t") };
};
const nothing = { notNull: new Set<string>() };

test("permissive policies are ORed, restrictive ones ANDed to them", () => {
  const { view, t } = world("create policy a on t for select using (owner = current_user)", "create policy b on t using (id = 1)", "create policy c on t as restrictive for select using (tenant = f())", "create policy d on t for select to other using (true)");
  const rule = usingRule(t, rolesOf(view, "app"), "select");
  expect(rowsOf(rule, conditions.of, nothing)).toEqual({ rows: "some", where: "((owner = current_user) OR (id = 1)) AND (tenant = f())" });
  expect(rowsOf(usingRule(t, rolesOf(view, "other"), "select"), conditions.of, nothing)).toEqual({ rows: "some", where: "tenant = f()" });
  expect(rowsOf(usingRule(t, rolesOf(view, "app"), "delete"), conditions.of, nothing)).toEqual({ rows: "some", where: "id = 1" });
});

test("no permissive policy, no row", () => {
  const { view, t } = world("create policy c on t as restrictive using (true)", "create policy i on t for insert");
  for (const command of ["select", "insert", "update", "delete"] as const) expect(rowsOf(checkRule(t, rolesOf(view, "app"), command), conditions.of, nothing)).toEqual({ rows: "none" });
});

test("WITH CHECK is USING where it is not given", () => {
  const { view, t } = world("create policy a on t using (owner = current_user)", "create policy b on t for update using (id = 1) with check (id = 2)");
  expect(rowsOf(checkRule(t, rolesOf(view, "app"), "insert"), conditions.of, nothing)).toEqual({ rows: "some", where: "owner = current_user" });
  expect(rowsOf(checkRule(t, rolesOf(view, "app"), "update"), conditions.of, nothing)).toEqual({ rows: "some", where: "(owner = current_user) OR (id = 2)" });
});

describe("what a statement asks", () => {
  const { view, t } = world("create policy a on t for select using (true)");
  test.each([
    ["select", ["select"], [], []],
    ["select for update", ["select", "update"], [], []],
    ["insert", [], [], ["insert"]],
    ["insert returning", [], [], ["insert", "select"]],
    ["insert on conflict update", [], ["update", "select"], ["insert", "update", "select"]],
    ["update", ["update"], [], ["update"]],
    ["update of what it reads", ["update", "select"], [], ["update", "select"]],
    ["delete", ["delete"], [], []],
    ["delete of what it reads", ["delete", "select"], [], []],
    ["merge update", ["select"], ["update"], ["update", "select"]],
    ["merge delete", ["select"], ["delete"], []],
    ["merge insert", ["select"], [], ["insert"]],
  ] as const)("%s", (kind, filter, existing, written) => {
    const { filter: f, existing: e, written: w } = asked(t, rolesOf(view, "app"), kind);
    expect([f, e, w].map((rules) => rules.map(({ command }) => command))).toEqual([filter, existing, written]);
  });
});

test("roles, privileges and who is exempt", () => {
  const { view, t } = world("create role reader", "create role app", "create role lone noinherit", "grant reader to app, lone", "create role root bypassrls", "grant select on t to reader", "grant update (owner) on t to app");
  expect([...rolesOf(view, "app")].sort()).toEqual(["app", "public", "reader"]);
  expect([...rolesOf(view, "lone")].sort()).toEqual(["lone", "public"]);
  expect(privilegeOf(t, rolesOf(view, "app"), "select")).toBe("table");
  expect(privilegeOf(t, rolesOf(view, "app"), "update")).toBe("columns");
  expect(privilegeOf(t, rolesOf(view, "lone"), "select")).toBe("none");
  expect(bypassesRowSecurity(view, "root", null)).toBe(true);
  expect(bypassesRowSecurity(view, "app", null)).toBe(false);
  expect(bypassesRowSecurity(view, "service_role", "supabase")).toBe(true);
});

test("in sentences", () => {
  const { view, t } = world("create policy a on t for select to authenticated using (tenant = f())", "create policy b on t for insert to authenticated with check (tenant = f())", "create policy c on t for select to anon using (true)", "grant select on t to anon", "grant all on t to authenticated");
  expect(accessSentences({ view, database: { platform: null, postgresVersion: 16 }, condition: conditions.of, parse }, t)).toEqual([
    "`authenticated` may SELECT, INSERT rows where `tenant = f()`; may not UPDATE, DELETE.",
    "`anon` may SELECT all rows; may not INSERT, UPDATE, DELETE.",
    "Nobody may UPDATE, DELETE.",
    "The owner sees all rows.",
  ]);
});
