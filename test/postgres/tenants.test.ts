// What the fixes of security rules leave on a server with two tenants: each one's role reaches its own rows and no others,
// where before the fix it reached both.

import type { Client } from "pg";
import { describe, expect, it } from "vitest";
import { afterFix, lintExample } from "../../server/generate/lintExample";
import { rules } from "../../server/src/rules/index.generated";
import type { Example, RuleId } from "../../server/src/rules/rule";
import { neonPlatform, supabasePlatform } from "./platforms";
import { runSql } from "./runSql";
import { withDatabase } from "./server";
import { withServer } from "./withServer";

const [first, second] = ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"];

/** How a session becomes a tenant's, and the role that it is under then. */
interface Caller {
  readonly become: (tenant: string) => string;
  /** Nobody's again: what a setting is after SET LOCAL, or a request without a token. */
  readonly leave: string;
  readonly role: string;
}
const bySetting = (name: string): Caller => ({ become: (tenant) => `SET ${name} = '${tenant}'`, leave: `SET ${name} = ''`, role: "pg_monitor" });
const byToken: Caller = { become: (tenant) => `SELECT set_config('request.jwt.claims', '{"sub": "${tenant}", "org_id": "${tenant}"}', false)`, leave: "SELECT set_config('request.jwt.claims', '', false)", role: "authenticated" };

interface Convention {
  readonly name: string;
  readonly type: string;
  readonly caller: Caller;
  readonly project: Partial<Pick<Example, "given" | "tenantValue" | "platform">>;
  /** An index on the column finds the tenant's rows. */
  readonly indexed: boolean;
  /** The query of a caller who is nobody fails, in place of giving no row. */
  readonly failsForNobody?: string;
}

/** A table whose policy says how this project tells its tenants apart. */
const neighbour = (type: string, policy: string): string => `CREATE TABLE orders (id int PRIMARY KEY, org_id ${type} NOT NULL);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY mine ON orders ${policy};\n`;
const members = `
  CREATE TABLE members (org_id uuid NOT NULL, member uuid NOT NULL, PRIMARY KEY (org_id, member));
  INSERT INTO members VALUES ('${first}', '${first}'), ('${second}', '${second}');
  CREATE FUNCTION my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT org_id FROM public.members WHERE member = auth.uid()
  $$;
  CREATE FUNCTION is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (SELECT FROM public.members WHERE org_id = org AND member = auth.uid())
  $$;
`;

const conventions: readonly Convention[] = [
  { name: "a setting, nothing else being known", type: "uuid", caller: bySetting("app.org_id"), project: {}, indexed: true },
  { name: "a setting, for text", type: "text", caller: bySetting("app.org_id"), project: {}, indexed: true },
  { name: "a setting without a guard, as the neighbours have it", type: "uuid", caller: bySetting("shop.org"), project: { given: neighbour("uuid", "USING (org_id = current_setting('shop.org', true)::uuid)") }, indexed: true },
  { name: "a setting that must be there", type: "uuid", caller: bySetting("shop.org"), project: { given: neighbour("uuid", "TO pg_monitor USING (org_id = (SELECT current_setting('shop.org')::uuid))") }, indexed: true, failsForNobody: "22P02" },
  { name: "what plumbline.json says", type: "uuid", caller: bySetting("my.org_id"), project: { tenantValue: "current_setting('my.{column}', true)" }, indexed: true },
  {
    name: "a function of the project's own",
    type: "uuid",
    caller: bySetting("shop.org"),
    project: { given: `CREATE FUNCTION org() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('shop.org', true), '')::uuid $$;\n${neighbour("uuid", "USING (org_id = org())")}` },
    indexed: true,
  },
  { name: "Supabase's auth.uid()", type: "uuid DEFAULT auth.uid()", caller: byToken, project: { platform: "supabase" }, indexed: true },
  { name: "a claim of Supabase's token", type: "uuid", caller: byToken, project: { platform: "supabase", given: neighbour("uuid", "TO authenticated USING (org_id = (auth.jwt() ->> 'org_id')::uuid)") }, indexed: true },
  { name: "membership, by a function", type: "uuid", caller: byToken, project: { platform: "supabase", given: `${members}${neighbour("uuid", "TO authenticated USING (org_id IN (SELECT my_orgs()))")}` }, indexed: false },
  { name: "membership, as an array", type: "uuid", caller: byToken, project: { platform: "supabase", given: `${members}${neighbour("uuid", "TO authenticated USING (org_id = ANY (ARRAY(SELECT my_orgs())))")}` }, indexed: true },
  { name: "membership, asked of each row", type: "uuid", caller: byToken, project: { platform: "supabase", given: `${members}${neighbour("uuid", "TO authenticated USING (is_member(org_id))")}` }, indexed: false },
  { name: "Neon's auth.user_id()", type: "text DEFAULT (auth.user_id())", caller: byToken, project: { platform: "neon" }, indexed: true },
  { name: "Neon's auth.user_id(), for uuid", type: "uuid DEFAULT (auth.user_id()::uuid)", caller: byToken, project: { platform: "neon" }, indexed: true },
];

