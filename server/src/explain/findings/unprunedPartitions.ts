import { relationsBelow, rowsText } from "./facts/names";
import { inputsOf, removedBy, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText } from "../numbers";
import { numberOf, textOf } from "../properties";
import { nodesOf } from "../tree";

export default defineFinding({
  id: "plan/unpruned-partitions",
  summary: "Partitions are read that have nothing of the answer.",
  why: "A partition is left out only where the condition compares the partition key itself with a value: not an expression of it, not a cast, not another column, though it may say the same.",
  whatToDo: "Compare the partition key, bare, with a value or a parameter. If the filter's column is what queries ask for, it should be the partition key, or have an index in every partition.",
  whenNotToUse: "Where the query has to look everywhere: then an index on the partitioned table helps.",
  sources: ["postgres:ddl-partitioning"],
  examples: [
    slow({
      setup: "CREATE TABLE metrics (at timestamp, sensor int, value int) PARTITION BY RANGE (at);\nDO $$ BEGIN FOR i IN 1..6 LOOP EXECUTE format('CREATE TABLE metrics_%s PARTITION OF metrics FOR VALUES FROM (%L) TO (%L)', i, make_date(2025, i, 1), make_date(2025, i, 1) + interval '1 month'); END LOOP; END $$;\nINSERT INTO metrics SELECT timestamp '2025-01-01' + i * interval '1 min', i % 100, i FROM generate_series(1, 250000) i;\nANALYZE metrics;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT count(*), avg(value) FROM metrics WHERE date_trunc('month', at) = timestamp '2025-03-01'",
      plan: plan`
        Aggregate  (cost=5117.50..5117.51 rows=1 width=40) (actual time=33.901..33.906 rows=1 loops=1)
          Buffers: shared hit=1355
          ->  Append  (cost=0.00..5111.25 rows=1250 width=4) (actual time=8.764..31.915 rows=44640 loops=1)
                Buffers: shared hit=1355
                ->  Seq Scan on metrics_1  (cost=0.00..911.58 rows=223 width=4) (actual time=4.657..4.658 rows=0 loops=1)
                      Filter: (date_trunc('month'::text, at) = '2025-03-01 00:00:00'::timestamp without time zone)
                      Rows Removed by Filter: 44639
                      Buffers: shared hit=242
                ->  Seq Scan on metrics_2  (cost=0.00..822.80 rows=202 width=4) (actual time=4.093..4.093 rows=0 loops=1)
                      Filter: (date_trunc('month'::text, at) = '2025-03-01 00:00:00'::timestamp without time zone)
                      Rows Removed by Filter: 40320
                      Buffers: shared hit=218
                ->  Seq Scan on metrics_3  (cost=0.00..911.60 rows=223 width=4) (actual time=0.010..7.932 rows=44640 loops=1)
                      Filter: (date_trunc('month'::text, at) = '2025-03-01 00:00:00'::timestamp without time zone)
                      Buffers: shared hit=242
                ->  Seq Scan on metrics_4  (cost=0.00..882.00 rows=216 width=4) (actual time=4.551..4.552 rows=0 loops=1)
                      Filter: (date_trunc('month'::text, at) = '2025-03-01 00:00:00'::timestamp without time zone)
                      Rows Removed by Filter: 43200
                      Buffers: shared hit=234
                ->  Seq Scan on metrics_5  (cost=0.00..911.60 rows=223 width=4) (actual time=4.542..4.542 rows=0 loops=1)
                      Filter: (date_trunc('month'::text, at) = '2025-03-01 00:00:00'::timestamp without time zone)
                      Rows Removed by Filter: 44640
                      Buffers: shared hit=242
                ->  Seq Scan on metrics_6  (cost=0.00..665.41 rows=163 width=4) (actual time=3.272..3.272 rows=0 loops=1)
                      Filter: (date_trunc('month'::text, at) = '2025-03-01 00:00:00'::timestamp without time zone)
                      Rows Removed by Filter: 32561
                      Buffers: shared hit=177
        Planning Time: 0.125 ms
        Execution Time: 33.952 ms
      `,
    }),
    fine({
      title: "The key is compared, and one partition is read",
      setup: "CREATE TABLE metrics (at timestamp, sensor int, value int) PARTITION BY RANGE (at);\nDO $$ BEGIN FOR i IN 1..6 LOOP EXECUTE format('CREATE TABLE metrics_%s PARTITION OF metrics FOR VALUES FROM (%L) TO (%L)', i, make_date(2025, i, 1), make_date(2025, i, 1) + interval '1 month'); END LOOP; END $$;\nINSERT INTO metrics SELECT timestamp '2025-01-01' + i * interval '1 min', i % 100, i FROM generate_series(1, 250000) i;\nANALYZE metrics;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT count(*), avg(value) FROM metrics WHERE at >= '2025-03-01' AND at < '2025-04-01'",
      plan: plan`
        Aggregate  (cost=1134.76..1134.77 rows=1 width=40) (actual time=7.702..7.704 rows=1 loops=1)
          Buffers: shared hit=242
          ->  Seq Scan on metrics_3 metrics  (cost=0.00..911.60 rows=44631 width=4) (actual time=0.019..5.748 rows=44640 loops=1)
                Filter: ((at >= '2025-03-01 00:00:00'::timestamp without time zone) AND (at < '2025-04-01 00:00:00'::timestamp without time zone))
                Buffers: shared hit=242
        Planning Time: 0.183 ms
        Execution Time: 7.726 ms
      `,
    }),
  ],
  check({ nodes, own, report }) {
    for (const node of nodes) {
      const members = node.type === "Append" || node.type === "Merge Append" ? inputsOf(node) : [];
      const tables = members.filter((member) => relationsBelow(member).length === 1);
      // The branches of a UNION ALL go by their own names; partitions by that of their table, with numbers.
      const stems = new Set(tables.flatMap(nodesOf).flatMap(({ properties }) => (textOf(properties, "Relation Name") === null ? [] : (textOf(properties, "Alias") ?? "").replace(/_\d+$/, ""))));
      const empty = members.filter((member) => rowsOf(member) === 0 && (numberOf(member.properties, "Actual Loops") ?? 0) > 0 && nodesOf(member).some((each) => removedBy(each, "Filter") > 0));
      if (members.length < 4 || tables.length < members.length || stems.size !== 1 || empty.length < members.length / 2) continue;
      const removed = empty.flatMap(nodesOf).reduce((sum, each) => sum + removedBy(each, "Filter"), 0);
      const filter = empty.flatMap(nodesOf).map(({ properties }) => textOf(properties, "Filter")).find((each) => each !== null) ?? "";
      report({
        node,
        saving: own(empty.flatMap(nodesOf)),
        message: `${countText(empty.length)} of ${countText(members.length)} partitions were read and had nothing: ${rowsText(removed)} of theirs were thrown away by ${filter.slice(0, 120)}.`,
        advice: "Compare the partition key itself with values, as a range where it is a time: then these partitions are left out before they are opened.",
      });
    }
  },
});
