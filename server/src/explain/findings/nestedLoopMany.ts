import { columnOf, conditionsOf } from "./facts/conditions";
import { misestimate, relationSql, rowsText, subjectOf } from "./facts/names";
import { loopsOf, sideOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText } from "../numbers";
import type { PlanNode } from "../plan";
import { textOf, textsOf } from "../properties";
import { nodesOf } from "../tree";
import { columnList } from "../../rules/wording";

export default defineFinding({
  id: "plan/nested-loop-many",
  summary: "A nested loop looks rows up one by one, so often that reading the other side once would be faster.",
  why: "A lookup in an index goes down the tree and then to a page of the table, each time anew. From some tens of thousands of lookups on, reading the whole side once and hashing it costs less.",
  whatToDo: "See why the planner preferred the loop: random_page_cost below what storage really takes, a LIMIT above, enable_hashjoin off, or too small a work_mem for the hash. If every lookup has to be made, a covering index (INCLUDE) spares the way to the table.",
  whenNotToUse: "Where the lookups all hit the cache and give few rows of a very large table, the loop is right.",
  sources: ["postgres:planner-optimizer", "postgres:indexes-index-only-scans"],
  examples: [
    slow({
      setup: "CREATE TABLE accounts (id int PRIMARY KEY, name text);\nINSERT INTO accounts SELECT i, 'account ' || i FROM generate_series(1, 150000) i;\nCREATE TABLE payments (id int PRIMARY KEY, account_id int, cents int);\nINSERT INTO payments SELECT i, (i::bigint * 7919 % 150000)::int + 1, i % 900 FROM generate_series(1, 150000) i;\nVACUUM ANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET enable_hashjoin = off;\nSET enable_mergejoin = off;\nSET enable_memoize = off;",
      query: "SELECT a.name, p.cents FROM payments p JOIN accounts a ON a.id = p.account_id",
      plan: plan`
        Nested Loop  (cost=0.42..73411.95 rows=150000 width=18) (actual time=0.022..272.585 rows=150000 loops=1)
          Buffers: shared hit=600811
          ->  Seq Scan on payments p  (cost=0.00..2311.00 rows=150000 width=8) (actual time=0.010..11.588 rows=150000 loops=1)
                Buffers: shared hit=811
          ->  Index Scan using accounts_pkey on accounts a  (cost=0.42..0.47 rows=1 width=18) (actual time=0.002..0.002 rows=1 loops=150000)
                Index Cond: (id = p.account_id)
                Buffers: shared hit=600000
        Planning Time: 0.128 ms
        Execution Time: 277.019 ms
      `,
    }),
    fine({
      title: "The other side is read once",
      setup: "CREATE TABLE accounts (id int PRIMARY KEY, name text);\nINSERT INTO accounts SELECT i, 'account ' || i FROM generate_series(1, 150000) i;\nCREATE TABLE payments (id int PRIMARY KEY, account_id int, cents int);\nINSERT INTO payments SELECT i, (i::bigint * 7919 % 150000)::int + 1, i % 900 FROM generate_series(1, 150000) i;\nVACUUM ANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '64MB';",
      query: "SELECT a.name, p.cents FROM payments p JOIN accounts a ON a.id = p.account_id",
      plan: plan`
        Hash Join  (cost=4330.00..7034.76 rows=150000 width=18) (actual time=71.672..222.493 rows=150000 loops=1)
          Hash Cond: (p.account_id = a.id)
          Buffers: shared hit=1766
          ->  Seq Scan on payments p  (cost=0.00..2311.00 rows=150000 width=8) (actual time=0.008..12.267 rows=150000 loops=1)
                Buffers: shared hit=811
          ->  Hash  (cost=2455.00..2455.00 rows=150000 width=18) (actual time=71.462..71.465 rows=150000 loops=1)
                Buckets: 262144  Batches: 1  Memory Usage: 9662kB
                Buffers: shared hit=955
                ->  Seq Scan on accounts a  (cost=0.00..2455.00 rows=150000 width=18) (actual time=0.008..25.155 rows=150000 loops=1)
                      Buffers: shared hit=955
        Planning:
          Buffers: shared hit=10
        Planning Time: 0.205 ms
        Execution Time: 226.866 ms
      `,
    }),
  ],
  check({ nodes, below, report, measures }) {
    for (const loop of nodes) {
      const outer = loop.type === "Nested Loop" ? sideOf(loop, "Outer") : null;
      const inner = loop.type === "Nested Loop" ? sideOf(loop, "Inner") : null;
      if (outer === null || inner === null || inner.type === "Memoize" || loopsOf(inner) < 20_000) continue;
      // A wrong estimate is plan/row-misestimate, and scans without an index are plan/nested-loop-without-index.
      const error = misestimate(outer);
      if (error === null || (error.under && error.factor >= 10)) continue;
      const scan = nodesOf(inner).find(({ properties }) => textOf(properties, "Index Name") !== null);
      const table = nodesOf(inner).find(({ properties }) => textOf(properties, "Relation Name") !== null);
      if (scan === undefined || table === undefined) continue;
      const pages = measures(scan).buffers;
      const covering = coveringIndex(scan);
      report({
        node: inner,
        saving: below(inner, 0.4),
        message: `${subjectOf(table)} was looked up ${countText(loopsOf(inner))} times by ${textOf(scan.properties, "Index Name")!}${pages === null ? "" : `, ${countText(pages.hit + pages.read)} pages in all`}, once for each of ${rowsText(loopsOf(inner))}.`,
        advice: `${covering === null ? "" : "The index below has all columns that are asked for, and spares the way to the table. "}Compare with a hash join: explain it once after SET LOCAL enable_nestloop = off. If that is faster, random_page_cost or work_mem is set so that the planner shuns it, or enable_hashjoin is off.`,
        sql: covering ?? "SET LOCAL enable_nestloop = off;",
      });
    }
  },
});

/** With what is looked up as its key, and the few columns that are asked for beside it: VERBOSE tells these. */
function coveringIndex(scan: PlanNode): string | null {
  const table = relationSql(scan);
  const output = textsOf(scan.properties, "Output").map(columnOf);
  const keys = conditionsOf(textOf(scan.properties, "Index Cond") ?? "").map(({ column }) => column);
  if (scan.type !== "Index Scan" || table === null || output.length === 0 || output.length > 4 || keys.length === 0) return null;
  const columns = output.filter((column) => column !== null);
  const key = keys.filter((column) => column !== null);
  if (columns.length < output.length || key.length < keys.length || textOf(scan.properties, "Filter") !== null) return null;
  const include = columns.filter((column) => !key.includes(column));
  return include.length === 0 ? null : `CREATE INDEX ON ${table} (${columnList(key)}) INCLUDE (${columnList(include)});`;
}
