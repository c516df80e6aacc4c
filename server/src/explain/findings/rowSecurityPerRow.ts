import { conditionsOf, columnOf, isValue, unwrapped } from "./facts/conditions";
import { relationSql, rowsText, subjectOf } from "./facts/names";
import { removedBy, rowsOf } from "./facts/rows";
import { isPerRowCall } from "./facts/wrapped";
import { defineFinding, fine, plan, slow } from "./finding";
import { textOf } from "../properties";
import { quoteIdentifier } from "../../sql/identifiers";

export default defineFinding({
  id: "plan/row-security-per-row",
  summary: "The caller's identity is computed again for every row.",
  why: "A policy that compares with `current_setting('app.tenant_id')` or `auth.uid()` calls it for each row that it tests. In a scan of a large table that is most of the time. Inside of a SELECT it is computed once, before the scan.",
  whatToDo: "Write `(SELECT auth.uid())`, or `(SELECT current_setting('app.tenant_id'))`, with the cast around the SELECT, in the policy; and give the column that it is compared with an index.",
  whenNotToUse: "A call with an argument of the row cannot be taken out of it.",
  sources: ["postgres:ddl-rowsecurity"],
  examples: [
    slow({
      setup: "CREATE TABLE notes (id int PRIMARY KEY, tenant_id int, body text);\nINSERT INTO notes SELECT i, i % 1000, 'note ' || i FROM generate_series(1, 200000) i;\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (tenant_id = current_setting('app.tenant_id')::int);\nCREATE ROLE app_reader;\nGRANT SELECT ON notes TO app_reader;\nANALYZE notes;\nSET max_parallel_workers_per_gather = 0;\nSET app.tenant_id = '7';\nSET ROLE app_reader;",
      query: "SELECT * FROM notes",
      plan: plan`
        Seq Scan on notes  (cost=0.00..5274.00 rows=199 width=19) (actual time=0.019..65.273 rows=200 loops=1)
          Filter: (tenant_id = (current_setting('app.tenant_id'::text))::integer)
          Rows Removed by Filter: 199800
          Buffers: shared hit=1274
        Planning Time: 0.103 ms
        Execution Time: 65.309 ms
      `,
    }),
    fine({
      title: "Computed once, and looked up",
      setup: "CREATE TABLE notes (id int PRIMARY KEY, tenant_id int, body text);\nINSERT INTO notes SELECT i, i % 1000, 'note ' || i FROM generate_series(1, 200000) i;\nCREATE INDEX ON notes (tenant_id);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id'))::int);\nCREATE ROLE app_reader;\nGRANT SELECT ON notes TO app_reader;\nANALYZE notes;\nSET max_parallel_workers_per_gather = 0;\nSET app.tenant_id = '7';\nSET ROLE app_reader;",
      query: "SELECT * FROM notes",
      plan: plan`
        Bitmap Heap Scan on notes  (cost=5.86..540.15 rows=200 width=19) (actual time=0.038..0.166 rows=200 loops=1)
          Recheck Cond: (tenant_id = ((InitPlan 1).col1)::integer)
          Heap Blocks: exact=200
          Buffers: shared hit=202
          InitPlan 1
            ->  Result  (cost=0.00..0.01 rows=1 width=32) (actual time=0.002..0.002 rows=1 loops=1)
          ->  Bitmap Index Scan on notes_tenant_id_idx  (cost=0.00..5.80 rows=200 width=0) (actual time=0.020..0.020 rows=200 loops=1)
                Index Cond: (tenant_id = ((InitPlan 1).col1)::integer)
                Buffers: shared hit=2
        Planning Time: 0.042 ms
        Execution Time: 0.183 ms
      `,
    }),
  ],
  check({ nodes, own, analyzed, report }) {
    for (const node of nodes) {
      const filter = textOf(node.properties, "Filter");
      const table = relationSql(node);
      if (filter === null || table === null || !isPerRowCall(filter)) continue;
      const call = /\b(?:current_setting\((?:[^()']|'[^']*'(?:::text)?)*\)|auth\.\w+\(\))/.exec(filter)?.[0] ?? "the call";
      const column = conditionsOf(filter).flatMap(({ text, operator }) => {
        const at = text.indexOf(` ${operator} `);
        const sides = operator === "=" && at >= 0 ? [text.slice(0, at), text.slice(at + 3)] : [];
        return sides.some((side) => isPerRowCall(side)) ? sides.flatMap((side) => (isValue(side) ? [] : (columnOf(unwrapped(side)) ?? []))) : [];
      })[0];
      const read = removedBy(node, "Filter") + rowsOf(node);
      report({
        node,
        saving: own([node], 0.9),
        message: `${call} is called for each row of ${subjectOf(node)}${analyzed ? `, ${rowsText(read)}` : ""}, to find whose it is${analyzed ? `; ${rowsText(rowsOf(node))} are the caller's` : ""}.`,
        advice: `Write (SELECT ${call}) in the policy or the query: it is computed once then${column === undefined ? "." : `, and an index on ${column} can be used.`}`,
        sql: column === undefined || node.type !== "Seq Scan" ? null : `CREATE INDEX ON ${table} (${quoteIdentifier(column)});`,
      });
    }
  },
});
