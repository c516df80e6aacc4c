import { laterChanges, sameName } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import { display, enumerate, enumerateSome } from "../wording";
import type { Change, Name, ObjectName } from "../../schema/changes";
import type { Place, Policy, Table } from "../../schema/model";
import { readChanges } from "../../schema/read/index";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL,
    deleted boolean NOT NULL
  );
  GRANT SELECT, INSERT ON notes TO web, admin;
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_notes ON notes TO web USING (owner = current_user);
  CREATE POLICY kept ON notes AS RESTRICTIVE USING (NOT deleted);
`;
const forced = `${given}ALTER TABLE notes FORCE ROW LEVEL SECURITY;\n`;
const world = [
  "CREATE TABLE notes (owner text, deleted boolean)",
  "INSERT INTO notes VALUES ('pg_monitor', false), ('pg_monitor', true), ('b', false)",
  "GRANT SELECT ON notes TO pg_monitor",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY own_notes ON notes TO pg_monitor USING (owner = current_user)",
  "CREATE POLICY kept ON notes AS RESTRICTIVE USING (NOT deleted)",
];

export default defineRule({
  id: "security/weakened",
  summary: "A migration takes row-level security away from a table that had it, or lets more roles in.",
  why:
    "DISABLE ROW LEVEL SECURITY leaves the policies where they are and shows every row to each role with a grant. DROP POLICY of a restrictive policy shows the rows that it kept back, and a role that is added to a permissive one sees what that one lets through. Each is one word in a long migration, and no test that connects as the owner notices it " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Say in the review who sees more from here on. Where rows have to be changed across tenants for once, run that as a role with BYPASSRLS in place of opening the table. Where a policy is replaced, do both in one transaction.",
  whenNotToUse: "It is meant: suppress the finding with the reason.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:ddl-rowsecurity", "pgrls:diff", "union:225"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
      `,
      {
        title: "Every row, for each role with a grant",
        given,
        at: "DISABLE ROW LEVEL SECURITY",
        message: "From here on web and admin see every row of notes: policies own_notes and kept have no effect any more. Enable it again in this migration, or run what needs all rows as a role with BYPASSRLS.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY kept ON notes;
      `,
      {
        title: "A restrictive policy goes",
        given,
        at: "kept",
        message: "Restrictive policy kept of notes goes: the rows that it kept back, those that are not (NOT deleted), are let through to whom the other policies allow them. Create it again in this migration, or say why not.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER POLICY own_notes ON notes TO web, admin;
      `,
      {
        title: "One more role",
        given,
        at: "own_notes",
        message: "Policy own_notes of notes held for web, and holds for admin as well from here on: admin may SELECT, INSERT, UPDATE and DELETE the rows where owner = current_user, as far as it has the privileges.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY own_notes ON notes;
        CREATE POLICY own_notes ON notes USING (owner = current_user);
      `,
      {
        title: "Created again without its TO",
        given,
        at: "own_notes",
        message: "Policy own_notes of notes held for web, and holds for every role from here on: every role may SELECT, INSERT, UPDATE and DELETE the rows where owner = current_user, as far as it has the privileges.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;
      `,
      {
        title: "The owner is exempt again",
        given: forced,
        at: "NO FORCE ROW LEVEL SECURITY",
        message: "From here on the owner of notes sees and writes every row, whatever the policies say: an application that connects as the owner is let through. Keep FORCE, or run what needs all rows as a role with BYPASSRLS.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
        UPDATE notes SET deleted = true WHERE owner = '';
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      `,
      { title: "Enabled again in the same migration", given },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY kept ON notes;
        CREATE POLICY kept ON notes AS RESTRICTIVE USING (deleted IS FALSE);
      `,
      { title: "A restrictive policy is replaced", given },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY own_notes ON notes;
        CREATE POLICY own_notes ON notes FOR SELECT TO web USING (owner = current_user);
      `,
      { title: "Replaced by one that holds for less", given },
    ),
  ],
  proof: [
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "ALTER TABLE notes DISABLE ROW LEVEL SECURITY", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 3 },
    { given: [...world, "DROP POLICY kept ON notes", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "GRANT SELECT ON notes TO pg_read_all_stats", "ALTER POLICY own_notes ON notes TO pg_monitor, pg_read_all_stats", "UPDATE notes SET owner = 'pg_read_all_stats' WHERE owner = 'b'", "SET ROLE pg_read_all_stats"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "GRANT SELECT ON notes TO pg_read_all_settings", "UPDATE notes SET owner = 'pg_read_all_settings' WHERE owner = 'b'", "SET ROLE pg_read_all_settings"], statement: "SELECT * FROM notes", rows: 0 },
  ],
  on: "statement",
  changes: ["alterTable", "drop", "alterPolicy"],
  check(context) {
    const { change } = context;
    if (change.change === "alterTable") rowSecurity(context, change);
    else if (change.change === "drop" && change.kind === "policy" && change.table) dropped(context, change.table, change.names[0]);
    else if (change.change === "alterPolicy") altered(context, change);
  },
});

/** A table that was there before with row-level security. */
function protectedTable(context: StatementContext, name: ObjectName): Table | null {
  const table = context.live(name)?.table ?? null;
  return table?.rls.enabled === true ? table : null;
}

function rowSecurity(context: StatementContext, change: Extract<Change, { change: "alterTable" }>): void {
  const table = protectedTable(context, change.name);
  if (table === null) return;
  for (const action of change.actions) {
    if (action.action !== "rowSecurity" || (action.set !== "disable" && !(action.set === "no force" && table.rls.forced))) continue;
    const back = action.set === "disable" ? "enable" : "force";
    const isUndone = laterChanges(context).some(
      (later) => (later.change === "drop" && later.kind === "table" && later.names.some((name) => sameName(context, change.name, name))) || (later.change === "alterTable" && sameName(context, change.name, later.name) && later.actions.some((each) => each.action === "rowSecurity" && each.set === back)),
    );
    if (isUndone) continue;
    context.report({ at: action.range, object: `${table.schema}.${table.name}`, ...(action.set === "disable" ? { message: disabled(context, table) } : { message: unforced(table), severity: "warning" as const }) });
  }
}

function disabled(context: StatementContext, table: Table): string {
  const readers = table.grants.filter(({ privilege }) => privilege === "select" || privilege === "all").map(({ grantee }) => (grantee === "public" ? "every role" : grantee));
  const who = context.database.platform === "supabase" ? "anon and authenticated see" : readers.length === 0 ? "each role with a grant sees" : `${enumerateSome(readers)} ${new Set(readers).size === 1 ? "sees" : "see"}`;
  const policies = table.policies.map(({ name }) => name);
  const end = policies.length === 0 ? "" : policies.length === 1 ? `: policy ${policies[0]!} has no effect any more` : `: policies ${enumerate(policies)} have no effect any more`;
  return `From here on ${who} every row of ${display(table)}${end}. Enable it again in this migration, or run what needs all rows as a role with BYPASSRLS.`;
}

function unforced(table: Table): string {
  return `From here on the owner of ${display(table)} sees and writes every row, whatever the policies say: an application that connects as the owner is let through. Keep FORCE, or run what needs all rows as a role with BYPASSRLS.`;
}

function dropped(context: StatementContext, of: ObjectName, name: ObjectName | undefined): void {
  const table = protectedTable(context, of);
  const policy = table?.policies.find((each) => each.name === name?.name);
  if (table === null || policy === undefined || name === undefined) return;
  const later = laterChanges(context);
  if (later.some((each) => each.change === "drop" && each.kind === "table" && each.names.some((other) => sameName(context, of, other)))) return;
  const created = later.filter((each): each is Extract<Change, { change: "createPolicy" }> => each.change === "createPolicy" && sameName(context, of, each.table));
  if (policy.permissive) {
    const again = created.find((each) => each.permissive && each.name.name === policy.name);
    if (again) widened(context, table, policy, again.roles, { at: placeOf(context, of, policy.name) ?? name.range, rows: again.using?.text ?? null, command: again.command });
    return;
  }
  if (created.some((each) => !each.permissive)) return;
  const condition = policy.using ?? policy.withCheck;
  const which = condition ? `, those that are not (${condition.text}),` : "";
  context.report({
    at: name.range,
    object: `${table.schema}.${table.name}`,
    message: `Restrictive policy ${policy.name} of ${display(table)} goes: the rows that it kept back${which} are let through to whom the other policies allow them. Create it again in this migration, or say why not.`,
    severity: "warning",
  });
}

/** The name in the CREATE POLICY that comes later. */
function placeOf(context: StatementContext, of: ObjectName, name: string): Place | null {
  const { statements } = context.version;
  for (const statement of statements.slice(statements.indexOf(context.statement) + 1)) {
    for (const { change, offset } of statement.parsed.problem === null ? readChanges(statement.parsed) : []) {
      if (change.change !== "createPolicy" || change.name.name !== name || !sameName(context, of, change.table)) continue;
      return { anchor: statement, range: { start: change.name.range.start + offset, end: change.name.range.end + offset } };
    }
  }
  return null;
}

function altered(context: StatementContext, change: Extract<Change, { change: "alterPolicy" }>): void {
  const table = protectedTable(context, change.table);
  const policy = table?.policies.find((each) => each.name === change.name.name);
  if (table === null || policy?.permissive !== true || change.roles === null) return;
  widened(context, table, policy, change.roles, { at: change.name.range, rows: (change.using ?? policy.using)?.text ?? null, command: policy.command });
}

interface Widened {
  readonly at: Name["range"] | Place;
  readonly rows: string | null;
  readonly command: Policy["command"];
}

function widened(context: StatementContext, table: Table, policy: Policy, roles: readonly string[], { at, rows, command }: Widened): void {
  if (policy.roles.includes("public")) return;
  const more = roles.filter((role) => !policy.roles.includes(role));
  if (more.length === 0) return;
  const who = more.includes("public") ? "every role" : enumerate(more);
  const may = command === "all" ? "SELECT, INSERT, UPDATE and DELETE" : command.toUpperCase();
  const which = rows === null ? "rows" : `the rows where ${rows}`;
  const also = more.includes("public") ? "" : " as well";
  context.report({
    at,
    object: `${table.schema}.${table.name}`,
    message: `Policy ${policy.name} of ${display(table)} held for ${enumerate(policy.roles)}, and holds for ${who}${also} from here on: ${who} may ${may} ${which}, as far as ${more.length > 1 ? "they have" : "it has"} the privileges.`,
    severity: "warning",
  });
}
