import { subjectOf, rowsText } from "./facts/names";
import { computedCalls } from "./facts/calls";
import { removedBy, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { timeText } from "../numbers";

/** In milliseconds: what Postgres's own functions take for a row is a hundredth of it. */
const longForOneRow = 0.1;

export default defineFinding({
  id: "plan/function-per-row",
  summary: "A function is called for every row, and takes most of the time.",
  why: "A function that queries a table is a query for each row, with its own plan that this one does not show. Its pages count for the node that calls it, so that a scan of a small table seems to read thousands. The planner takes every function of yours for equally cheap, unless COST says otherwise.",
  whatToDo: "Write what it does as a join, a LATERAL subquery or an aggregate: one plan for all rows. Where it has to stay, an index for its statements, and a filter that leaves fewer rows before it is called: with a higher COST the planner calls it last. `plumbline explain --analyze --nested` shows the plans inside of it. One of Postgres's own (a regular expression, a digest) on long values: compute it once, in a generated column or by an expression index.",
  whenNotToUse: "A function that takes its time by nature (hashing a password, reading a geometry) and is called for few rows.",
  sources: ["postgres:sql-createfunction", "postgres:xfunc-optimization"],
  examples: [
    slow({
      setup: "CREATE TABLE customers (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int);\nCREATE FUNCTION spent(customer int) RETURNS bigint LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT sum(total) FROM orders WHERE customer_id = customer); END $$;\nINSERT INTO customers SELECT generate_series(1, 500);\nINSERT INTO orders SELECT i, i % 500, i % 90 FROM generate_series(1, 20000) i;\nANALYZE customers, orders;",
      query: "SELECT id, spent(id) FROM customers ORDER BY spent(id) DESC LIMIT 10",
      plan: plan`
        Limit  (cost=143.80..143.83 rows=10 width=12) (actual time=2365.700..2365.711 rows=10.00 loops=1)
          Output: id, (spent(id))
          Buffers: shared hit=54530 read=8 written=1
          ->  Sort  (cost=143.80..145.05 rows=500 width=12) (actual time=2365.603..2365.607 rows=10.00 loops=1)
                Output: id, (spent(id))
                Sort Key: (spent(customers.id)) DESC
                Sort Method: top-N heapsort  Memory: 17kB
                Buffers: shared hit=54530 read=8 written=1
                ->  Seq Scan on public.customers  (cost=0.00..133.00 rows=500 width=12) (actual time=36.493..2361.682 rows=500.00 loops=1)
                      Output: id, spent(id)
                      Buffers: shared hit=54527 read=8 written=1
        Planning Time: 10.178 ms
        Execution Time: 2366.308 ms
      `,
      message: "spent() is called for each row of customers, 500 rows, and a row takes 4.7 ms.",
    }),
    slow({
      title: "In a filter",
      setup: "CREATE TABLE customers (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int);\nCREATE FUNCTION spent(customer int) RETURNS bigint LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT sum(total) FROM orders WHERE customer_id = customer); END $$;\nINSERT INTO customers SELECT generate_series(1, 500);\nINSERT INTO orders SELECT i, i % 500, i % 90 FROM generate_series(1, 20000) i;\nANALYZE customers, orders;",
      query: "SELECT id FROM customers WHERE spent(id) > 1800",
      plan: plan`
        Seq Scan on public.customers  (cost=0.00..134.25 rows=167 width=4) (actual time=60.730..2174.987 rows=214.00 loops=1)
          Output: id
          Filter: (spent(customers.id) > 1800)
          Rows Removed by Filter: 286
          Buffers: shared hit=54533 read=7 written=1
        Planning Time: 0.214 ms
        Execution Time: 2194.053 ms
      `,
    }),
    fine({
      title: "As a join",
      query: "SELECT c.id, sum(o.total) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id",
      plan: plan`
        HashAggregate  (cost=476.19..481.19 rows=500 width=12) (actual time=54.408..58.914 rows=500.00 loops=1)
          Output: c.id, sum(o.total)
          Group Key: c.id
          Batches: 1  Memory Usage: 53kB
          Buffers: shared hit=112
          ->  Hash Right Join  (cost=14.25..376.19 rows=20000 width=8) (actual time=1.601..28.057 rows=19961.00 loops=1)
                Output: c.id, o.total
                Inner Unique: true
                Hash Cond: (o.customer_id = c.id)
                Buffers: shared hit=112
                ->  Seq Scan on public.orders o  (cost=0.00..309.00 rows=20000 width=8) (actual time=0.023..4.352 rows=20000.00 loops=1)
                      Output: o.id, o.customer_id, o.total
                      Buffers: shared hit=109
                ->  Hash  (cost=8.00..8.00 rows=500 width=4) (actual time=1.512..1.513 rows=500.00 loops=1)
                      Output: c.id
                      Buckets: 1024  Batches: 1  Memory Usage: 18kB
                      Buffers: shared hit=3
                      ->  Seq Scan on public.customers c  (cost=0.00..8.00 rows=500 width=4) (actual time=0.050..1.168 rows=500.00 loops=1)
                            Output: c.id
                            Buffers: shared hit=3
        Planning Time: 1.253 ms
        Execution Time: 59.970 ms
      `,
    }),
  ],
  check({ nodes, measures, own, report }) {
    for (const node of nodes) {
      const { selfMs } = measures(node);
      const calls = computedCalls(node);
      const call = calls.find(({ builtIn }) => !builtIn) ?? calls[0];
      if (selfMs === null || call === undefined) continue;
      const rows = rowsOf(node) + removedBy(node, "Filter");
      const each = selfMs / Math.max(1, rows);
      if (rows < 2 || each < longForOneRow) continue;
      report({
        node,
        saving: own([node], 0.9),
        message: `${call.name}() is called for each row of ${subjectOf(node)}, ${rowsText(rows)}, and a row takes ${timeText(each)}.`,
        advice: call.builtIn
          ? "It is one of Postgres's own. Compute it once, in a generated column or by an expression index, or call it for fewer rows."
          : "Write what it does as a join or a LATERAL subquery, which is planned for all rows at once. Explained with functions and triggers (--nested), the statements inside of it are shown with their plans.",
      });
    }
  },
});
