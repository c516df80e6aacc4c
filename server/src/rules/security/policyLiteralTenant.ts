import { isForEveryone, placeOfClause, rowFacts, whoOf } from "../facts/policyLogic";
import { tenantColumn } from "../facts/rowSecurity";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { columnOf, comparisonsOf, type Term } from "../../policies/condition";
import { isScoped } from "../../policies/decide";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const tenantColumns = ["tenant_id"];
const world = ["CREATE TABLE notes (tenant_id int)", "INSERT INTO notes VALUES (1), (2)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON notes TO pg_monitor", "SET app.tenant_id = '2'"];
const own = "(tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint))";

export default defineRule({
  id: "security/policy-literal-tenant",
  summary: "A policy that names one tenant, and shows its rows to every other.",
  why:
    "A policy is the same for every caller but for what it asks of the caller. Where the tenant is written into it, as is done while a thing is tried out, each caller is let in to the rows of that tenant, whoever they are " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Compare the tenant's column with the caller: tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint).",
  whenNotToUse: "The tenant stands for what all share, such as a catalogue.",
  severity: { recommended: "off", strict: "warning" },
  fix: null,
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC021", "union:206"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (tenant_id = 1);`, {
      title: "Left over from a trial",
      given,
      tenantColumns,
      at: "tenant_id = 1",
      message: "Policy own of notes compares tenant_id with 1, and nothing with the caller: every role is let in to the rows of that tenant. Compare tenant_id with the caller.",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY demo ON notes FOR SELECT USING (tenant_id IN (1, 2));`, { title: "Two of them", given, tenantColumns, at: "tenant_id IN (1, 2)" }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING ${own};`, { title: "The caller's tenant", given, tenantColumns }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING ${own};\nCREATE POLICY first ON notes AS RESTRICTIVE USING (tenant_id <> 1);`, { title: "A restrictive one gives nobody more", given, tenantColumns }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes USING (tenant_id = 1);
        ALTER POLICY own ON notes USING ${own};
      `,
      { title: "Altered in the same migration", given, tenantColumns },
    ),
  ],
  proof: [
    { given: [...world, "CREATE POLICY own ON notes USING (tenant_id = 1)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes WHERE tenant_id = 1", rows: 1 },
    { given: [...world, `CREATE POLICY own ON notes USING ${own}`, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes WHERE tenant_id = 1", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table, database, condition } = context;
    const tenant = tenantColumn(database, table);
    if (!table.rls.enabled || tenant === null) return;
    for (const policy of table.policies) {
      if (!policy.permissive || !isForEveryone(policy)) continue;
      const expression = policy.using ?? policy.withCheck;
      if (expression === null || isScoped(condition(expression), rowFacts(table))) continue;
      const [literal] = comparisonsOf(condition(expression)).flatMap((each) => (each.form === "compare" && each.operator === "=" ? (literalOf(each.left, each.right, tenant) ?? literalOf(each.right, each.left, tenant) ?? []) : []));
      const at = placeOfClause(policy, policy.using ? "using" : "with check");
      if (literal === undefined || at === null) continue;
      context.report({
        at,
        object: `${table.schema}.${table.name}.${tenant}`,
        message: `Policy ${policy.name} of ${display(table)} compares ${tenant} with ${literal}, and nothing with the caller: ${whoOf(policy)} is let in to the rows of that tenant. Compare ${tenant} with the caller.`,
      });
    }
  },
});

function literalOf(one: Term, other: Term, column: string): string | null {
  return columnOf(one) === column && other.term === "literal" ? other.value : null;
}
