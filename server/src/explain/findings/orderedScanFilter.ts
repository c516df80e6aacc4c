import { adviseIndex, tableOf } from "./facts/indexAdvice";
import { indexKeyColumns } from "./facts/indexKeys";
import { rowsText, subjectOf } from "./facts/names";
import { removedBy, rowsOf } from "./facts/rows";
import { isPerRowCall } from "./facts/wrapped";
import { defineFinding, fine, plan, slow } from "./finding";
import type { PlanNode } from "../plan";
import { textOf } from "../properties";
import type { SchemaView } from "../../schema/view";

export default defineFinding({
  id: "plan/ordered-scan-filter",
  summary: "ORDER BY with LIMIT walks an index in its order, and throws most of what it meets away.",
  why: "The planner hopes to meet enough matching rows soon, and walks the index that gives the order. Where the matching rows stand late in it, or are few, the walk goes through most of the table, row by row.",
  whatToDo: "Create an index that has the filter's columns first and the order behind them: it gives the matching rows, in order, and the walk ends after the LIMIT.",
  whenNotToUse: "Where matching rows are common and evenly spread, the walk ends early and this is the best plan.",
  sources: ["postgres:indexes-ordering", "postgres:queries-limit"],
  examples: [
    slow({
      setup: "CREATE TABLE jobs (id int PRIMARY KEY, queue text, created int);\nINSERT INTO jobs SELECT i, CASE WHEN i > 299000 THEN 'mail' ELSE 'report' || i % 90 END, i FROM generate_series(1, 300000) i;\nCREATE INDEX jobs_created_idx ON jobs (created);\nANALYZE jobs;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM jobs WHERE queue = 'mail' ORDER BY created LIMIT 5",
      plan: plan`
        Limit  (cost=0.42..45.01 rows=5 width=16) (actual time=31.527..31.530 rows=5 loops=1)
          Buffers: shared hit=2140 read=554 written=226
          ->  Index Scan using jobs_created_idx on jobs  (cost=0.42..10433.42 rows=1170 width=16) (actual time=31.524..31.525 rows=5 loops=1)
                Filter: (queue = 'mail'::text)
                Rows Removed by Filter: 299000
                Buffers: shared hit=2140 read=554 written=226
        Planning Time: 0.106 ms
        Execution Time: 31.552 ms
      `,
    }),
    fine({
      title: "The filter's column comes first in the index",
      setup: "CREATE TABLE jobs (id int PRIMARY KEY, queue text, created int);\nINSERT INTO jobs SELECT i, CASE WHEN i > 299000 THEN 'mail' ELSE 'report' || i % 90 END, i FROM generate_series(1, 300000) i;\nCREATE INDEX jobs_created_idx ON jobs (created);\nCREATE INDEX ON jobs (queue, created);\nANALYZE jobs;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM jobs WHERE queue = 'mail' ORDER BY created LIMIT 5",
      plan: plan`
        Limit  (cost=0.42..16.33 rows=5 width=16) (actual time=0.019..0.020 rows=5 loops=1)
          Buffers: shared hit=4
          ->  Index Scan using jobs_queue_created_idx on jobs  (cost=0.42..3246.26 rows=1020 width=16) (actual time=0.018..0.019 rows=5 loops=1)
                Index Cond: (queue = 'mail'::text)
                Buffers: shared hit=4
        Planning Time: 0.048 ms
        Execution Time: 0.027 ms
      `,
    }),
  ],
  check({ nodes, own, query, schema, report, measures }) {
    for (const node of nodes) {
      const filter = textOf(node.properties, "Filter");
      const index = textOf(node.properties, "Index Name");
      if ((node.type !== "Index Scan" && node.type !== "Index Only Scan") || filter === null || index === null || isPerRowCall(filter)) continue;
      if (textOf(node.properties, "Index Cond") !== null || !hasLimitAbove(node, (each) => measures(each).parent)) continue;
      const removed = removedBy(node, "Filter");
      const kept = rowsOf(node);
      if (removed < 100 || removed < 9 * kept) continue;
      const order = orderOf(node, index, query, schema);
      const advice = order.length === 0 ? null : adviseIndex({ node, conditions: [filter], order, schema });
      report({
        node,
        saving: own([node], removed / (removed + kept)),
        message: `${index} is walked in its order for the LIMIT: ${rowsText(removed)} of ${subjectOf(node)} are met and thrown away before ${rowsText(kept)} are found.`,
        advice: advice === null ? `Create an index with the filter's columns first, and behind them the columns of ${index}, which give the order.` : `${advice.rewrite === null ? "" : `${advice.rewrite} `}Create ${advice.words}: the filter's columns first, and the order behind them.`,
        sql: advice === null || advice.existing !== null ? null : advice.sql,
      });
    }
  },
});

function hasLimitAbove(node: PlanNode, parentOf: (node: PlanNode) => PlanNode | null): boolean {
  for (let parent = parentOf(node); parent !== null; parent = parentOf(parent)) {
    if (parent.type === "Limit") return true;
    if (parent.type === "Sort" || parent.type === "Hash" || parent.type === "Aggregate") return false;
  }
  return false;
}

/** The columns of the order: the schema knows the index; else the query's ORDER BY, of plain columns, says it. */
function orderOf(node: PlanNode, index: string, query: string | null, schema: SchemaView | null): readonly { readonly column: string; readonly descending: boolean }[] {
  const table = tableOf(node, schema);
  const known = table === null ? undefined : indexKeyColumns(table).find(({ name }) => name === index);
  const flag = textOf(node.properties, "Scan Direction") === "Backward";
  if (known) return known.keys.flatMap((column) => (column === null ? [] : [{ column, descending: flag }]));
  const written = /\border\s+by\s+((?:[\w".]+(?:\s+(?:asc|desc))?(?:\s*,\s*)?)+)\s*(?:limit|fetch|offset|for|;|$)/i.exec(query ?? "")?.[1];
  return written === undefined ? [] : written.split(",").map((each) => ({ column: each.trim().replace(/\s+(?:asc|desc)$/i, "").replace(/^.*\./, "").replaceAll('"', ""), descending: /\sdesc$/i.test(each.trim()) }));
}
