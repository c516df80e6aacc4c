import type { Node } from "@pgsql/types";
import { comparedWithCaller, namesColumn } from "../facts/comparedColumns";
import { isCovered } from "../facts/indexCoverage";
import { callsPerRow, clausesOf, editClause, type Call, type PolicyClause } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerateSome } from "../wording";
import type { Function, Policy, Table } from "../../schema/model";
import { as } from "../../schema/read/nodes";
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
const filled = [
  ...world,
  "ALTER TABLE notes ADD COLUMN published boolean",
  "INSERT INTO notes SELECT gen_random_uuid(), true FROM generate_series(1, 20000)",
  "CREATE INDEX ON notes (owner)",
  "ANALYZE notes",
];

export default defineRule({
  id: "security/policy-function-per-row",
  summary: "A policy calls a function for each row that gives the same for all of them.",
  why:
    "A policy's condition is a part of every query on the table. auth.uid(), auth.jwt(), current_setting() and the like do not depend on the row, but Postgres calls them again for every row that it reads. In a sub-select they become an init plan, which runs once a query: a count over 100,000 rows took 7 ms in place of 80 " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html), [Supabase: RLS performance](https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations)).",
  whatToDo:
    "Put the call into a sub-select: (SELECT auth.uid()). Do so only where its arguments name no column of the row. " +
    "Two cases cost little, and are said in `strict` alone: an index begins with the column that the call is compared with and no other permissive policy stands beside it, so that the call is made once for the index; or a function of the row is called for each row anyway, which costs ten times as much.",
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
    bad(`CREATE POLICY own_notes ON notes USING (owner = auth.uid() OR published);`, {
      title: "OR: no index serves it",
      given: `${table}ALTER TABLE notes ADD COLUMN published boolean NOT NULL;\nCREATE INDEX ON notes (owner);\n`,
      at: "auth.uid()",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own_notes ON notes USING (owner = auth.uid());`, { title: "An index finds the caller's rows, and calls it once", given: `${table}CREATE INDEX ON notes (owner);\n` }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE FUNCTION may_see(note bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN true; END $$;
        CREATE POLICY own_notes ON notes FOR SELECT USING (owner = auth.uid());
        CREATE POLICY shared_notes ON notes FOR SELECT USING (may_see(id));
      `,
      { title: "Another policy calls a function of the row, which costs more, for each row", given: table },
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
    // A function that is stable is called once for an index.
    { given: [...filled, "CREATE POLICY p ON notes USING (owner = auth.uid())", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: "Index Cond: (owner = " } },
    { given: [...filled, "CREATE POLICY p ON notes USING (owner = auth.uid())", "CREATE POLICY q ON notes USING (published)", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: "Seq Scan" } },
    { given: [...filled, "CREATE POLICY p ON notes USING (owner = auth.uid() OR published)", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: "Seq Scan" } },
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
          ...(costsLittle(schema, table, policy, clause, calls) ? { onlyIn: "strict" as const, severity: "info" as const } : {}),
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
  const routines = functionsOf(schema, name).filter((routine) => routine.arguments.length === args);
  // What is volatile may give something else for each row.
  return routines.length > 0 && routines.every((routine) => routine.kind === "function" && routine.volatility !== "volatile");
}

/** An index makes the call once; or what is called for each row anyway costs ten times as much. */
function costsLittle(schema: SchemaView, table: Table, policy: Policy, clause: PolicyClause, calls: readonly Call[]): boolean {
  const beside = policy.permissive ? table.policies.filter((other) => other !== policy && isJoined(policy, other)) : [];
  const callsOfRow = (each: PolicyClause): boolean => callsPerRow(each).some(({ name, node }) => isOwn(schema, name) && namesColumn({ FuncCall: node }, table));
  const isEither = as(clause.node, "BoolExpr")?.boolop === "OR_EXPR";
  if ((isEither && callsOfRow(clause)) || beside.some((other) => clausesOf(other).some((each) => each.clause === "using" && callsOfRow(each)))) return true;
  const found = comparedWithCaller(clause, table).filter(({ column }) => isCovered(schema, table, [column]));
  return beside.length === 0 && calls.every(({ node }) => found.some(({ value }) => holds(value, node)));
}

/** A row that either lets through is seen. */
function isJoined(one: Policy, other: Policy): boolean {
  const sameCommand = one.command === "all" || other.command === "all" || one.command === other.command;
  return other.permissive && sameCommand && (one.roles.includes("public") || other.roles.some((role) => role === "public" || one.roles.includes(role)));
}

function holds(node: Node, call: Call["node"]): boolean {
  let found = false;
  walk(node, (_, value) => {
    if (value === (call as unknown)) found = true;
  });
  return found;
}

const isOwn = (schema: SchemaView, name: string): boolean => functionsOf(schema, name).length > 0;

function functionsOf(schema: SchemaView, name: string): readonly Function[] {
  const [own, of] = name.split(".").reverse();
  return schema.functions(schema.resolveFunction({ schema: of ?? null, name: own! }));
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
