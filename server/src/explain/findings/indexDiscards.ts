import { adviseIndex } from "./facts/indexAdvice";
import { rowsText, subjectOf } from "./facts/names";
import { inputsOf, removedBy, rowsOf } from "./facts/rows";
import { isPerRowCall } from "./facts/wrapped";
import { defineFinding, fine, plan, slow, type FindingContext } from "./finding";
import { shareText } from "../numbers";
import type { PlanNode } from "../plan";
import { numberOf, textOf } from "../properties";
import { nodesOf } from "../tree";

export default defineFinding({
  id: "plan/index-discards",
  summary: "An index finds many more rows than the rest of the condition keeps.",
  why: "The index answers one part of the condition. Each row that it finds is then fetched from the table, a page each at worst, only to be thrown away by the filter.",
  whatToDo: "Give the index the columns of the filter too: those that are compared for equality first, a range last. Or make it partial, where the filter is always the same.",
  whenNotToUse: "Where the same index serves many queries and this one is rare, a second index costs every write more than it saves here.",
  sources: ["postgres:indexes-multicolumn", "postgres:indexes-partial"],
  examples: [
    slow({
      setup: "CREATE TABLE tickets (id int PRIMARY KEY, tenant_id int, state text, body text);\nINSERT INTO tickets SELECT i, i % 10, CASE WHEN i % 2000 = 0 THEN 'open' ELSE 'closed' END, repeat('x', 200) FROM generate_series(1, 400000) i;\nCREATE INDEX ON tickets (tenant_id);\nANALYZE tickets;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM tickets WHERE tenant_id = 0 AND state = 'open'",
      plan: plan`
        Bitmap Heap Scan on tickets  (cost=434.53..13530.74 rows=21 width=218) (actual time=4.802..82.597 rows=200 loops=1)
          Recheck Cond: (tenant_id = 0)
          Filter: (state = 'open'::text)
          Rows Removed by Filter: 39800
          Heap Blocks: exact=12500
          Buffers: shared read=12536 dirtied=7679 written=10748
          ->  Bitmap Index Scan on tickets_tenant_id_idx  (cost=0.00..434.52 rows=39747 width=0) (actual time=2.882..2.883 rows=40000 loops=1)
                Index Cond: (tenant_id = 0)
                Buffers: shared read=36 written=36
        Planning Time: 0.096 ms
        Execution Time: 82.648 ms
      `,
    }),
    fine({
      title: "The index has both columns",
      setup: "CREATE TABLE tickets (id int PRIMARY KEY, tenant_id int, state text, body text);\nINSERT INTO tickets SELECT i, i % 10, CASE WHEN i % 2000 = 0 THEN 'open' ELSE 'closed' END, repeat('x', 200) FROM generate_series(1, 400000) i;\nCREATE INDEX ON tickets (tenant_id, state);\nANALYZE tickets;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM tickets WHERE tenant_id = 0 AND state = 'open'",
      plan: plan`
        Bitmap Heap Scan on tickets  (cost=4.62..78.68 rows=19 width=218) (actual time=0.047..0.227 rows=200 loops=1)
          Recheck Cond: ((tenant_id = 0) AND (state = 'open'::text))
          Heap Blocks: exact=200
          Buffers: shared hit=203
          ->  Bitmap Index Scan on tickets_tenant_id_state_idx  (cost=0.00..4.61 rows=19 width=0) (actual time=0.027..0.027 rows=200 loops=1)
                Index Cond: ((tenant_id = 0) AND (state = 'open'::text))
                Buffers: shared hit=3
        Planning Time: 0.058 ms
        Execution Time: 0.245 ms
      `,
    }),
  ],
  check(context) {
    for (const node of context.nodes) {
      if (node.type === "Index Scan" || node.type === "Index Only Scan" || node.type === "Bitmap Heap Scan") checkScan(node, context);
    }
  },
});

function checkScan(node: PlanNode, { own, schema, report, measures }: FindingContext): void {
  const filter = textOf(node.properties, "Filter");
  const conditions = nodesOf(node).flatMap(({ properties }) => textOf(properties, "Index Cond") ?? []);
  const removed = removedBy(node, "Filter");
  const kept = rowsOf(node);
  // Without a condition the index is read for its order: plan/ordered-scan-filter.
  if (filter === null || conditions.length === 0 || isPerRowCall(filter) || removed < 9 * Math.max(1, kept) || isUnderLimit(node, { measures })) return;
  const part = removed / (removed + kept);
  const index = textOf(node.properties, "Index Name") ?? nodesOf(node).map(({ properties }) => textOf(properties, "Index Name")).find((each) => each !== null) ?? "the index";
  const advice = adviseIndex({ node, conditions: [...conditions, filter], schema });
  const scans = node.type === "Bitmap Heap Scan" ? [node, ...nodesOf(node).slice(1)] : [node];
  report({
    node,
    saving: own(scans, part),
    message: `${index} finds ${rowsText(removed + kept)} of ${subjectOf(node)}, and the filter throws ${shareText(part)} of them away: ${rowsText(kept)} are kept.`,
    advice: advice === null ? "Extend the index by what the filter compares, or make it partial." : advice.existing === null ? `${advice.rewrite === null ? "" : `${advice.rewrite} `}Create ${advice.words}.` : `The index ${advice.existing} has these columns and was not chosen: compare the types, and how many rows the planner expected.`,
    sql: advice === null || advice.existing !== null ? null : advice.sql,
  });
}

/** A scan that a Limit stops early is not judged by what it would have read. */
function isUnderLimit(node: PlanNode, { measures }: Pick<FindingContext, "measures">): boolean {
  for (let child = node, parent = measures(node).parent; parent !== null; child = parent, parent = measures(parent).parent) {
    if (parent.type === "Limit") return numberOf(parent.properties, "Actual Rows") === numberOf(child.properties, "Actual Rows") && inputsOf(parent).length === 1;
    if (parent.type !== "Nested Loop" && parent.type !== "Gather" && parent.type !== "Result") return false;
  }
  return false;
}
