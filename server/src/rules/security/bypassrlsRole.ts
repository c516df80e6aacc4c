import { changesToHead } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import type { Option } from "../../schema/model";
import { foldIdentifier } from "../../sql/identifiers";
import { keywordRange } from "../../sql/ranges";

const world = ["CREATE TABLE notes (owner text)", "INSERT INTO notes VALUES ('a'), ('b')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "CREATE POLICY nobody ON notes USING (false)"];

export default defineRule({
  id: "security/bypassrls-role",
  summary: "A role that logs in and that no policy holds for.",
  why:
    "BYPASSRLS and SUPERUSER set every policy of every table aside, FORCE ROW LEVEL SECURITY too. An application that connects as such a role sees the rows of all tenants, whatever the policies say, and so does whoever gets its password " +
    "([CREATE ROLE](https://www.postgresql.org/docs/current/sql-createrole.html), [Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Give the application a role without either. Where a job needs all rows, such as a backup, give it a login of its own.",
  whenNotToUse: "The role is such a job's, and its password is kept apart from the application's.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-createrole", "pgrls:SEC016", "pgrls:SEC029", "rls-lint:RLS-004", "union:212"],
  examples: [
    bad(`CREATE ROLE api LOGIN BYPASSRLS;`, {
      title: "The application's login",
      at: "BYPASSRLS",
      message: "No policy holds for role api: with BYPASSRLS it sees and writes the rows of all tenants. Leave it out, and give a job that needs all rows a login of its own.",
      fixed: `CREATE ROLE api LOGIN;`,
    }),
    bad(`ALTER ROLE api SUPERUSER;`, {
      title: "A superuser is exempt as well",
      given: `CREATE USER api;\n`,
      at: "SUPERUSER",
      message: "No policy holds for role api: with SUPERUSER it sees and writes the rows of all tenants. Leave it out, and give a job that needs all rows a login of its own.",
    }),
    bad(`GRANT jobs TO api;`, {
      title: "A role that it may become",
      given: `CREATE ROLE jobs BYPASSRLS;\nCREATE ROLE api LOGIN;\n`,
      at: "jobs",
      message: "Role api may SET ROLE jobs from here on, for which no policy holds: jobs has BYPASSRLS. Grant api the privileges that it needs in place of the membership.",
    }),
    good(
      sql`
        CREATE ROLE readers;
        GRANT readers TO api;
      `,
      { title: "Membership in a role that policies hold for, made in the same migration", given: `CREATE ROLE api LOGIN;\n` },
    ),
    good(`CREATE ROLE api LOGIN NOBYPASSRLS;`, { title: "Said not to be one" }),
    good(`CREATE ROLE auditor NOLOGIN BYPASSRLS;`, { title: "Nobody logs in as it" }),
    good(
      sql`
        CREATE ROLE api LOGIN BYPASSRLS;
        ALTER ROLE api NOBYPASSRLS;
      `,
      { title: "Taken back in the same migration" },
    ),
  ],
  proof: [
    { given: [...world, "GRANT SELECT ON notes TO pg_monitor", "ALTER TABLE notes FORCE ROW LEVEL SECURITY"], statement: "SELECT * FROM notes", rows: 2 },
    // Supabase's service_role has BYPASSRLS.
    { platform: "supabase", given: [...world, "GRANT SELECT ON notes TO service_role", "SET ROLE service_role"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "GRANT SELECT ON notes TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...world, "GRANT SELECT ON notes TO pg_monitor", "CREATE POLICY own ON notes USING (owner = 'a')", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "statement",
  changes: ["createRole", "alterRole", "grantRole"],
  check(context) {
    const { change, parsed, after } = context;
    if (change.change === "grantRole") mayBecome(context, change);
    if (change.change !== "createRole" && change.change !== "alterRole") return;
    const own = ["bypassrls", "superuser"].find((name) => isSet(name, change.options) === true);
    if (own === undefined) return;
    const role = after.role(change.name);
    if (isSet("login", role?.options ?? change.options) !== true) return;
    const isUndone = changesToHead(context).some((later) => (later.change === "alterRole" && later.name === change.name && isSet(own, later.options) === false) || (later.change === "drop" && later.kind === "role" && later.names.some(({ name }) => foldIdentifier(name) === change.name)));
    const at = keywordRange(parsed, [own]);
    if (isUndone || at === null) return;
    const before = parsed.text.slice(0, at.start).trimEnd().length;
    context.report({
      at,
      object: change.name,
      message: `No policy holds for role ${change.name}: with ${own.toUpperCase()} it sees and writes the rows of all tenants. Leave it out, and give a job that needs all rows a login of its own.`,
      // ALTER ROLE with nothing to alter is none.
      fixes: change.change === "createRole" ? [{ title: `Leave out ${own.toUpperCase()}`, kind: "review", intents: [{ intent: "replace", range: { start: before, end: at.end }, text: "" }] }] : [],
    });
  },
});

function isSet(name: string, options: readonly Option[]): boolean | null {
  const option = options.find((each) => each.name === name);
  return option === undefined ? null : option.value === "true";
}

/** BYPASSRLS is not inherited: a member has it after SET ROLE. */
function mayBecome(context: StatementContext, change: Extract<Change, { change: "grantRole" }>): void {
  const { after, parsed } = context;
  if (change.revoke) return;
  for (const name of change.roles) {
    const options = after.role(name)?.options ?? [];
    const attribute = ["superuser", "bypassrls"].find((each) => isSet(each, options) === true);
    const member = change.members.find((each) => isSet("login", after.role(each)?.options ?? []) === true);
    const token = parsed.tokens.find(({ start, end }) => foldIdentifier(parsed.text.slice(start, end)) === name);
    if (attribute === undefined || member === undefined || token === undefined) continue;
    if (changesToHead(context).some((later) => later.change === "grantRole" && later.revoke && later.roles.includes(name) && later.members.includes(member))) continue;
    context.report({
      at: { start: token.start, end: token.end },
      object: member,
      message: `Role ${member} may SET ROLE ${name} from here on, for which no policy holds: ${name} has ${attribute.toUpperCase()}. Grant ${member} the privileges that it needs in place of the membership.`,
    });
  }
}
