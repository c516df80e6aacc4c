// The policy that a fix writes follows the project: what its other policies compare the tenant's column with, what
// plumbline.json says, what the platform has.

import { describe, expect, it } from "vitest";
import { afterFix, lintExample } from "../../server/generate/lintExample";
import type { Example } from "../../server/src/rules/rule";
import { rules } from "../../server/src/rules/index.generated";
import rlsDisabled from "../../server/src/rules/security/rlsDisabled";

const table = (column: string): string => `CREATE TABLE added (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${column});`;

/** A neighbour with a policy of its own. */
const neighbour = (column: string, policy: string, name = "orders"): string => `
  CREATE TABLE ${name} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${column}, archived boolean NOT NULL);
  CREATE TABLE members (org_id uuid NOT NULL, member uuid NOT NULL);
  ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;
  CREATE POLICY mine ON ${name} ${policy};
`;

type Project = Partial<Pick<Example, "given" | "tenantColumns" | "tenantValue" | "platform">>;

/** What the first fix adds to the table. */
async function added(column: string, project: Project): Promise<readonly string[]> {
  const sql = table(column);
  const linted = await lintExample({ kind: "bad", sql, rls: "always", ...project }, [rlsDisabled]);
  const finding = linted.findings.find(({ place }) => place.anchor.file === linted.file);
  const [fix] = finding ? linted.workspace.fixes(finding) : [];
  return fix ? afterFix(linted, fix).text.trimEnd().split("\n").filter((line) => !sql.includes(line)) : [];
}

async function policy(column: string, project: Project): Promise<string | undefined> {
  return (await added(column, project)).find((line) => line.startsWith("CREATE POLICY"));
}

/** USING and WITH CHECK say the same. */
const asks = (condition: string, to = ""): string => `CREATE POLICY mine ON added${to} USING (${condition}) WITH CHECK (${condition});`;

const uuid = "org_id uuid NOT NULL";
const tenantColumns = ["org_id"];

