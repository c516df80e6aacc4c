import { asksForCaller, relationsOfBody } from "../facts/bodies";
import { commandsOf, heldFor, reachesMore, tableAtEnd } from "../facts/policyChanges";
import { everyones, rowFacts } from "../facts/policyLogic";
import { earlierChanges, laterChanges, sameName } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import { display, enumerate, enumerateSome } from "../wording";
import { letsInMore } from "../../policies/decide";
import { checkRule, commands, privilegeOf, rolesOf, rowsOf, usingRule, type Command } from "../../policies/effective";
import type { Change, ObjectName } from "../../schema/changes";
import type { Expression, Function, Place, Policy, Table } from "../../schema/model";
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
  summary: "A migration takes row-level security away from a table that had it, or lets in more rows or roles.",
  why:
    "DISABLE ROW LEVEL SECURITY leaves the policies where they are and shows every row to each role with a grant. DROP POLICY of a restrictive policy shows the rows that it kept back, a role that is added to a permissive one sees what that one lets through, and so does every role once a table with policies for all is granted to PUBLIC. A condition that lets in more looks like any other edit of it. Each is one word in a long migration, and no test that connects as the owner notices it " +
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
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER POLICY own_notes ON notes USING (owner = current_user OR NOT deleted);
      `,
      {
        title: "A condition that lets in more",
        given,
        at: "own_notes",
        message: "Policy own_notes of notes lets in more from here on: web may SELECT, UPDATE and DELETE the rows where owner = current_user OR NOT deleted, and no longer those alone where owner = current_user.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY IF EXISTS read_notes ON notes;
        CREATE POLICY read_notes ON notes TO web USING (owner = current_user);
      `,
      {
        title: "For more commands than before",
        given: given.replace("own_notes ON notes TO web", "read_notes ON notes FOR SELECT TO web"),
        at: "read_notes",
        message: "Policy read_notes of notes held for SELECT, and holds for INSERT, UPDATE and DELETE as well from here on: web may INSERT, UPDATE and DELETE the rows where owner = current_user, as far as the privileges go.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY kept ON notes;
        CREATE POLICY kept ON notes TO web USING (NOT deleted);
      `,
      {
        title: "Created again without AS RESTRICTIVE",
        given,
        at: "kept",
        message: "Policy kept of notes was restrictive, and is permissive from here on: it no longer keeps rows back, and lets web SELECT, INSERT, UPDATE and DELETE the rows where NOT deleted. Write AS RESTRICTIVE.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER POLICY kept ON notes TO admin;
      `,
      {
        title: "A restrictive policy for fewer",
        given,
        at: "kept",
        message: "Restrictive policy kept of notes held for every role, and holds for admin alone from here on: from the others it no longer keeps back the rows that are not (NOT deleted).",
      },
    ),
    bad(`GRANT SELECT ON notes TO PUBLIC;`, {
      title: "A privilege for everyone, where the policies hold for everyone",
      given: given.replace("own_notes ON notes TO web", "own_notes ON notes"),
      at: "notes",
      message: "From here on every role may SELECT the rows where (owner = current_user) AND (NOT deleted) of notes, as its policies hold for every role and only web and admin had a privilege before. Grant it to the application's role, or name the roles in the policies (TO).",
    }),
    bad(`ALTER FUNCTION note_count() SECURITY DEFINER SET search_path = '';`, {
      title: "A function that the policies held for",
      given: `${given}CREATE FUNCTION note_count() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM public.notes $$;\n`,
      at: "note_count",
      message: "Function note_count ran with the rights of its caller, and runs with its owner's from here on: the policies of notes no longer hold for whoever may call it. Have it look at its caller, or keep SECURITY INVOKER.",
    }),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY own_notes ON notes;
        CREATE POLICY own_notes ON notes TO web USING (owner = (SELECT current_user));
      `,
      { title: "The same condition, evaluated once a query", given },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER POLICY own_notes ON notes USING (NOT deleted AND current_user = owner);
      `,
      { title: "Narrower, and written the other way round", given },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY own_notes ON notes;
        DROP POLICY kept ON notes;
        CREATE POLICY own_notes ON notes TO web USING (owner = current_user AND NOT deleted);
      `,
      { title: "What the restrictive policy said is said by the other one", given },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY IF EXISTS admins ON notes;
        DROP POLICY own_notes ON notes;
        CREATE POLICY own_notes ON notes TO web, admin USING (owner = current_user);
      `,
      { title: "Two policies made one", given: `${given}CREATE POLICY admins ON notes TO admin USING (owner = current_user);\n` },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY own_notes ON notes;
        CREATE POLICY own_notes ON notes TO web USING (is_owner(owner));
      `,
      { title: "A function that may say the same", given: `${given}CREATE FUNCTION is_owner(name text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT name = current_user $$;\n` },
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
    { given: [...world, "ALTER POLICY own_notes ON notes USING (owner = current_user OR NOT deleted)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "ALTER POLICY own_notes ON notes USING (NOT deleted AND (SELECT current_user) = owner)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "DROP POLICY kept ON notes", "CREATE POLICY kept ON notes USING (NOT deleted)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 3 },
    { given: [...world, "ALTER POLICY kept ON notes TO pg_signal_backend", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "GRANT UPDATE ON notes TO pg_monitor", "DROP POLICY own_notes ON notes", "CREATE POLICY own_notes ON notes FOR SELECT USING (owner = current_user)", "SET ROLE pg_monitor"], statement: "UPDATE notes SET deleted = true RETURNING 1", rows: 0 },
    { given: [...world, "GRANT UPDATE ON notes TO pg_monitor", "SET ROLE pg_monitor"], statement: "UPDATE notes SET owner = owner RETURNING 1", rows: 1 },
    { given: [...world, "ALTER POLICY own_notes ON notes TO public", "UPDATE notes SET owner = 'pg_read_all_stats'", "GRANT SELECT ON notes TO PUBLIC", "SET ROLE pg_read_all_stats"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "CREATE FUNCTION n() RETURNS SETOF text LANGUAGE sql AS $$ SELECT owner FROM public.notes $$", "SET ROLE pg_monitor"], statement: "SELECT n()", rows: 1 },
    { given: [...world, "CREATE FUNCTION n() RETURNS SETOF text LANGUAGE sql AS $$ SELECT owner FROM public.notes $$", "ALTER FUNCTION n() SECURITY DEFINER", "SET ROLE pg_monitor"], statement: "SELECT n()", rows: 3 },
  ],
  on: "statement",
  changes: ["alterTable", "drop", "createPolicy", "alterPolicy", "renamePart", "grant", "createFunction", "alterFunction"],
  check(context) {
    const { change } = context;
    if (change.change === "alterTable") rowSecurity(context, change);
    else if (change.change === "grant") granted(context, change);
    else if (change.change === "createFunction" || change.change === "alterFunction") definer(context, change);
    else {
      const table = policyTable(change);
      if (table) policiesOf(context, table);
    }
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

/** All policies of a table together, at the first statement of the version that touches one: what was before is known there. */
function policiesOf(context: StatementContext, of: ObjectName): void {
  const isOfIt = (each: Change): boolean => policyTable(each) !== null && sameName(context, of, policyTable(each)!);
  const table = protectedTable(context, of);
  const end = table && tableAtEnd(context, table);
  if (table === null || end === null || earlierChanges(context).some(isOfIt)) return;
  for (const policy of table.policies) {
    const now = end.policies.find((each) => each.name === policy.name);
    if (now === policy) continue;
    const message = now ? changed(context, table, end, policy, now) : gone(context, table, end, policy);
    const at = message === null ? null : placeOf(context, of, policy.name);
    if (message !== null && at !== null) context.report({ at, object: `${table.schema}.${table.name}`, message, severity: "warning" });
  }
}

function policyTable(change: Change): ObjectName | null {
  if (change.change === "createPolicy" || change.change === "alterPolicy") return change.table;
  if (change.change === "drop") return change.kind === "policy" ? change.table : null;
  return change.change === "renamePart" && change.part === "policy" ? change.of : null;
}

/** The policy's name where the version says it last. */
function placeOf(context: StatementContext, of: ObjectName, name: string): Place | null {
  const { statements } = context.version;
  const places = statements.slice(statements.indexOf(context.statement)).flatMap((statement) =>
    (statement.parsed.problem === null ? readChanges(statement.parsed) : []).flatMap(({ change, offset }): readonly Place[] => {
      const table = policyTable(change);
      if (table === null || !sameName(context, of, table)) return [];
      const written = change.change === "drop" ? change.names[0] : change.change === "createPolicy" || change.change === "alterPolicy" ? change.name : undefined;
      return written?.name === name ? [{ anchor: statement, range: { start: written.range.start + offset, end: written.range.end + offset } }] : [];
    }),
  );
  return places.at(-1) ?? null;
}

/** A restrictive policy goes, and a row that it kept back is let through. */
function gone(context: StatementContext, table: Table, end: Table, policy: Policy): string | null {
  const condition = policy.using ?? policy.withCheck;
  if (policy.permissive || condition === null) return null;
  const reached = heldFor(policy.roles, table, end).flatMap((role) => commandsOf(policy).map((command) => reachesMore(context, table, end, role, command)));
  // Where another one takes its place, only what is certain is said.
  const isReplaced = end.policies.some((each) => !each.permissive && !table.policies.some((old) => old.name === each.name));
  if (!reached.includes(true) && (isReplaced || !reached.includes(null))) return null;
  return `Restrictive policy ${policy.name} of ${display(table)} goes: the rows that it kept back, those that are not (${oneLine(condition)}), are let through to whom the other policies allow them. Create it again in this migration, or say why not.`;
}

/** A policy that is another one at the version's end: its kind, its roles, its commands, or what it lets in. */
function changed(context: StatementContext, table: Table, end: Table, policy: Policy, now: Policy): string | null {
  return turned(context, table, end, policy, now) ?? forOthers(context, table, end, policy, now) ?? letsIn(context, table, end, policy, now);
}

function turned(context: StatementContext, table: Table, end: Table, policy: Policy, now: Policy): string | null {
  if (policy.permissive || !now.permissive) return null;
  if (!heldFor(now.roles, table, end).some((role) => commandsOf(now).some((command) => reachesMore(context, table, end, role, command) !== false))) return null;
  const rows = textOf(now.using ?? now.withCheck);
  return `Policy ${policy.name} of ${display(table)} was restrictive, and is permissive from here on: it no longer keeps rows back, and lets ${inWords(now.roles)} ${may(commandsOf(now))} ${rows}. Write AS RESTRICTIVE.`;
}

/** More roles or commands of a permissive policy, fewer of a restrictive one. */
function forOthers(context: StatementContext, table: Table, end: Table, policy: Policy, now: Policy): string | null {
  const [less, more] = policy.permissive ? [policy, now] : [now, policy];
  if (policy.permissive !== now.permissive) return null;
  const rows = textOf(policy.permissive ? (now.using ?? now.withCheck) : (policy.using ?? policy.withCheck));
  const reaches = (roles: readonly string[], commands: readonly Command[]): boolean => heldFor(roles, table, end).some((role) => commands.some((command) => reachesMore(context, table, end, role, command) !== false));
  const roles = less.roles.includes("public") ? [] : more.roles.filter((role) => !less.roles.includes(role));
  if (reaches(roles, commandsOf(more))) {
    const who = inWords(roles);
    if (!policy.permissive) return `Restrictive policy ${policy.name} of ${display(table)} held for ${inWords(policy.roles)}, and holds for ${inWords(now.roles)} alone from here on: from the others it no longer keeps back the rows that are not (${rows.replace(/^the rows where /, "")}).`;
    const as = roles.includes("public") ? "" : " as well";
    return `Policy ${policy.name} of ${display(table)} held for ${inWords(policy.roles)}, and holds for ${who}${as} from here on: ${who} may ${may(commandsOf(now))} ${rows}, as far as ${roles.length > 1 ? "they have" : "it has"} the privileges.`;
  }
  const added = commandsOf(more).filter((command) => !commandsOf(less).includes(command));
  if (!reaches(more.roles, added)) return null;
  if (!policy.permissive) return `Restrictive policy ${policy.name} of ${display(table)} holds for ${may(commandsOf(now))} alone from here on: ${may(added)} is no longer kept from the rows that are not (${rows.replace(/^the rows where /, "")}).`;
  return `Policy ${policy.name} of ${display(table)} held for ${may(commandsOf(policy))}, and holds for ${may(added)} as well from here on: ${inWords(now.roles)} may ${may(added)} ${rows}, as far as the privileges go.`;
}

/** What it lets in is certainly more than before, and no other policy keeps that back. */
function letsIn(context: StatementContext, table: Table, end: Table, policy: Policy, now: Policy): string | null {
  if (policy.permissive !== now.permissive) return null;
  const facts = rowFacts(table);
  const roles = now.roles.filter((role) => policy.roles.includes(role) || policy.roles.includes("public"));
  for (const word of ["using", "withCheck"] as const) {
    const [before, after] = [policy, now].map((each) => (word === "using" ? each.using : (each.withCheck ?? each.using)));
    if (!before || !after || letsInMore(context.condition(before), context.condition(after), facts) !== true) continue;
    const commands = commandsOf(now).filter((command) => (word === "using" ? command !== "insert" : command === "insert" || command === "update"));
    if (!heldFor(roles, table, end).some((role) => commands.some((command) => reachesMore(context, table, end, role, command) === true))) continue;
    const what = word === "using" ? "the rows where" : "rows where";
    const verb = word === "using" ? may(commands) : "write";
    const kind = policy.permissive ? "Policy" : "Restrictive policy";
    return `${kind} ${policy.name} of ${display(table)} lets in more from here on: ${inWords(roles)} may ${verb} ${what} ${oneLine(after)}, and no longer those alone where ${oneLine(before)}.`;
  }
  return null;
}

function textOf(expression: Expression | null): string {
  return expression === null ? "rows" : `the rows where ${oneLine(expression)}`;
}

const oneLine = ({ text }: Expression): string => text.replace(/\s+/g, " ");
const may = (commands: readonly Command[]): string => enumerate(commands.map((command) => command.toUpperCase()));
const inWords = (roles: readonly string[]): string => (roles.includes("public") ? "every role" : enumerate(roles));

/** A function that was there before is to run with its owner's rights from here on. */
function definer(context: StatementContext, change: Extract<Change, { change: "createFunction" | "alterFunction" }>): void {
  const { before, after, version } = context;
  const name = after.resolveFunction(change.name);
  const types = change.change === "createFunction" ? change.arguments : change.name.arguments;
  const of = (routines: readonly Function[]): Function | undefined => routines.find((each) => types === null || types.join() === each.arguments.join());
  const [old, now] = [of(before.functions(name)), of(after.functions(name))];
  if (old === undefined || now === undefined || old.securityDefiner || !now.securityDefiner || old.createdIn === version.id || now.returns === "trigger") return;
  // It looks at its caller itself.
  if (asksForCaller(now)) return;
  const tables = relationsOfBody(after, now).flatMap((relation) => after.table(relation) ?? []);
  const bound = tables.find((table) => table.rls.enabled);
  if (bound === undefined) return;
  const end = laterChanges(context).some((later) => later.change === "alterFunction" && later.securityDefiner === false && sameName(context, change.name, later.name));
  if (end) return;
  context.report({
    at: change.name.range,
    object: `${now.schema}.${now.name}`,
    message: `Function ${display(now)} ran with the rights of its caller, and runs with its owner's from here on: the policies of ${display(bound)} no longer hold for whoever may call it. Have it look at its caller, or keep SECURITY INVOKER.`,
    severity: "warning",
  });
}

