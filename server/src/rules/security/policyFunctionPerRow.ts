import { callsPerRow, clausesOf, editClause, type Call, type PolicyClause } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerateSome } from "../wording";
import type { SchemaView } from "../../schema/view";
import { isPunctuation } from "../../sql/ranges";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner uuid NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = [
  "CREATE SCHEMA auth",
  "GRANT USAGE ON SCHEMA auth TO public",
  "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$",
  "CREATE TABLE notes (owner uuid)",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "GRANT SELECT ON notes TO pg_monitor",
];

export default defineRule({
  id: "security/policy-function-per-row",
  summary: "A policy calls a function for each row that gives the same for all of them.",
  why:
    "A policy's condition is a part of every query on the table. auth.uid(), auth.jwt(), current_setting() and the like do not depend on the row, but Postgres calls them again for every row that it reads. In a sub-select they become an init plan, which runs once a query: on a large table that is the difference between seconds and milliseconds " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html), [Supabase: RLS performance](https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations)).",
  whatToDo: "Put the call into a sub-select: (SELECT auth.uid()). Do so only where its arguments name no column of the row.",
  whenNotToUse: "The table stays small.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-createpolicy", "splinter:0003", "pgrls:PERF001", "union:203"],
  examples: [
    bad(`CREATE POLICY own_notes ON notes USING (owner = auth.uid());`, {
      title: "Supabase's auth.uid()",
      given: table,
      at: "auth.uid()",
      message: "Policy own_notes calls auth.uid() again for every row of notes. Write (SELECT auth.uid()), which runs once a query.",
      fixed: `CREATE POLICY own_notes ON notes USING (owner = (SELECT auth.uid()));`,
    }),
    bad(`CREATE POLICY tenant ON notes USING (owner = nullif(current_setting('app.owner', true), '')::uuid);`, {
      title: "A setting, with what is made of it",
      given: table,
      at: "nullif(current_setting('app.owner', true), '')::uuid",
      message: "Policy tenant calls current_setting() again for every row of notes. Write (SELECT nullif(current_setting('app.owner', true), '')::uuid), which runs once a query.",
      fixed: `CREATE POLICY tenant ON notes USING (owner = (SELECT nullif(current_setting('app.owner', true), '')::uuid));`,
    }),
    bad(
      sql`
        CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN true; END $$;
        CREATE POLICY admins ON notes FOR DELETE USING (is_admin());
      `,
      {
        title: "A function of one's own without arguments",
        given: table,
        at: "is_admin()",
        occurrence: 1,
        fixed: sql`
          CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN true; END $$;
          CREATE POLICY admins ON notes FOR DELETE USING ((SELECT is_admin()));
        `,
      },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own_notes ON notes USING (owner = (SELECT auth.uid()));`, { title: "In a sub-select", given: table }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE FUNCTION may_see(note bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN true; END $$;
        CREATE POLICY seen ON notes USING (may_see(id));
      `,
      { title: "A function of the row", given: table },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own_notes ON notes USING (owner = auth.uid());
        ALTER POLICY own_notes ON notes USING (owner = (SELECT auth.uid()));
      `,
      { title: "Altered in the same migration", given: table },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY made ON notes FOR INSERT WITH CHECK (owner = auth.uid());`, { title: "Rows that are inserted: there is no more than what the statement brings", given: table }),
  ],
  proof: [
    { given: [...world, "CREATE POLICY p ON notes USING (owner = auth.uid())", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { lacks: "InitPlan" } },
    { given: [...world, "CREATE POLICY p ON notes USING (owner = (SELECT auth.uid()))", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: "InitPlan" } },
    { given: [...world, "CREATE POLICY p ON notes USING (owner = (SELECT nullif(current_setting('app.owner', true), '')::uuid))", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: "InitPlan" } },
    { given: [...world, "CREATE POLICY p ON notes USING (owner = nullif(current_setting('app.owner', true), '')::uuid)", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { lacks: "InitPlan" } },
  ],
  on: "table",
  check(context) {
    const { table, schema } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      for (const clause of clausesOf(policy)) {
        // Of inserted rows there are as many as the statement brings, and none to be passed over.
        if (clause.clause === "with check") continue;
        const calls = callsPerRow(clause).filter((call) => isConstant(call) && isKnown(schema, call.name, call.node.args?.length ?? 0));
        const [first] = calls;
        if (first === undefined) continue;
        const ranges = calls.map((call) => withCast(clause, call.range));
        const at = withCast(clause, first.range);
        const names = enumerateSome(calls.map(({ name }) => `${name}()`));
        context.report({
          at: clause.place(at),
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} calls ${names} again for every row of ${display(table)}. Write (SELECT ${textOf(clause, at)}), which runs once a query.`,
          fixes: editClause(
            table,
            policy,
            clause,
            "Call it once a query, in a sub-select",
            ranges.map((range) => ({ range, text: `(SELECT ${textOf(clause, range)})` })),
          ),
        });
      }
    }
  },
});

/** Supabase's and Neon's, and Postgres's own current_setting. */
const callers = new Set(["auth.uid", "auth.jwt", "auth.role", "auth.email", "auth.user_id", "auth.session", "current_setting", "pg_catalog.current_setting"]);

function isKnown(schema: SchemaView, name: string, args: number): boolean {
  if (callers.has(name)) return true;
  const [own, of] = name.split(".").reverse();
  const routines = schema.functions(schema.resolveFunction({ schema: of ?? null, name: own! })).filter((routine) => routine.arguments.length === args);
  // What is volatile may give something else for each row.
  return routines.length > 0 && routines.every((routine) => routine.kind === "function" && routine.volatility !== "volatile");
}

/** No argument that a row, or another call, may give. */
function isConstant({ node }: Call): boolean {
  let constant = true;
  for (const argument of node.args ?? []) {
    walk(argument, (kind) => {
      if (kind === "ColumnRef" || kind === "FuncCall" || kind === "SubLink" || kind === "ParamRef") constant = false;
    });
  }
  return constant;
}

/** With a nullif() around it and a cast behind it, which run once as well then. */
function withCast({ source }: PolicyClause, call: Range): Range {
  const { tokens, text } = source;
  let from = tokens.findIndex((token) => token.start === call.start);
  let to = tokens.findIndex((token) => token.end === call.end);
  const word = (at: number): string => (tokens[at] ? text.slice(tokens[at].start, tokens[at].end).toLowerCase() : "");
  if (word(from - 2) === "nullif" && word(from - 1) === "(" && word(to + 1) === "," && tokens[to + 2]?.kind === "string" && word(to + 3) === ")") {
    from -= 2;
    to += 3;
  }
  const type = tokens[to + 2];
  const isCast = isPunctuation(source, tokens[to + 1], "::") || word(to + 1) === "::";
  if (isCast && type?.kind === "word" && !["(", "[", "."].includes(word(to + 3)) && !["double", "character", "bit", "interval", "timestamp", "time"].includes(word(to + 2))) to += 2;
  return { start: tokens[from]!.start, end: tokens[to]!.end };
}

function textOf({ source }: PolicyClause, range: Range): string {
  return source.text.slice(range.start, range.end);
}
