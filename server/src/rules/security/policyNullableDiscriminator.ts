import { scopedBy } from "../../policies/decide";
import { policyPlace } from "../facts/policies";
import { placeOfName } from "../facts/places";
import { rowFacts } from "../facts/policyLogic";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const given = ["CREATE TABLE notes (id int, tenant_id int)", "INSERT INTO notes VALUES (1, 1), (2, NULL)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor", "SET app.tenant_id = '1'"];
const policy = "CREATE POLICY p ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::int))";

export default defineRule({
  id: "security/policy-nullable-discriminator",
  summary: "A column that tells whose a row is, and may be null.",
  why:
    "A policy that compares the column with the caller is null where the column is, and null lets nothing in: a row that a job or an owner's connection wrote without it is lost to everyone whom the policies hold for, and stays there. A unique constraint or a foreign key over the column does not hold for it either " +
    "([Comparison Functions and Operators](https://www.postgresql.org/docs/current/functions-comparison.html)).",
  whatToDo: "Fill the column where it is null, and set it NOT NULL. Where rows without it are meant for all, say so in the policy: `tenant_id IS NULL OR tenant_id = ...`.",
  whenNotToUse: "Rows without it are meant to be seen by nobody but the owner of the table.",
  severity: { recommended: "info", strict: "warning" },
  fix: null,
  sources: ["postgres:functions-comparison", "pgrls:SEC030", "union:207"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
      `,
      {
        title: "A row of no tenant",
        at: "tenant_id",
        message: "notes.tenant_id may be null, and policy own_rows compares it with the caller: null equals nothing, so nobody whom the policies hold for sees such a row again. Set it NOT NULL.",
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
      `,
      { title: "A row of no user", at: "user_id" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
      `,
      { title: "NOT NULL in the same migration" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON notes FOR SELECT USING (tenant_id IS NULL OR tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
      `,
      { title: "Rows without it are for all" },
    ),
    good(
      sql`
        CREATE TABLE users (id uuid PRIMARY KEY);
        ALTER TABLE users ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON users FOR SELECT TO authenticated USING (id = (SELECT auth.uid()));
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid REFERENCES users ON DELETE SET NULL);
        CREATE INDEX notes_user_id_idx ON notes (user_id);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
      `,
      { title: "Set null on purpose, when the user goes" },
    ),
  ],
  proof: [
    { given: [...given, policy, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...given, policy, "SET app.tenant_id = '0'", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...given, "CREATE POLICY p ON notes USING (tenant_id IS NULL OR tenant_id = (SELECT current_setting('app.tenant_id')::int))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
  ],
  on: "table",
  check(context) {
    const { table, condition } = context;
    if (!table.complete || !table.rls.enabled) return;
    const permissive = table.policies.filter((each) => each.permissive && each.using !== null && (each.command === "all" || each.command === "select"));
    const [first] = permissive;
    if (first === undefined) return;
    const scopes = permissive.map((each) => new Set(scopedBy(condition(each.using!), rowFacts(table)).flatMap(({ column, by }) => (by === "comparison" ? [column] : []))));
    for (const column of table.columns) {
      // A policy that does not look at the column lets such a row in.
      if (column.notNull || !scopes.every((scope) => scope.has(column.name))) continue;
      const meant = table.constraints.some(
        (constraint) =>
          (constraint.kind === "foreign key" && constraint.onDelete === "set null" && constraint.columns.includes(column.name)) ||
          (constraint.kind === "not null" && constraint.column === column.name) ||
          (constraint.kind === "check" && constraint.expression.columns.includes(column.name)),
      );
      const at = column.origin ? placeOfName(column.origin, column.name) : policyPlace(first);
      if (meant || at === null) continue;
      context.report({
        at,
        object: `${table.schema}.${table.name}.${column.name}`,
        message: `${display(table)}.${column.name} may be null, and policy ${first.name} compares it with the caller: null equals nothing, so nobody whom the policies hold for sees such a row again. Set it NOT NULL.`,
      });
    }
  },
});