/** Everyone is let in to a table whose policies were written while only some had the privilege. */
function granted(context: StatementContext, change: Extract<Change, { change: "grant" }>): void {
  const { database, before, after, condition } = context;
  if (change.revoke || change.target.on !== "relation") return;
  for (const target of change.target.names) {
    const table = protectedTable(context, target);
    const now = after.resolveTable(target);
    if (!table?.complete || now === undefined) continue;
    for (const role of new Set(change.grants.map(({ grantee }) => grantee))) {
      // Supabase grants all to them by itself.
      if (!everyones.has(role) || (database.platform === "supabase" && role !== "public")) continue;
      const roles = rolesOf(before, role);
      const reached = commands.flatMap((command) => {
        if (privilegeOf(table, roles, command) !== "none" || privilegeOf(now, roles, command) === "none") return [];
        const rule = command === "insert" ? checkRule(table, roles, command) : usingRule(table, roles, command);
        // A policy that names the role was written for it.
        if (role !== "public" && rule.permissive.some(({ policy }) => policy.roles.includes(role))) return [];
        const rows = rowsOf(rule, condition, rowFacts(table));
        return rows.rows === "none" ? [] : [{ command, rows: rows.rows === "all" ? "every row" : `the rows where ${rows.where.replace(/\s+/g, " ")}` }];
      });
      const [first] = reached;
      if (first === undefined) continue;
      const same = reached.filter(({ rows }) => rows === first.rows).map(({ command }) => command);
      const holders = table.grants.map(({ grantee }) => grantee);
      const only = holders.length === 0 ? "no role was granted it before" : `only ${enumerateSome(holders)} had a privilege before`;
      context.report({
        at: target.range,
        object: `${table.schema}.${table.name}`,
        message: `From here on ${inWords([role])} may ${may(same)} ${first.rows} of ${display(table)}, as its policies hold for every role and ${only}. Grant it to the application's role, or name the roles in the policies (TO).`,
        severity: "warning",
      });
    }
  }
}