/** The first fix of the first finding of a rule, in the example's own text before what was given, and that text before and after it. */
async function mended(rule: RuleId, example: Example): Promise<{ readonly before: string; readonly after: string }> {
  const linted = await lintExample(example, rules);
  const found = linted.findings.filter((each) => each.rule === rule);
  const finding = found.find((each) => each.place.anchor.file === linted.file) ?? found[0];
  const [fix] = finding ? linted.workspace.fixes(finding) : [];
  if (!fix) throw new Error(`${rule} has no fix for ${example.sql}`);
  const { text, created } = afterFix(linted, fix);
  return { before: linted.text, after: [text, ...Object.keys(created).sort().map((name) => created[name]!)].join("\n") };
}

const platformOf = ({ platform }: Pick<Example, "platform">): readonly string[] => (platform === "supabase" ? [supabasePlatform] : platform === "neon" ? [neonPlatform] : []);

async function outcome(client: Client, statement: string): Promise<number | string> {
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** What a tenant gets from a bad example, and from what its fix makes of it: rows, or an error's code. */
interface Case {
  readonly rule: RuleId;
  readonly name: string;
  readonly example: Omit<Example, "kind">;
  /** After the migration. */
  readonly fill: readonly string[];
  readonly become: readonly string[];
  readonly asks: readonly { readonly statement: string; readonly before: number | string; readonly after: number | string }[];
}

const token = byToken.become(first);
const [customers, orders] = ["(id int PRIMARY KEY, tenant_id int NOT NULL", "(id int PRIMARY KEY, tenant_id int NOT NULL, customer_id int"];
const separate = ["customers", "orders"].flatMap((table) => [`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`, `CREATE POLICY own ON ${table} USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::int))`, `GRANT ALL ON ${table} TO pg_monitor`]);
const composite: Pick<Case, "rule" | "fill" | "become" | "asks"> = {
  rule: "security/tenant-foreign-key-not-composite",
  fill: [...separate, "INSERT INTO customers VALUES (1, 1), (2, 2)"],
  become: ["SET app.tenant_id = '1'", "SET ROLE pg_monitor"],
  asks: [
    { statement: "INSERT INTO orders VALUES (1, 1, 1)", before: 1, after: 1 },
    { statement: "INSERT INTO orders VALUES (2, 1, 2)", before: 1, after: "23503" },
  ],
};
const recursive: Pick<Case, "rule" | "fill" | "become"> = {
  rule: "security/recursive-policy",
  fill: [`INSERT INTO members VALUES ('1', '${first}'), ('1', '${second}'), ('2', '${second}')`, "GRANT SELECT ON members TO authenticated"],
  become: [token, "SET ROLE authenticated"],
};
const team = "CREATE TABLE members (team text NOT NULL, member uuid NOT NULL, PRIMARY KEY (team, member));\nALTER TABLE members ENABLE ROW LEVEL SECURITY;\n";

const setting = "(SELECT nullif(current_setting('app.tenant_id', true), '')::int)";
const people = "(id int PRIMARY KEY, tenant_id int NOT NULL, email text NOT NULL";
const closedPeople = `ALTER TABLE people ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON people USING (tenant_id = ${setting});\n`;
const unique: Pick<Case, "rule" | "fill" | "become" | "asks"> = {
  rule: "security/tenant-unique-not-scoped",
  fill: ["INSERT INTO people VALUES (1, 1, 'a'), (2, 2, 'b')", "GRANT ALL ON people TO pg_monitor"],
  become: ["SET app.tenant_id = '1'", "SET ROLE pg_monitor"],
  asks: [
    { statement: "SELECT * FROM people", before: 1, after: 1 },
    { statement: "INSERT INTO people VALUES (3, 1, 'a')", before: "23505", after: "23505" },
    { statement: "INSERT INTO people VALUES (4, 1, 'b')", before: "23505", after: 1 },
  ],
};
const alwaysTrue: Pick<Case, "fill" | "become" | "asks"> = {
  fill: ["INSERT INTO notes VALUES (1, 1), (2, 2)", "GRANT ALL ON notes TO pg_monitor"],
  become: ["SET app.tenant_id = '1'", "SET ROLE pg_monitor"],
  asks: [
    { statement: "SELECT * FROM notes", before: 2, after: 1 },
    { statement: "INSERT INTO notes VALUES (3, 2)", before: 1, after: "42501" },
    { statement: "DELETE FROM notes", before: 3, after: 1 },
  ],
};

const cases: readonly Case[] = [
  { ...composite, name: "a table constraint", example: { tenantColumns: ["tenant_id"], sql: `CREATE TABLE customers ${customers});\nCREATE TABLE orders ${orders}, FOREIGN KEY (customer_id) REFERENCES customers ON DELETE SET NULL);\n` } },
  { ...composite, name: "a column's constraint", example: { tenantColumns: ["tenant_id"], sql: `CREATE TABLE customers ${customers});\nCREATE TABLE orders ${orders} CONSTRAINT whose REFERENCES customers DEFERRABLE);\n` } },
  { ...composite, name: "an added one, with UNIQUE there", example: { tenantColumns: ["tenant_id"], given: `CREATE TABLE customers ${customers}, UNIQUE (id, tenant_id));\nCREATE TABLE orders ${orders});\n`, sql: "ALTER TABLE orders ADD CONSTRAINT whose FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\n" } },
  { ...composite, name: "a released one", example: { tenantColumns: ["tenant_id"], given: `CREATE TABLE customers ${customers});\nCREATE TABLE orders ${orders}, FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE);\n`, sql: "SELECT 1;\n" } },
  { ...unique, name: "a table constraint", example: { tenantColumns: ["tenant_id"], sql: `CREATE TABLE people ${people}, UNIQUE (email));\n${closedPeople}` } },
  { ...unique, name: "at its column", example: { tenantColumns: ["tenant_id"], sql: `CREATE TABLE people ${people} UNIQUE);\n${closedPeople}` } },
  { ...unique, name: "an index", example: { tenantColumns: ["tenant_id"], sql: `CREATE TABLE people ${people});\nCREATE UNIQUE INDEX one_address ON people (email);\n${closedPeople}` } },
  { ...unique, name: "a released one", example: { tenantColumns: ["tenant_id"], given: `CREATE TABLE people ${people} UNIQUE);\n${closedPeople}`, sql: "SELECT 1;\n" } },
  {
    rule: "security/policy-open-to-anonymous",
    name: "a setting that was never set",
    example: { sql: `CREATE TABLE notes (id int, tenant_id int NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (${setting} IS NULL OR tenant_id = ${setting});\n` },
    fill: ["INSERT INTO notes VALUES (1, 1), (2, 2)", "GRANT ALL ON notes TO pg_monitor"],
    become: ["SET ROLE pg_monitor"],
    asks: [
      { statement: "SELECT * FROM notes", before: 2, after: 0 },
      { statement: "SET app.tenant_id = '1'", before: 0, after: 0 },
      { statement: "SELECT * FROM notes", before: 1, after: 1 },
    ],
  },
  {
    rule: "security/policy-always-true",
    name: "OR true",
    example: { sql: `CREATE TABLE notes (id int, tenant_id int NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (tenant_id = ${setting} OR true);\n` },
    ...alwaysTrue,
  },
  {
    rule: "security/policy-always-true",
    name: "nothing but true",
    example: { tenantColumns: ["tenant_id"], sql: "CREATE TABLE notes (id int, tenant_id int NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (true) WITH CHECK (true);\n" },
    ...alwaysTrue,
  },
  {
    rule: "security/policy-ignores-row",
    name: "asks only for a caller",
    example: { tenantColumns: ["tenant_id"], sql: "CREATE TABLE notes (id int, tenant_id int NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING ((SELECT current_setting('app.tenant_id', true)) IS NOT NULL);\n" },
    ...alwaysTrue,
  },
  {
    rule: "security/policy-missing-with-check",
    name: "as the table's own policy for SELECT has it",
    example: { sql: `CREATE TABLE notes (id int, tenant_id int NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY reading ON notes FOR SELECT USING (tenant_id = ${setting});\nCREATE POLICY writing ON notes FOR INSERT;\n` },
    fill: alwaysTrue.fill,
    become: alwaysTrue.become,
    asks: [
      { statement: "INSERT INTO notes VALUES (3, 1)", before: "42501", after: 1 },
      { statement: "INSERT INTO notes VALUES (3, 2)", before: "42501", after: "42501" },
    ],
  },
  {
    ...recursive,
    name: "IN",
    example: { platform: "supabase", given: team, sql: "CREATE POLICY mates ON members TO authenticated USING (team IN (SELECT m.team FROM members m WHERE m.member = auth.uid()));\n" },
    asks: [{ statement: "SELECT * FROM members", before: "42P17", after: 2 }],
  },
  {
    ...recursive,
    name: "EXISTS",
    example: { platform: "supabase", given: team, sql: "CREATE POLICY mates ON members FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM members AS m WHERE m.team = members.team AND m.member = (auth.uid())));\n" },
    asks: [{ statement: "SELECT * FROM members", before: "42P17", after: 2 }],
  },
  {
    ...recursive,
    name: "by way of another table",
    fill: [`INSERT INTO teams VALUES ('1', '${first}'), ('2', '${second}')`, ...recursive.fill, "GRANT SELECT ON teams TO authenticated"],
    example: {
      platform: "supabase",
      given: `${team}CREATE TABLE teams (id text PRIMARY KEY, owner uuid NOT NULL);\nALTER TABLE teams ENABLE ROW LEVEL SECURITY;\nCREATE POLICY mine ON teams TO authenticated USING (EXISTS (SELECT FROM members WHERE members.team = teams.id AND member = auth.uid()));\n`,
      sql: "CREATE POLICY of_mine ON members TO authenticated USING (team IN (SELECT id FROM teams WHERE owner = auth.uid()));\n",
    },
    asks: [
      { statement: "SELECT * FROM members", before: "42P17", after: 2 },
      { statement: "SELECT * FROM teams", before: "42P17", after: 1 },
    ],
  },
  {
    rule: "security/materialized-view-over-rls",
    name: "on Supabase",
    example: { platform: "supabase", sql: "CREATE TABLE notes (user_id uuid PRIMARY KEY);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes TO authenticated USING (user_id = (SELECT auth.uid()));\nCREATE MATERIALIZED VIEW names AS SELECT user_id FROM notes;\n" },
    fill: [`INSERT INTO notes VALUES ('${first}'), ('${second}')`, "REFRESH MATERIALIZED VIEW names"],
    become: [token, "SET ROLE authenticated"],
    asks: [
      { statement: "SELECT * FROM names", before: 2, after: "42501" },
      { statement: "SELECT * FROM notes", before: 1, after: 1 },
    ],
  },
  {
    rule: "security/auth-users-exposed",
    name: "on Supabase",
    example: { platform: "supabase", sql: "CREATE VIEW people AS SELECT id, email FROM auth.users;\n" },
    fill: [`INSERT INTO auth.users (id) VALUES ('${first}'), ('${second}')`],
    become: ["SET ROLE anon"],
    asks: [{ statement: "SELECT * FROM people", before: 2, after: "42501" }],
  },
  {
    rule: "security/broad-grant",
    name: "to the role that the policies name",
    example: { given: "CREATE TABLE notes (owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes TO pg_monitor USING (owner = current_user);\n", sql: "GRANT ALL ON notes TO PUBLIC;\n" },
    fill: ["INSERT INTO notes VALUES ('pg_monitor'), ('another')"],
    become: ["SET ROLE pg_monitor"],
    asks: [
      { statement: "SELECT * FROM notes", before: 1, after: 1 },
      { statement: "TRUNCATE notes", before: 0, after: "42501" },
    ],
  },
];

describe.each([15, 16, 17, 18] as const)("tenants on Postgres %i", (version) => {
  const server = withServer(version);

  /** What the first tenant can do with the table that these statements leave. */
  function reach(world: readonly string[], { become, leave, role }: Caller, type: string): Promise<Readonly<Record<string, number | string>>> {
    return withDatabase(server(), async (client) => {
      await runSql(client, [...world, `INSERT INTO notes SELECT i, (CASE WHEN i % 500 = 0 THEN '${first}' WHEN i < 500 THEN '${second}' ELSE gen_random_uuid()::text END)::${type.split(" ")[0]!} FROM generate_series(1, 10000) i`, `GRANT ALL ON notes TO ${role}`, "VACUUM ANALYZE notes"]);
      await runSql(client, [become(first), `SET ROLE ${role}`]);
      const sees = await outcome(client, "SELECT * FROM notes");
      const { rows } = await client.query<Record<string, string>>("EXPLAIN (COSTS OFF) SELECT * FROM notes");
      const plan = rows.map((row) => Object.values(row).join()).join("\n");
      const result = {
        sees,
        plan: /Index|Bitmap/.test(plan) ? "index" : "scan",
        "writes for the other": await outcome(client, `INSERT INTO notes VALUES (20001, '${second}')`),
        "gives away": await outcome(client, `UPDATE notes SET org_id = '${second}' WHERE id = 500`),
        "writes its own": await outcome(client, `INSERT INTO notes VALUES (20002, '${first}')`),
        "deletes": await outcome(client, "DELETE FROM notes WHERE id IN (1, 500)"),
      };
      await runSql(client, ["RESET ROLE", leave]);
      await runSql(client, [`SET ROLE ${role}`]);
      return { ...result, "sees as nobody": await outcome(client, "SELECT * FROM notes") };
    });
  }

  it.each(cases.map((each) => [`${each.rule}, ${each.name}`, each] as const))("%s", async (_, { rule, example, fill, become, asks }) => {
    const { before, after } = await mended(rule, { kind: "bad", ...example });
    const given = [...platformOf(example), ...(example.given === undefined ? [] : [example.given])];
    for (const [migration, which] of [[before, "before"], [after, "after"]] as const) {
      const answers = await withDatabase(server(), async (client) => {
        await runSql(client, [...given, ...migration.split(/;\n/), ...fill, ...become]);
        const all: (number | string)[] = [];
        for (const { statement } of asks) all.push(await outcome(client, statement));
        return all;
      });
      expect(answers, `${which} the fix: ${migration}`).toEqual(asks.map((ask) => ask[which]));
    }
  });

  it.each(conventions.map((each) => [each.name, each] as const))("are kept apart by %s", async (_, { type, caller, project, indexed, failsForNobody }) => {
    const example: Example = { kind: "bad", sql: `CREATE TABLE notes (id int PRIMARY KEY, org_id ${type} NOT NULL);\n`, tenantColumns: project.platform === "neon" || /auth/.test(type) ? [] : ["org_id"], rls: "always", ...project };
    const { before, after } = await mended("security/rls-disabled", example);
    const given = [...platformOf(project), ...(project.given === undefined ? [] : [project.given])];
    const open = await reach([...given, before], caller, type);
    expect(open).toMatchObject({ sees: 10_000, "writes for the other": 1, "gives away": 1, "sees as nobody": 10_000 });
    const closed = await reach([...given, after], caller, type);
    expect(after.includes("CREATE INDEX")).toBe(indexed);
    expect(closed).toEqual({ sees: 20, plan: indexed ? "index" : "scan", "writes for the other": "42501", "gives away": "42501", "writes its own": 1, deletes: 1, "sees as nobody": failsForNobody ?? 0 });
  });
});
