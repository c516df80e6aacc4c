import { remove } from "../facts/edits";
import { laterChanges, sameName } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import { allOf, as } from "../../schema/read/nodes";
import { isKeyword } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";

const world = [
  "CREATE TABLE notes (owner text, body text)",
  "INSERT INTO notes VALUES ('pg_monitor', 'mine'), ('b', 'theirs')",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY own ON notes USING (owner = current_user)",
  "CREATE TABLE seen (body text)",
  "GRANT ALL ON notes, seen TO pg_monitor",
];
const peek = (leakproof: string): string => `CREATE FUNCTION peek(body text) RETURNS boolean LANGUAGE plpgsql COST 0.0001${leakproof} AS $$ BEGIN INSERT INTO seen VALUES (body); RETURN true; END $$`;

export default defineRule({
  id: "security/leakproof-function",
  summary: "A function that says of itself that it gives away nothing of its arguments.",
  why:
    "Postgres asks the policies of a table before a condition of the query, so that no function sees a row that is hidden. LEAKPROOF takes a function out of that: it may be called on hidden rows, and what it writes, raises or takes time for tells of them. Only a superuser may say it " +
    "([CREATE FUNCTION](https://www.postgresql.org/docs/current/sql-createfunction.html), [Rules and Privileges](https://www.postgresql.org/docs/current/rules-privileges.html)).",
  whatToDo: "Leave LEAKPROOF out. Where a query is slow since a condition cannot be asked before the policy, give the policy's own column an index.",
  whenNotToUse: "It is a plain comparison of a type of your own, which neither raises an error that names its argument nor calls anything else.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-createfunction", "postgres:rules-privileges", "pgrls:SEC017", "union:217"],
  examples: [
    bad(`CREATE FUNCTION matches(body text, term text) RETURNS boolean LANGUAGE sql IMMUTABLE LEAKPROOF AS $$ SELECT body ~ term $$;`, {
      title: "A search that errors tell of",
      at: "LEAKPROOF",
      message: "LEAKPROOF lets Postgres call matches on rows that policies hide, before they are asked: what it raises or writes tells of them. Leave it out.",
      fixed: `CREATE FUNCTION matches(body text, term text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT body ~ term $$;`,
    }),
    bad(`ALTER FUNCTION matches(text, text) LEAKPROOF COST 1;`, {
      title: "Said afterwards",
      given: `CREATE FUNCTION matches(body text, term text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT body ~ term $$;\n`,
      at: "LEAKPROOF",
      fixed: `ALTER FUNCTION matches(text, text) COST 1;`,
    }),
    good(`CREATE FUNCTION matches(body text, term text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT body ~ term $$;`, { title: "Without it" }),
    good(`CREATE FUNCTION matches(body text, term text) RETURNS boolean LANGUAGE sql IMMUTABLE NOT LEAKPROOF AS $$ SELECT body ~ term $$;`, { title: "Said not to be" }),
    good(
      sql`
        CREATE FUNCTION matches(body text, term text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT body ~ term $$;
        ALTER FUNCTION matches(text, text) NOT LEAKPROOF;
      `,
      { title: "Said afterwards not to be, in the same migration" },
    ),
  ],
  proof: [
    { given: [...world, peek(" LEAKPROOF"), "SET ROLE pg_monitor", "SELECT * FROM notes WHERE peek(body)"], statement: "SELECT * FROM seen", rows: 2 },
    { given: [...world, peek(""), "SET ROLE pg_monitor", "SELECT * FROM notes WHERE peek(body)"], statement: "SELECT * FROM seen", rows: 1 },
    { given: ["GRANT CREATE ON SCHEMA public TO pg_monitor", "SET ROLE pg_monitor"], statement: "CREATE FUNCTION one() RETURNS int LANGUAGE sql LEAKPROOF AS $$ SELECT 1 $$", fails: "42501" },
    { given: ["GRANT CREATE ON SCHEMA public TO pg_monitor", "SET ROLE pg_monitor"], statement: "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$", rows: 0 },
  ],
  on: "statement",
  changes: ["createFunction", "alterFunction"],
  check(context) {
    const { change, parsed } = context;
    if ((change.change !== "createFunction" && change.change !== "alterFunction") || isLeakproof(parsed) !== true) return;
    const token = parsed.tokens.find((each) => isKeyword(parsed, each, "leakproof"));
    const isUndone = laterChanges(context).some((later) => (later.change === "alterFunction" && sameName(context, change.name, later.name) && /\bnot\s+leakproof\b/i.test(later.definition.text)) || (later.change === "drop" && later.names.some((name) => sameName(context, change.name, name))));
    if (token === undefined || isUndone) return;
    const at = { start: token.start, end: token.end };
    const isAll = change.change === "alterFunction" && (as(parsed.node ?? undefined, "AlterFunctionStmt")?.actions ?? []).length === 1;
    context.report({
      at,
      object: change.name.name,
      message: `LEAKPROOF lets Postgres call ${change.name.name} on rows that policies hide, before they are asked: what it raises or writes tells of them. Leave it out.`,
      fixes: [{ title: "Leave LEAKPROOF out", kind: "review", intents: [isAll ? { intent: "removeStatement" } : remove(parsed, at)] }],
    });
  },
});

function isLeakproof({ node }: ParsedStatement): boolean | null {
  const options = as(node ?? undefined, "CreateFunctionStmt")?.options ?? as(node ?? undefined, "AlterFunctionStmt")?.actions;
  const option = allOf(options, "DefElem").find(({ defname }) => defname === "leakproof");
  return option === undefined ? null : as(option.arg, "Boolean")?.boolval === true;
}
