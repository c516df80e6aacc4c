import { relationsOfBody } from "../facts/bodies";
import { callsIn, callsPerRow, clausesOf, editClause, type Call } from "../facts/policies";
import { bad, defineRule, good, sql, type FixProposal } from "../rule";
import { display, written } from "../wording";
import type { Function, Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";
import { walk } from "../../sql/walk";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id integer NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const tenant = (volatility: string): string => `CREATE FUNCTION tenant() RETURNS integer LANGUAGE plpgsql ${volatility} AS $$ BEGIN RETURN nullif(current_setting('app.tenant_id', true), '')::integer; END $$;`.replace("plpgsql  AS", "plpgsql AS");
const world = [
  "CREATE TABLE notes (tenant_id int)",
  "INSERT INTO notes SELECT g FROM generate_series(1, 10000) g",
  "CREATE INDEX ON notes (tenant_id)",
  "ANALYZE notes",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "GRANT SELECT ON notes TO pg_monitor",
];
const prepared = ["SET app.tenant_id = '1'", "SET plan_cache_mode = force_generic_plan", "SET ROLE pg_monitor", "PREPARE own AS SELECT * FROM notes WHERE tenant_id = 1", "EXECUTE own", "SET app.tenant_id = '2'"];

export default defineRule({
  id: "security/policy-function-volatility",
  summary: "A policy calls a function that says the wrong thing of when its result changes.",
  why:
    "IMMUTABLE promises that the same arguments give the same result for ever: Postgres calls the function while it plans, and writes the result into the plan. Where it reads a setting, the caller or a table, a plan that is kept (a prepared statement, a query in PL/pgSQL) goes on showing the rows of the tenant that it was planned for, to the next one. " +
    "VOLATILE, which is what CREATE FUNCTION takes without a word, promises nothing: it is called for every row, and no index serves the comparison " +
    "([Function Volatility Categories](https://www.postgresql.org/docs/current/xfunc-volatility.html)).",
  whatToDo: "Declare a function that reads settings or tables, and writes nothing, STABLE, and call it in a sub-select: `tenant_id = (SELECT tenant())`.",
  whenNotToUse: "The function has to be called for each row, since it gives something else each time.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:xfunc-volatility", "pgrls:PERF002", "pgrls:SEC046", "union:204"],
  examples: [
    bad(`${tenant("IMMUTABLE")}\nCREATE POLICY own ON notes USING (tenant_id = (SELECT tenant()));\n`, {
      title: "Planned once, for the first tenant",
      given: table,
      at: "tenant()",
      occurrence: 1,
      message: "Policy own of notes calls tenant(), which is declared IMMUTABLE and reads a setting: a plan that is kept shows the rows of the tenant that it was made for to the next one. Declare it STABLE.",
      fixed: `${tenant("IMMUTABLE")}\nCREATE POLICY own ON notes USING (tenant_id = (SELECT tenant()));\nALTER FUNCTION tenant() STABLE;\n`,
    }),
    bad(`${tenant("")}\nCREATE POLICY own ON notes USING (tenant_id = tenant());\n`, {
      title: "VOLATILE, as nothing is said",
      given: table,
      at: "tenant()",
      occurrence: 1,
      message: "Policy own of notes calls tenant(), which is VOLATILE, for every row, and no index serves the comparison. Declare it STABLE, and write (SELECT tenant()), which runs once a query.",
      fixed: `${tenant("")}\nCREATE POLICY own ON notes USING (tenant_id = (SELECT tenant()));\n`,
    }),
    good(`SET lock_timeout = '5s';\n${tenant("STABLE")}\nCREATE POLICY own ON notes USING (tenant_id = (SELECT tenant()));\n`, { title: "STABLE, in a sub-select, made in the same migration", given: table }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE FUNCTION is_small(id integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT id < 100 $$;
        CREATE POLICY small ON notes FOR SELECT USING (is_small(tenant_id));
      `,
      { title: "IMMUTABLE, and it is", given: table },
    ),
    good(`SET lock_timeout = '5s';\n${tenant("IMMUTABLE")}\nALTER FUNCTION tenant() STABLE;\nCREATE POLICY own ON notes USING (tenant_id = (SELECT tenant()));\n`, { title: "Altered afterwards", given: table }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE FUNCTION seen(tenant integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN tenant > 0; END $$;
        CREATE POLICY own ON notes USING (seen(tenant_id));
      `,
      { title: "A function of the row is called for each in any case", given: table },
    ),
  ],
  proof: [
    { given: [...world, tenant("IMMUTABLE"), "CREATE POLICY own ON notes USING (tenant_id = tenant())", ...prepared], statement: "EXECUTE own", rows: 1 },
    { given: [...world, tenant("STABLE"), "CREATE POLICY own ON notes USING (tenant_id = tenant())", ...prepared], statement: "EXECUTE own", rows: 0 },
    { given: [...world, tenant(""), "CREATE POLICY own ON notes USING (tenant_id = tenant())", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: "Seq Scan" } },
    { given: [...world, tenant("STABLE"), "CREATE POLICY own ON notes USING (tenant_id = tenant())", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { lacks: "Seq Scan" } },
    { given: [...world, tenant(""), "CREATE POLICY own ON notes USING (tenant_id = (SELECT tenant()))", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { lacks: "Seq Scan" } },
  ],
  on: "table",
  check(context) {
    const { table, schema } = context;
    if (!table.rls.enabled) return;
    const object = `${table.schema}.${table.name}`;
    for (const policy of table.policies) {
      for (const clause of clausesOf(policy)) {
        const lying = first(callsIn(clause), schema, (routine) => (routine.volatility === "immutable" ? readsOf(schema, routine) : null));
        if (lying) {
          context.report({
            at: clause.place(lying.call.range),
            object,
            message: `Policy ${policy.name} of ${display(table)} calls ${lying.call.name}(), which is declared IMMUTABLE and reads ${lying.answer}: a plan that is kept shows the rows of the ${lying.answer === "the clock" ? "time" : "tenant"} that it was made for to the next one. Declare it STABLE.`,
            fixes: [stable(table, lying.routine)],
          });
          continue;
        }
        // Of inserted rows there are as many as the statement brings, and no index is asked.
        if (clause.clause === "with check") continue;
        const perRow = callsPerRow(clause).filter(isOfNoRow);
        const loose = first(perRow, schema, (routine) => (routine.volatility === "volatile" && readsOf(schema, routine) !== null && !writes(routine) ? "it" : null));
        if (loose === null) continue;
        const text = clause.source.text.slice(loose.call.range.start, loose.call.range.end);
        context.report({
          at: clause.place(loose.call.range),
          object,
          severity: "warning",
          message: `Policy ${policy.name} of ${display(table)} calls ${loose.call.name}(), which is VOLATILE, for every row, and no index serves the comparison. Declare it STABLE, and write (SELECT ${text}), which runs once a query.`,
          fixes: editClause(table, policy, clause, "Call it once a query, in a sub-select", [{ range: loose.call.range, text: `(SELECT ${text})` }]),
        });
      }
    }
  },
});

/** The first call of a function that the history knows and of which something is to be said. */
function first(calls: readonly Call[], schema: SchemaView, say: (routine: Function) => string | null): { readonly call: Call; readonly routine: Function; readonly answer: string } | null {
  for (const call of calls) {
    const [own, of] = call.name.split(".").reverse();
    const routines = schema.functions(schema.resolveFunction({ schema: of ?? null, name: own! })).filter((routine) => routine.kind === "function" && routine.arguments.length === (call.node.args?.length ?? 0));
    const [routine] = routines;
    const answer = routine && routines.length === 1 ? say(routine) : null;
    if (routine && answer !== null) return { call, routine, answer };
  }
  return null;
}

/** What a function's result depends on beside its arguments. */
function readsOf(schema: SchemaView, routine: Function): string | null {
  const { text } = routine.definition;
  if (/\bcurrent_setting\s*\(/i.test(text)) return "a setting";
  if (/\bauth\s*\.\s*(?:uid|jwt|role|email|user_id|session)\s*\(|\b(?:current_user|session_user|current_role)\b/i.test(text)) return "the caller";
  if (relationsOfBody(schema, routine).length > 0) return "a table";
  return /\b(?:now|clock_timestamp|statement_timestamp)\s*\(|\bcurrent_(?:date|timestamp|time)\b/i.test(text) ? "the clock" : null;
}

function writes({ definition }: Function): boolean {
  return /\b(?:insert|update|delete|merge|perform|execute|nextval|setval|set_config|random|gen_random_uuid)\b/i.test(definition.text);
}

/** Nothing of the row among its arguments. */
function isOfNoRow({ node }: Call): boolean {
  let isConstant = true;
  for (const argument of node.args ?? []) {
    walk(argument, (kind) => {
      if (kind === "ColumnRef" || kind === "FuncCall" || kind === "SubLink") isConstant = false;
    });
  }
  return isConstant;
}

function stable(table: Table, routine: Function): FixProposal {
  return {
    title: "Declare it STABLE",
    kind: "review",
    intents: [
      {
        intent: "amend",
        table: { schema: table.schema, name: table.name },
        createdIn: table.createdIn,
        name: `${routine.name}_stable`,
        statements: [{ sql: `ALTER FUNCTION ${written(routine)}(${routine.arguments.join(", ")}) STABLE` }],
      },
    ],
  };
}
