import { columnOf, conditionsOf, isValue, qualifierOf } from "./facts/conditions";
import { adviseIndex } from "./facts/indexAdvice";
import { savedByLookups } from "./facts/lookups";
import { rowsText, subjectOf } from "./facts/names";
import { inputsOf, loopsOf, removedBy, rowsOf, sideOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText } from "../numbers";
import type { PlanNode } from "../plan";
import { textOf } from "../properties";

export default defineFinding({
  id: "plan/nested-loop-without-index",
  summary: "A nested loop reads the whole of a table, or of a list in memory, for each row of the other side.",
  why: "The inner side of a nested loop runs once for each outer row. Without an index it compares every pair: a thousand rows with a thousand are a million comparisons.",
  whatToDo: "Create an index on the inner table's columns that the join compares. Where the condition is an equality, a hash join would do too: see why it was not chosen (an estimate of one row, types that have no common hash, OR in the condition).",
  whenNotToUse: "Where the inner side has a few rows, comparing them all is the fastest way.",
  sources: ["postgres:planner-optimizer", "postgres:using-explain"],
  examples: [
    slow({
      setup: "CREATE TABLE shifts (id int PRIMARY KEY, starts int, ends int);\nINSERT INTO shifts SELECT i, i * 10, i * 10 + 9 FROM generate_series(1, 3000) i;\nCREATE TABLE calls (id int PRIMARY KEY, at int);\nINSERT INTO calls SELECT i, i * 10 FROM generate_series(1, 3000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT count(*) FROM calls c JOIN shifts s ON c.at BETWEEN s.starts AND s.ends",
      plan: plan`
        Aggregate  (cost=160098.50..160098.51 rows=1 width=8) (actual time=961.417..961.420 rows=1 loops=1)
          Buffers: shared hit=31
          ->  Nested Loop  (cost=0.00..157598.50 rows=1000000 width=0) (actual time=0.037..961.124 rows=3000 loops=1)
                Join Filter: ((c.at >= s.starts) AND (c.at <= s.ends))
                Rows Removed by Join Filter: 8997000
                Buffers: shared hit=31
                ->  Seq Scan on calls c  (cost=0.00..44.00 rows=3000 width=4) (actual time=0.020..3.999 rows=3000 loops=1)
                      Buffers: shared hit=14
                ->  Materialize  (cost=0.00..62.00 rows=3000 width=8) (actual time=0.000..0.149 rows=3000 loops=3000)
                      Buffers: shared hit=17
                      ->  Seq Scan on shifts s  (cost=0.00..47.00 rows=3000 width=8) (actual time=0.013..0.300 rows=3000 loops=1)
                            Buffers: shared hit=17
        Planning Time: 0.111 ms
        Execution Time: 961.469 ms
      `,
    }),
    fine({
      title: "The inner side has an index",
      setup: "CREATE TABLE authors (id int PRIMARY KEY, name text);\nINSERT INTO authors SELECT i, 'a' || i FROM generate_series(1, 3000) i;\nCREATE TABLE books (id int PRIMARY KEY, author_id int);\nINSERT INTO books SELECT i, i % 3000 + 1 FROM generate_series(1, 3000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET enable_hashjoin = off;\nSET enable_mergejoin = off;",
      query: "SELECT count(a.name) FROM books b JOIN authors a ON a.id = b.author_id",
      plan: plan`
        Aggregate  (cost=1055.95..1055.96 rows=1 width=8) (actual time=2.946..2.947 rows=1 loops=1)
          Buffers: shared hit=9014
          ->  Nested Loop  (cost=0.28..1048.45 rows=3000 width=5) (actual time=0.022..2.828 rows=3000 loops=1)
                Buffers: shared hit=9014
                ->  Seq Scan on books b  (cost=0.00..44.00 rows=3000 width=4) (actual time=0.012..0.254 rows=3000 loops=1)
                      Buffers: shared hit=14
                ->  Index Scan using authors_pkey on authors a  (cost=0.28..0.33 rows=1 width=9) (actual time=0.001..0.001 rows=1 loops=3000)
                      Index Cond: (id = b.author_id)
                      Buffers: shared hit=9000
        Planning Time: 0.067 ms
        Execution Time: 2.968 ms
      `,
    }),
  ],
  check(context) {
    const { nodes, own, below, schema, report } = context;
    for (const loop of nodes) {
      const inner = loop.type === "Nested Loop" ? sideOf(loop, "Inner") : null;
      if (inner === null) continue;
      const scan = inner.type === "Materialize" || inner.type === "Memoize" ? (inputsOf(inner)[0] ?? inner) : inner;
      const filter = textOf(loop.properties, "Join Filter") ?? textOf(scan.properties, "Filter");
      if (scan.type !== "Seq Scan" || filter === null || loopsOf(inner) < 50) continue;
      const compared = removedBy(loop, "Join Filter") + removedBy(scan, "Filter");
      const kept = rowsOf(loop);
      if (compared < 10_000 || compared < kept * 10) continue;
      const { columns: joined, isRange } = joinColumns(filter, scan);
      const advice = joined.length === 0 ? null : adviseIndex({ node: scan, conditions: [], joined, schema });
      report({
        node: loop,
        // Of a range about half of the rows are left, each at a higher price: measured 24% to 43% saved.
        saving: isRange ? combined(own([loop], 0.35), below(inner, 0.35)) : advice === null ? combined(own([loop], 0.9), below(inner, 0.9)) : savedByLookups(combined(own([loop]), below(inner)), loopsOf(inner), 0.9, context),
        message: `Each of ${rowsText(loopsOf(inner))} is compared with all of ${subjectOf(scan)}: ${countText(Math.round(compared))} pairs were looked at and thrown away to find ${rowsText(kept)}.`,
        advice: advice === null ? `No index can answer the join's condition as it stands. Write it so that a column of ${subjectOf(scan)} stands alone on one side.` : advice.existing === null ? `Create ${advice.words} of ${subjectOf(scan)}: then each row looks its partners up.` : `The index ${advice.existing} has these columns and was not chosen: compare the types of both sides.`,
        sql: advice === null || advice.existing !== null ? null : advice.sql,
      });
    }
  },
});

function combined(a: { readonly ms: number | null; readonly share: number }, b: { readonly ms: number | null; readonly share: number }): { readonly ms: number | null; readonly share: number } {
  return { ms: a.ms === null || b.ms === null ? null : a.ms + b.ms, share: Math.min(1, a.share + b.share) };
}

/** The scan's own columns that are compared with another table's: those of an equality, else one of a range. */
function joinColumns(filter: string, scan: PlanNode): { readonly columns: readonly string[]; readonly isRange: boolean } {
  const alias = textOf(scan.properties, "Alias");
  const found = conditionsOf(filter).flatMap(({ text, kind, operator }) => {
    const at = text.indexOf(` ${operator} `);
    if (operator === "" || at < 0 || (kind !== "equality" && kind !== "range")) return [];
    const sides = [text.slice(0, at), text.slice(at + operator.length + 2)];
    if (sides.some((side) => isValue(side))) return [];
    const own = sides.find((side) => qualifierOf(side) === alias && columnOf(side) !== null);
    return own === undefined ? [] : [{ column: columnOf(own)!, kind }];
  });
  const equal = found.filter(({ kind }) => kind === "equality").map(({ column }) => column);
  return equal.length > 0 ? { columns: equal, isRange: false } : { columns: found.slice(0, 1).map(({ column }) => column), isRange: found.length > 0 };
}
