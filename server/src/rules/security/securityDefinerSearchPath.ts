import { insertAt } from "../facts/edits";
import { changesToHead, sameName } from "../facts/version";
import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import { display } from "../wording";
import type { FunctionSignature, ObjectName } from "../../schema/changes";
import type { Function } from "../../schema/model";
import { collectReferences } from "../../schema/read/references";
import { sourceOf } from "../../schema/read/source";
import { quoteIdentifier } from "../../sql/identifiers";
import { keywordRange } from "../../sql/ranges";

const table = sql`
  CREATE TABLE members (
    name text PRIMARY KEY
  );
`;
const world = ["CREATE TABLE members (name text)"];
const shadow = ["GRANT EXECUTE ON FUNCTION is_member() TO public", "SET ROLE pg_monitor", "CREATE TEMP TABLE members (name text)", "INSERT INTO members VALUES (current_user), (session_user)"];

export default defineRule({
  id: "security/security-definer-search-path",
  summary: "A SECURITY DEFINER function without a search_path of its own looks its names up on the caller's.",
  why:
    "The function runs with its owner's rights, but each name without a schema is looked up on the search path of whoever calls it. The caller's temporary tables come first, and may stand in for the tables that the function trusts; a function or operator in a schema that the caller may write to runs as the owner " +
    "([Writing SECURITY DEFINER Functions Safely](https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY)).",
  whatToDo: "Add SET search_path = '' and write each name with its schema, or SET search_path = public, pg_temp: pg_temp at the end, since it is searched first where it is not named. Bodies in SQL's own syntax (BEGIN ATOMIC) are resolved when they are created and need none.",
  whenNotToUse: "Only trusted roles may execute the function.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-createfunction", "splinter:0011", "pgrls:SEC015", "migrationpilot:MP099", "union:215"],
  examples: [
    bad(
      sql`
        CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
          SELECT EXISTS (SELECT FROM members WHERE name = session_user)
        $$;
      `,
      {
        title: "Whose members?",
        given: table,
        at: "is_member",
        message: "Function is_member runs with its owner's rights, and looks its names up on the caller's search_path: a temporary table of the caller's stands in for the one that is meant. Add SET search_path = public, pg_temp.",
        fixed: sql`
          CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT EXISTS (SELECT FROM members WHERE name = session_user)
          $$;
        `,
      },
    ),
    bad(
      sql`
        CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
          SELECT EXISTS (SELECT FROM public.members WHERE name = session_user)
        $$;
      `,
      {
        title: "Each table with its schema, but not the operators",
        given: table,
        at: "is_member",
        fixed: sql`
          CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
            SELECT EXISTS (SELECT FROM public.members WHERE name = session_user)
          $$;
        `,
      },
    ),
    bad(`ALTER FUNCTION is_member() SECURITY DEFINER;`, {
      title: "Made one afterwards",
      given: `${table}CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT FROM members WHERE name = session_user) $$;\n`,
      at: "is_member",
      fixed: `ALTER FUNCTION is_member() SECURITY DEFINER SET search_path = public, pg_temp;`,
    }),
    good(
      sql`
        CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
          SELECT EXISTS (SELECT FROM public.members WHERE name = session_user)
        $$;
      `,
      { title: "With a search_path of its own", given: table },
    ),
    good(
      sql`
        CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
          SELECT EXISTS (SELECT FROM members WHERE name = session_user)
        $$;
        ALTER FUNCTION is_member() SET search_path = public, pg_temp;
      `,
      { title: "Set in the same migration", given: table },
    ),
    good(
      sql`
        CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
          SELECT EXISTS (SELECT FROM members WHERE name = session_user)
        $$;
      `,
      { title: "Set in the next one", given: table, beside: { "migrations/0003_next.sql": "ALTER FUNCTION is_member() SET search_path = public, pg_temp;" } },
    ),
    good(
      sql`
        CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        RETURN EXISTS (SELECT FROM members WHERE name = session_user);
      `,
      { title: "A body in SQL's own syntax: its names are resolved when it is created", given: table },
    ),
    good(`CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT FROM members) $$;`, { title: "With the caller's own rights", given: table }),
  ],
  proof: [
    { given: [...world, "CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT FROM members) $$", ...shadow], statement: "SELECT 1 WHERE is_member()", rows: 1 },
    { given: [...world, "CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT FROM members) $$", ...shadow], statement: "SELECT 1 WHERE is_member()", rows: 0 },
    { given: [...world, "CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.members) $$", ...shadow], statement: "SELECT 1 WHERE is_member()", rows: 0 },
    { given: [...world, "CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER RETURN EXISTS (SELECT FROM members)", ...shadow], statement: "SELECT 1 WHERE is_member()", rows: 0 },
    // Not named, pg_temp is searched first.
    { given: [...world, "CREATE FUNCTION is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT EXISTS (SELECT FROM members) $$", ...shadow], statement: "SELECT 1 WHERE is_member()", rows: 1 },
  ],
  on: "statement",
  changes: ["createFunction", "alterFunction"],
  check(context) {
    const { change, after } = context;
    if (change.change !== "createFunction" && change.change !== "alterFunction") return;
    const touches = change.change === "createFunction" ? change.securityDefiner : change.securityDefiner === true || change.reset === "all" || change.reset.includes("search_path");
    if (!touches || hasSqlBody(context)) return;
    const types = change.change === "createFunction" ? change.arguments : change.name.arguments;
    const routine = after.functions(after.resolveFunction(change.name)).find((each) => types === null || types.join() === each.arguments.join());
    if (routine === undefined || !routine.securityDefiner || routine.kind === "aggregate" || routine.settings.some(({ name }) => name === "search_path")) return;
    if (isMendedLater(context, change.name, routine)) return;
    const path = pathFor(context, routine);
    context.report({
      at: change.name.range,
      object: `${routine.schema}.${routine.name}`,
      message: `${routine.kind === "procedure" ? "Procedure" : "Function"} ${display(routine)} runs with its owner's rights, and looks its names up on the caller's search_path: a temporary table of the caller's stands in for the one that is meant. Add SET search_path = ${path}.`,
      fixes: fixesOf(context, path),
    });
  },
});

