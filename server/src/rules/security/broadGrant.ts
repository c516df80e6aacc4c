import { changesToHead } from "../facts/version";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type Severity, type StatementContext } from "../rule";
import { enumerate } from "../wording";
import type { Change } from "../../schema/changes";
import type { Grant } from "../../schema/model";
import { findKeywords, keywordRange } from "../../sql/ranges";
import { foldIdentifier, quoteIdentifier } from "../../sql/identifiers";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body text NOT NULL
  );
`;
const world = ["CREATE TABLE notes (owner text)", "INSERT INTO notes VALUES ('pg_monitor'), ('another')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "CREATE POLICY own ON notes USING (owner = current_user)"];

export default defineRule({
  id: "security/broad-grant",
  summary: "Privileges to write, or all of them, for every role there is.",
  why:
    "PUBLIC is every role of the server, those that are made later too. ALL on a table holds TRUNCATE, which no policy of row-level security holds back, REFERENCES and TRIGGER. Default privileges give the same for each table that is made from then on, without a line in its migration. CREATE on a schema lets every role put functions there that others call by mistake (CVE-2018-1058) " +
    "([GRANT](https://www.postgresql.org/docs/current/sql-grant.html), [Privileges](https://www.postgresql.org/docs/current/ddl-priv.html)).",
  whatToDo: "Grant what is needed, SELECT, INSERT, UPDATE and DELETE one by one, to a role that stands for the application, and make its logins members of it.",
  whenNotToUse: "The database is one person's own.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-grant", "postgres:ddl-priv", "migrationpilot:MP085", "sqlguard:overbroad-grant", "pgrls:SEC044", "union:221"],
  examples: [
    bad(`GRANT ALL ON notes TO PUBLIC;`, {
      title: "Everything, for everyone",
      given: table,
      at: "PUBLIC",
      message: "GRANT ALL ... TO PUBLIC lets every role of the server write here, those that are made later too, and TRUNCATE, which no policy holds back. Grant what is needed to the application's role.",
    }),
    bad(`GRANT ALL ON notes TO PUBLIC;`, {
      title: "Where the table's policies name the application's role",
      given: `${table}ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE ROLE web;\nCREATE POLICY web_notes ON notes TO web USING (body = (SELECT current_setting('app.body', true)));\n`,
      at: "PUBLIC",
      fixed: `GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO web;`,
    }),
    bad(`GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA public TO PUBLIC;`, {
      title: "On all tables",
      given: table,
      at: "PUBLIC",
      message: "GRANT INSERT and DELETE ... TO PUBLIC lets every role of the server write here, those that are made later too. Grant what is needed to the application's role.",
    }),
    bad(`ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;`, {
      title: "On what is made later",
      at: "PUBLIC",
      message: "Each table that is made from here on is open to every role of the server (SELECT), without a line in its own migration. Grant it table by table, or to the application's role.",
      fixed: ``,
    }),
    bad(`GRANT CREATE ON SCHEMA public TO PUBLIC;`, {
      title: "Where names are looked up",
      at: "PUBLIC",
      message: "GRANT CREATE ON SCHEMA ... TO PUBLIC lets every role put functions and tables there, which others then call or read by mistake (CVE-2018-1058). Grant it to the role that runs the migrations.",
      fixed: ``,
    }),
    bad(`GRANT ALL ON ALL TABLES IN SCHEMA public TO anon;`, {
      title: "The role of those who are not signed in",
      platform: "neon",
      given: table,
      at: "anon",
      message: "GRANT ALL ... TO anon lets whoever is not signed in write here, and TRUNCATE, which no policy holds back. Grant what is needed, one by one.",
      fixed: `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO anon;`,
    }),
    good(`GRANT SELECT, INSERT ON notes TO web;`, { title: "What is needed, to a role", given: table }),
    good(`GRANT SELECT ON notes TO PUBLIC;`, { title: "To be read by everyone", given: table }),
    good(`GRANT USAGE ON SCHEMA public TO PUBLIC;`, { title: "To look into a schema" }),
    good(
      sql`
        GRANT ALL ON notes TO PUBLIC;
        REVOKE ALL ON notes FROM PUBLIC;
      `,
      { title: "Taken back in the same migration", given: table },
    ),
    good(`GRANT ALL ON notes TO PUBLIC;`, { title: "Taken back in the next one", given: table, beside: { "migrations/0003_next.sql": "REVOKE ALL ON notes FROM PUBLIC;" } }),
    good(`GRANT ALL ON notes TO anon;`, { title: "Supabase's own default", platform: "supabase", given: `${table}ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (body = (SELECT auth.email()));\n` }),
    good(`REVOKE ALL ON SCHEMA public FROM PUBLIC;`, { title: "The other way" }),
  ],
  proof: [
    { given: [...world, "GRANT ALL ON notes TO PUBLIC", "SET ROLE pg_monitor"], statement: "DELETE FROM notes RETURNING owner", rows: 1 },
    { given: [...world, "GRANT ALL ON notes TO PUBLIC", "SET ROLE pg_monitor"], statement: "TRUNCATE notes", locks: { notes: "AccessExclusiveLock" } },
    { given: [...world, "GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO PUBLIC", "SET ROLE pg_monitor"], statement: "TRUNCATE notes", fails: "42501" },
    { given: ["ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC", "CREATE TABLE later (a int)", "INSERT INTO later VALUES (1)", "SET ROLE pg_monitor"], statement: "SELECT * FROM later", rows: 1 },
    { given: ["CREATE TABLE later (a int)", "SET ROLE pg_monitor"], statement: "SELECT * FROM later", fails: "42501" },
    { given: ["GRANT CREATE ON SCHEMA public TO PUBLIC", "SET ROLE pg_monitor"], statement: "CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$" , rows: 0 },
    { given: ["SET ROLE pg_monitor"], statement: "CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$", fails: "42501" },
  ],
  on: "statement",
  changes: ["grant", "defaultPrivileges"],
  check(context) {
    const { change, parsed } = context;
    if ((change.change !== "grant" && change.change !== "defaultPrivileges") || change.revoke) return;
    for (const grantee of new Set(change.grants.map((grant) => grant.grantee))) {
      if (grantee !== "public" && !isAnonymous(context, grantee)) continue;
      const at = granteeRange(parsed, grantee);
      const message = at === null ? null : messageFor(context, change, grantee, change.grants.filter((grant) => grant.grantee === grantee));
      if (at !== null && message !== null) context.report({ at, ...message, fixes: fixesOf(context, change, grantee, at) });
    }
  },
});

/** Supabase grants all to its API's roles by itself, and its own diff writes it out: there row-level security is what counts. */
function isAnonymous({ database }: StatementContext, role: string): boolean {
  return database.platform !== "supabase" && (role === "anon" || role === "anonymous");
}

const writes = ["insert", "update", "delete", "truncate"];

function messageFor(context: StatementContext, change: Extract<Change, { change: "grant" | "defaultPrivileges" }>, grantee: string, grants: readonly Grant[]): { readonly message: string; readonly severity?: Severity } | null {
  const privileges = grants.filter(({ columns }) => columns.length === 0).map(({ privilege }) => privilege);
  const all = privileges.includes("all");
  if (change.change === "defaultPrivileges") {
    if (change.objects !== "tables" || !privileges.some((privilege) => all || privilege === "select" || writes.includes(privilege))) return null;
    const words = enumerate(privileges.map((privilege) => privilege.toUpperCase()));
    const who = grantee === "public" ? "every role of the server" : "whoever is not signed in";
    return { message: `Each table that is made from here on is open to ${who} (${words}), without a line in its own migration. Grant it table by table, or to the application's role.` };
  }
  if (isTakenBack(context, change, grantee)) return null;
  if (change.target.on === "schema") {
    if (!all && !privileges.includes("create")) return null;
    return { message: `GRANT ${all ? "ALL" : "CREATE"} ON SCHEMA ... TO ${grantee === "public" ? "PUBLIC" : grantee} lets ${grantee === "public" ? "every role" : grantee} put functions and tables there, which others then call or read by mistake (CVE-2018-1058). Grant it to the role that runs the migrations.` };
  }
  const isTables = change.target.on === "relation" || (change.target.on === "all in schema" && change.target.objects === "tables");
  const written = privileges.filter((privilege) => writes.includes(privilege));
  if (!isTables || (!all && written.length === 0)) return null;
  const words = all ? "ALL" : enumerate(written.map((privilege) => privilege.toUpperCase()));
  const truncates = all || written.includes("truncate") ? ", and TRUNCATE, which no policy holds back" : "";
  if (grantee !== "public") {
    // Neon's Data API and PostgREST filter by policies: what they cannot hold back is what counts.
    return truncates === "" ? null : { message: `GRANT ${words} ... TO ${grantee} lets whoever is not signed in write here${truncates}. Grant what is needed, one by one.` };
  }
  return { message: `GRANT ${words} ... TO PUBLIC lets every role of the server write here, those that are made later too${truncates}. Grant what is needed to the application's role.` };
}

