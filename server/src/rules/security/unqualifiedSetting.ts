import { callsIn, clausesOf } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { as } from "../../schema/read/nodes";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (tenant text)", "INSERT INTO notes VALUES ('a'), ('b')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON notes TO pg_monitor"];

export default defineRule({
  id: "security/unqualified-setting",
  summary: "A policy reads a setting whose name has no dot, which nobody can set.",
  why:
    "A setting of one's own needs a name in two parts, such as app.tenant_id: what stands before the dot tells it from Postgres's own. SET tenant_id, and set_config() of it, fail with 42704, unrecognized configuration parameter. In a policy, current_setting('tenant_id') fails likewise, and with a second argument is null for ever, so that no row is let in " +
    "([Customized Options](https://www.postgresql.org/docs/current/runtime-config-custom.html)).",
  whatToDo: "Give it a prefix in the policy and where the application sets it: `app.tenant_id`.",
  whenNotToUse: "There is no such case: Postgres takes no such name.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:runtime-config-custom", "pgrls:SEC024", "union:206"],
  examples: [
    bad(`CREATE POLICY own ON notes USING (tenant = (SELECT current_setting('tenant_id')));`, {
      title: "Each query fails",
      given: table,
      at: "'tenant_id'",
      message: "Policy own of notes reads setting tenant_id, which nobody can set: a setting of one's own needs a prefix and a dot. Each query of a role that it holds for fails with 42704. Write 'app.tenant_id', here and where it is set.",
    }),
    bad(`CREATE POLICY own ON notes USING (tenant = (SELECT nullif(current_setting('current_org', true), '')));`, {
      title: "No row is let in",
      given: table,
      at: "'current_org'",
      message: "Policy own of notes reads setting current_org, which nobody can set: a setting of one's own needs a prefix and a dot. It is always null, and no row is let in. Write 'app.current_org', here and where it is set.",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (tenant = (SELECT current_setting('app.tenant_id')));`, { title: "With a prefix", given: table }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (tenant = (SELECT current_setting('application_name')));`, { title: "One of Postgres's own", given: table }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes USING (tenant = (SELECT current_setting('tenant_id')));
        ALTER POLICY own ON notes USING (tenant = (SELECT current_setting('app.tenant_id')));
      `,
      { title: "Altered in the same migration", given: table },
    ),
  ],
  proof: [
    { given: [], statement: "SET tenant_id = 'a'", fails: "42704" },
    { given: [], statement: "SELECT set_config('tenant_id', 'a', true)", fails: "42704" },
    { given: [...world, "CREATE POLICY own ON notes USING (tenant = current_setting('tenant_id'))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", fails: "42704" },
    { given: [...world, "CREATE POLICY own ON notes USING (tenant = current_setting('tenant_id', true))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...world, "CREATE POLICY own ON notes USING (tenant = current_setting('app.tenant_id', true))", "SET app.tenant_id = 'a'", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      for (const clause of clausesOf(policy)) {
        const call = callsIn(clause).find(({ name, node }) => /^(?:pg_catalog\.)?current_setting$/.test(name) && isOwn(as(node.args?.[0], "A_Const")?.sval?.sval ?? ""));
        const literal = call && as(call.node.args?.[0], "A_Const");
        const setting = literal?.sval?.sval;
        const token = call && clause.source.tokens.find(({ start, end }) => start >= call.range.start && end <= call.range.end && clause.source.text.slice(start, end) === `'${setting}'`);
        if (!call || !token || setting === undefined) continue;
        const isStrict = as(call.node.args?.[1], "A_Const")?.boolval?.boolval !== true;
        const harm = isStrict ? "Each query of a role that it holds for fails with 42704." : "It is always null, and no row is let in.";
        context.report({
          at: clause.place({ start: token.start, end: token.end }),
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} of ${display(table)} reads setting ${setting}, which nobody can set: a setting of one's own needs a prefix and a dot. ${harm} Write 'app.${setting}', here and where it is set.`,
        });
        break;
      }
    }
  },
});

/** None of Postgres's own is called so: who the caller is, and whose the row. */
function isOwn(setting: string): boolean {
  return !setting.includes(".") && /(?:^|_)(?:id|uuid|uid|tenant|org|organi[sz]ation|account|company|workspace|team|customer|member|userid|user_name|username|email)$/i.test(setting);
}