/** Its names were resolved when it was created. */
function hasSqlBody({ parsed, change }: StatementContext): boolean {
  return change.change === "createFunction" && parsed.node !== null && "CreateFunctionStmt" in parsed.node && parsed.node.CreateFunctionStmt.sql_body !== undefined;
}

function isMendedLater(context: StatementContext, name: ObjectName | FunctionSignature, routine: Function): boolean {
  return changesToHead(context).some((later) => {
    const isIt = (other: FunctionSignature): boolean => sameName(context, name, other) && (other.arguments === null || other.arguments.join() === routine.arguments.join());
    switch (later.change) {
      case "alterFunction":
        return isIt(later.name) && (later.securityDefiner === false || later.set.some((setting) => setting.name === "search_path"));
      case "createFunction":
        // A later one is judged by itself.
        return sameName(context, name, later.name) && later.arguments.join() === routine.arguments.join();
      case "drop":
        return later.names.some((other) => "arguments" in other && isIt(other));
      default:
        return false;
    }
  });
}

/** '' where each name has its schema already; else the path that the migration itself has, with pg_temp behind it. */
function pathFor({ parsed, before, change }: StatementContext, routine: Function): string {
  const own = [...before.session.searchPath.filter((schema) => schema !== "$user" && schema !== "pg_temp").map(quoteIdentifier), "pg_temp"].join(", ");
  const { body } = parsed;
  // What stands in PL/pgSQL's own expressions is not read.
  if (change.change !== "createFunction" || body?.kind !== "function" || body.dynamic.length > 0 || routine.language !== "sql") return own;
  for (const statement of body.statements) {
    if (statement.parsed.node === null) return own;
    const { names } = collectReferences(sourceOf(statement.parsed), statement.parsed.node);
    const isBare = names.some(({ refers }) => {
      if (refers.kind === "column" || refers.name.schema !== "") return false;
      const name = { schema: null, name: refers.name.name };
      if (refers.kind === "relation") return true;
      return refers.kind === "function" ? before.functions(before.resolveFunction(name)).length > 0 : before.type(before.resolveType(name)) !== undefined;
    });
    if (isBare) return own;
  }
  return "''";
}

function fixesOf({ parsed }: StatementContext, path: string): readonly FixProposal[] {
  const words = keywordRange(parsed, ["security", "definer"]);
  if (words === null) return [];
  return [{ title: `Set its search_path to ${path}`, kind: "review", intents: [insertAt(words.end, ` SET search_path = ${path}`)] }];
}
