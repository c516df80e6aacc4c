import { callRange, clausesOf, editClause, type PolicyClause } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import type { A_Const, FuncCall, TypeCast } from "@pgsql/types";
import { as, stringOf, stringsOf } from "../../schema/read/nodes";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = [
  "CREATE TABLE notes (tenant_id uuid)",
  "INSERT INTO notes VALUES ('5f0c2a3e-0000-4000-8000-000000000000'), (gen_random_uuid())",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "GRANT SELECT ON notes TO pg_monitor",
  "CREATE POLICY unguarded ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id', true)::uuid))",
];
const used = "BEGIN; SET LOCAL app.tenant_id = '5f0c2a3e-0000-4000-8000-000000000000'; COMMIT";

export default defineRule({
  id: "security/unguarded-setting-cast",
  summary: "A policy casts a setting that is '' once a transaction has set it and ended.",
  why:
    "current_setting('app.tenant_id', true) is null in a session that never set it. After SET LOCAL or set_config(..., true) has ended with its transaction it is '' instead, for as long as the session lasts, and '' is no uuid or number: the next query on the table fails with 22P02 (invalid input syntax). With pooled connections that is any query that comes without a tenant " +
    "([current_setting](https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET)).",
  whatToDo: "Write nullif(current_setting('app.tenant_id', true), '')::uuid: null then, so that the policy shows no row. To have a query without a tenant fail in every case, leave out `true`, and say so.",
  whenNotToUse: "The error is wanted: no query may come without a tenant.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:functions-admin", "pgrls:SEC019", "union:206"],
  examples: [
    bad(`CREATE POLICY tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id', true)::uuid));`, {
      title: "'' is no uuid",
      given: table,
      at: "current_setting('app.tenant_id', true)",
      message: "Policy tenant of notes casts app.tenant_id to uuid: it is '' once a transaction that set it has ended, and every query on notes fails then (22P02). Write nullif(current_setting('app.tenant_id', true), '').",
      fixed: `CREATE POLICY tenant ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));`,
    }),
    bad(`CREATE POLICY made ON notes FOR INSERT WITH CHECK (tenant_id = CAST(current_setting('app.tenant_id', true) AS uuid));`, {
      title: "As CAST, in a WITH CHECK",
      given: table,
      at: "current_setting('app.tenant_id', true)",
      fixed: `CREATE POLICY made ON notes FOR INSERT WITH CHECK (tenant_id = CAST(nullif(current_setting('app.tenant_id', true), '') AS uuid));`,
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY tenant ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));`, { title: "'' becomes null", given: table }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));`, { title: "It fails on purpose where nothing is set", given: table }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY tenant ON notes USING (tenant_id::text = (SELECT current_setting('app.tenant_id', true)::text));`, { title: "'' is a text", given: table }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id', true)::uuid));
        ALTER POLICY tenant ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
      `,
      { title: "Altered in the same migration", given: table },
    ),
  ],
  proof: [
    { given: [...world, used, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", fails: "22P02" },
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...world, "ALTER POLICY unguarded ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))", used, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...world, "ALTER POLICY unguarded ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))", "SET app.tenant_id = '5f0c2a3e-0000-4000-8000-000000000000'", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      for (const clause of clausesOf(policy)) {
        const casts = unguarded(clause);
        const [first] = casts;
        if (first === undefined) continue;
        const own = clause.source.text.slice(first.range.start, first.range.end);
        context.report({
          at: clause.place(first.range),
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} of ${display(table)} casts ${first.setting} to ${first.type}: it is '' once a transaction that set it has ended, and every query on ${display(table)} fails then (22P02). Write nullif(${own}, '').`,
          fixes: editClause(
            table,
            policy,
            clause,
            "Take '' for null",
            casts.map(({ range }) => ({ range, text: `nullif(${clause.source.text.slice(range.start, range.end)}, '')` })),
          ),
        });
      }
    }
  },
});

interface Cast {
  readonly setting: string;
  readonly type: string;
  readonly range: Range;
}

const textTypes = new Set(["text", "varchar", "bpchar", "name", "char", "citext"]);

function unguarded({ node, source }: PolicyClause): readonly Cast[] {
  const casts: Cast[] = [];
  walk(node, (kind, value) => {
    if (kind !== "TypeCast") return;
    const { arg, typeName } = value as TypeCast;
    const call = as(arg, "FuncCall");
    const type = stringsOf(typeName?.names).at(-1) ?? "";
    if (call === undefined || textTypes.has(type) || !isLenient(call)) return;
    const range = callRange(source, call);
    if (range !== null) casts.push({ setting: settingOf(call), type, range });
  });
  return casts.sort((a, b) => a.range.start - b.range.start);
}

/** current_setting(name, true) */
function isLenient(call: FuncCall): boolean {
  if (stringsOf(call.funcname).at(-1) !== "current_setting" || call.args?.length !== 2) return false;
  const missing = call.args[1];
  const constant = as(missing, "A_Const") ?? as(as(missing, "TypeCast")?.arg, "A_Const");
  return constant?.boolval?.boolval === true || constant?.sval?.sval === "t";
}

function settingOf(call: FuncCall): string {
  const name: A_Const | undefined = as(call.args?.[0], "A_Const");
  return name?.sval?.sval ?? stringOf(call.args?.[0]);
}