/** Where the statement grants to nobody else, and what is to stand in its place is known. */
function fixesOf({ after, parsed }: StatementContext, change: Extract<Change, { change: "grant" | "defaultPrivileges" }>, grantee: string, at: Range): readonly FixProposal[] {
  if (change.grants.some((grant) => grant.grantee !== grantee)) return [];
  const privileges = change.grants.map(({ privilege }) => privilege);
  const fix = (title: string, ...intents: readonly FixIntent[]): readonly FixProposal[] => [{ title, kind: "review", intents }];
  const all = keywordRange(parsed, ["all", "privileges"]) ?? keywordRange(parsed, ["all"]);
  const named = (text: string): readonly FixIntent[] => (privileges.includes("all") && all ? [{ intent: "replace", range: all, text }] : []);
  if (change.change === "defaultPrivileges") return fix("Leave it out", { intent: "removeStatement" });
  if (change.target.on === "schema") return privileges.includes("all") ? fix("Grant USAGE alone", ...named("USAGE")) : privileges.length === 1 ? fix("Leave it out", { intent: "removeStatement" }) : [];
  const rows = "SELECT, INSERT, UPDATE, DELETE";
  if (grantee !== "public") return privileges.includes("all") ? fix(`Grant ${rows} alone`, ...named(rows)) : [];
  const of = change.target.on === "relation" && change.target.names.length === 1 ? after.resolveTable(change.target.names[0]!) : undefined;
  const roles = new Set(of?.policies.flatMap((policy) => policy.roles));
  const [role] = roles;
  return role === undefined || roles.size > 1 || role === "public" ? [] : fix(`Grant it to ${role}, for whom the table's policies are`, ...named(rows), { intent: "replace", range: at, text: quoteIdentifier(role) });
}

function isTakenBack(context: StatementContext, change: Extract<Change, { change: "grant" }>, grantee: string): boolean {
  const wanted = targetText(change);
  return changesToHead(context).some((later) => later.change === "grant" && later.revoke && targetText(later) === wanted && later.grants.some((grant) => grant.grantee === grantee && grant.privilege === "all"));
}

function targetText({ target }: Extract<Change, { change: "grant" }>): string {
  return target.on === "all in schema" ? `${target.objects} ${target.schemas.join()}` : `${target.on} ${target.names.map((name) => `${name.schema ?? ""}.${name.name}`).join()}`;
}

/** The role's name behind TO. */
function granteeRange(parsed: ParsedStatement, grantee: string): Range | null {
  const to = parsed.tokens.length - 1 - [...parsed.tokens].reverse().findIndex((token) => parsed.text.slice(token.start, token.end).toLowerCase() === "to");
  const token = parsed.tokens.slice(findKeywords(parsed, ["to"]) < 0 ? 0 : to + 1).find(({ start, end }) => foldIdentifier(parsed.text.slice(start, end)) === grantee);
  return token ? { start: token.start, end: token.end } : null;
}