describe("a policy that a fix writes", () => {
  it.each<readonly [string, string, string]>([
    ["a setting in a sub-select", "USING (org_id = (SELECT nullif(current_setting('shop.org', true), '')::uuid))", "org_id = (SELECT nullif(current_setting('shop.org', true), '')::uuid)"],
    ["a setting that is read for each row", "USING (org_id = nullif(current_setting('shop.org', true), '')::uuid)", "org_id = (SELECT nullif(current_setting('shop.org', true), '')::uuid)"],
    ["a setting without a guard", "USING (org_id = (SELECT current_setting('shop.org', true)::uuid))", "org_id = (SELECT nullif(current_setting('shop.org', true), '')::uuid)"],
    ["a setting that must be there", "USING (current_setting('shop.org')::uuid = org_id)", "org_id = (SELECT nullif(current_setting('shop.org'), '')::uuid)"],
    ["a function of the project's own", "USING (org_id = shop.current_org())", "org_id = (SELECT shop.current_org())"],
    ["a claim of the token", "USING (org_id = (auth.jwt() ->> 'org_id')::uuid)", "org_id = (SELECT (auth.jwt() ->> 'org_id')::uuid)"],
    ["one condition of several", "FOR ALL USING ((NOT archived) AND ((SELECT auth.uid()) = orders.org_id))", "org_id = (SELECT auth.uid())"],
    ["the caller's teams", "USING (org_id IN (SELECT shop.orgs()))", "org_id IN (SELECT shop.orgs())"],
    ["membership", "USING (org_id IN (SELECT org_id FROM members WHERE member = (SELECT auth.uid())))", "org_id IN (SELECT org_id FROM members WHERE member = (SELECT auth.uid()))"],
    ["a function that is given the column", "USING (shop.may_see(org_id))", "shop.may_see(org_id)"],
  ])("follows its neighbours: %s", async (_, written, expected) => {
    expect(await policy(uuid, { tenantColumns, given: neighbour(uuid, written) })).toBe(asks(expected));
  });

  it("takes their roles", async () => {
    expect(await policy(uuid, { tenantColumns, given: neighbour(uuid, "TO app, \"Web\" USING (org_id = shop.org())") })).toBe(asks("org_id = (SELECT shop.org())", ' TO app, "Web"'));
  });

  it("casts a setting to its own column's type", async () => {
    expect(await policy("org_id bigint NOT NULL", { tenantColumns, given: neighbour(uuid, "USING (org_id = (SELECT nullif(current_setting('shop.org', true), '')::uuid))") })).toBe(asks("org_id = (SELECT nullif(current_setting('shop.org', true), '')::bigint)"));
    expect(await policy("org_id text NOT NULL", { tenantColumns, given: neighbour(uuid, "USING (org_id = (SELECT nullif(current_setting('shop.org', true), '')::uuid))") })).toBe(asks("org_id = (SELECT nullif(current_setting('shop.org', true), '')::uuid)".replace("::uuid", "")));
  });

  it("takes what most of them do", async () => {
    const given = `${neighbour(uuid, "USING (org_id = shop.one())")}${["a", "b"].map((name) => neighbour(uuid, "USING (org_id = shop.other())", name).replace(/CREATE TABLE members.*/, "")).join("")}`;
    expect(await policy(uuid, { tenantColumns, given })).toBe(asks("org_id = (SELECT shop.other())"));
  });

  it.each([
    ["OR", "USING (archived OR org_id = shop.org())"],
    ["a literal", "USING (org_id = '00000000-0000-0000-0000-000000000000')"],
    ["another column", "USING (org_id = shop.org_of(id))"],
    ["a column of the table's name in a call", "USING (shop.may_see(orders.org_id))"],
    ["a restrictive policy", "AS RESTRICTIVE USING (org_id = shop.org())"],
  ])("does not take what is no tenant's rule: %s", async (_, written) => {
    expect(await policy(uuid, { tenantColumns, given: neighbour(uuid, written) })).toBe(asks("org_id = (SELECT nullif(current_setting('app.org_id', true), '')::uuid)").replace("mine", "tenant_isolation"));
  });

  it("does not take another type's, nor reads its own table", async () => {
    const fallback = "org_id = (SELECT nullif(current_setting('app.org_id', true), '')::bigint)";
    expect(await policy("org_id bigint NOT NULL", { tenantColumns, given: neighbour(uuid, "USING (org_id = shop.org())") })).toContain(fallback);
    const members = "USING (org_id IN (SELECT org_id FROM added WHERE member = (SELECT auth.uid())))";
    expect(await policy("org_id uuid NOT NULL, member uuid NOT NULL", { tenantColumns, given: neighbour(uuid, members) })).toContain("current_setting");
  });

  it("is what plumbline.json says", async () => {
    const given = neighbour(uuid, "USING (org_id = shop.org())");
    const told = (tenantValue: string): Promise<string | undefined> => policy(uuid, { tenantColumns, tenantValue, given });
    const own = (condition: string): string => asks(condition).replace("mine", "tenant_isolation");
    expect(await told("shop.other_org()")).toBe(own("org_id = (SELECT shop.other_org())"));
    expect(await told("current_setting('my.{column}', true)")).toBe(own("org_id = (SELECT nullif(current_setting('my.org_id', true), '')::uuid)"));
    expect(await told("(auth.jwt() ->> 'org')::uuid")).toBe(own("org_id = (SELECT (auth.jwt() ->> 'org')::uuid)"));
    for (const unfit of ["id", "1", "auth.uid(); DROP TABLE added", "auth.uid("]) expect(await told(unfit)).toBe(asks("org_id = (SELECT shop.org())"));
  });

  it("is said to be unfit at its own place in plumbline.json", async () => {
    const said = async (tenantValue: string): Promise<readonly string[]> => {
      const { findings } = await lintExample({ kind: "bad", sql: table(uuid), tenantColumns, tenantValue }, rules);
      return findings.filter(({ rule }) => rule === "lint/configuration").map(({ place, message }) => `${place.range.end - place.range.start}: ${message}`);
    };
    for (const unfit of ["id", "1", "auth.uid(); DROP TABLE added", "auth.uid("]) expect(await said(unfit)).toEqual([`${unfit.length}: This is no expression that tells who is asking, such as "auth.uid()" or "current_setting('app.{column}', true)".`]);
    for (const fit of ["shop.org()", "current_setting('my.{column}', true)", "(SELECT auth.uid())"]) expect(await said(fit)).toEqual([]);
  });

  it("is the platform's, for a column that is the user", async () => {
    const user = "user_id uuid NOT NULL REFERENCES auth.users";
    const supabase = "CREATE POLICY own_rows ON added TO authenticated USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));";
    expect(await policy(user, { platform: "supabase" })).toBe(supabase);
    expect(await policy("user_id uuid NOT NULL DEFAULT auth.uid()", { platform: "supabase" })).toBe(supabase);
    expect(await policy(`created_by uuid REFERENCES auth.users, ${user}`, { platform: "supabase" })).toBe(supabase);
    expect(await policy("user_id text NOT NULL DEFAULT (auth.user_id())", { platform: "neon" })).toBe(supabase.replaceAll("auth.uid()", "auth.user_id()"));
    expect(await policy("user_id uuid NOT NULL DEFAULT (auth.user_id()::uuid)", { platform: "neon" })).toBe(supabase.replaceAll("auth.uid()", "auth.user_id()::uuid"));
    // Nothing tells whose it is: closed, until somebody says.
    expect(await added("name text NOT NULL", { platform: "supabase" })).toEqual(["ALTER TABLE added ENABLE ROW LEVEL SECURITY;"]);
    expect(await added("created_by uuid REFERENCES auth.users, updated_by uuid REFERENCES auth.users", { platform: "supabase" })).toEqual(["ALTER TABLE added ENABLE ROW LEVEL SECURITY;"]);
  });

  it("comes with its index, if none leads with the column, and holds for the owner too where nothing tells otherwise", async () => {
    const [condition, force] = ["org_id = (SELECT nullif(current_setting('app.org_id', true), '')::uuid)", "ALTER TABLE added ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"];
    const own = asks(condition).replace("mine", "tenant_isolation");
    expect(await added(uuid, { tenantColumns })).toEqual([own, force, "CREATE INDEX added_org_id_idx ON added (org_id);"]);
    expect(await added(`${uuid}, UNIQUE (org_id, id)`, { tenantColumns })).toEqual([own, force]);
    expect(await added(uuid, { tenantColumns, given: neighbour(uuid, "USING (org_id = shop.org())") })).toEqual([asks("org_id = (SELECT shop.org())"), "ALTER TABLE added ENABLE ROW LEVEL SECURITY;", "CREATE INDEX added_org_id_idx ON added (org_id);"]);
    expect(await added(uuid, { tenantColumns, given: neighbour(uuid, "USING (shop.may_see(org_id))") })).toEqual([asks("shop.may_see(org_id)"), "ALTER TABLE added ENABLE ROW LEVEL SECURITY;"]);
  });
});
