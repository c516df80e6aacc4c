import { branchesOf, namesIn, qualifierOf } from "./facts/conditions";
import { rowsText } from "./facts/names";
import { removedBy, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { textOf } from "../properties";

export default defineFinding({
  id: "plan/or-across-join",
  summary: "An OR between conditions on different tables is tested only after they were joined.",
  why: "No index of one table can answer `a.name = 'x' OR b.name = 'x'`: a row of either may match by the other's condition. So all rows are joined first, and then nearly all are thrown away.",
  whatToDo: "Write a UNION of two queries, one for each branch: each can begin with its own index. UNION takes the rows that match both only once, if the select list has a key.",
  whenNotToUse: "Where most of the joined rows match.",
  sources: ["postgres:queries-union"],
  examples: [
    slow({
      setup: "CREATE TABLE people (id int PRIMARY KEY, name text);\nINSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 100000) i;\nCREATE TABLE pets (id int PRIMARY KEY, owner_id int, name text);\nINSERT INTO pets SELECT i, i % 100000 + 1, 'pet' || i FROM generate_series(1, 200000) i;\nCREATE INDEX ON people (name);\nCREATE INDEX ON pets (name);\nCREATE INDEX ON pets (owner_id);\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT p.id, t.id FROM people p JOIN pets t ON t.owner_id = p.id WHERE p.name = 'p77' OR t.name = 'pet99'",
      plan: plan`
        Hash Join  (cost=2791.00..6581.00 rows=3 width=8) (actual time=14.295..77.939 rows=3 loops=1)
          Hash Cond: (t.owner_id = p.id)
          Join Filter: ((p.name = 'p77'::text) OR (t.name = 'pet99'::text))
          Rows Removed by Join Filter: 199997
          Buffers: shared hit=1806
          ->  Seq Scan on pets t  (cost=0.00..3265.00 rows=200000 width=17) (actual time=0.008..13.601 rows=200000 loops=1)
                Buffers: shared hit=1265
          ->  Hash  (cost=1541.00..1541.00 rows=100000 width=10) (actual time=14.182..14.186 rows=100000 loops=1)
                Buckets: 131072  Batches: 1  Memory Usage: 5213kB
                Buffers: shared hit=541
                ->  Seq Scan on people p  (cost=0.00..1541.00 rows=100000 width=10) (actual time=0.004..6.501 rows=100000 loops=1)
                      Buffers: shared hit=541
        Planning:
          Buffers: shared hit=14
        Planning Time: 0.237 ms
        Execution Time: 78.003 ms
      `,
    }),
    fine({
      title: "As a UNION",
      setup: "CREATE TABLE people (id int PRIMARY KEY, name text);\nINSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 100000) i;\nCREATE TABLE pets (id int PRIMARY KEY, owner_id int, name text);\nINSERT INTO pets SELECT i, i % 100000 + 1, 'pet' || i FROM generate_series(1, 200000) i;\nCREATE INDEX ON people (name);\nCREATE INDEX ON pets (name);\nCREATE INDEX ON pets (owner_id);\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT p.id, t.id FROM people p JOIN pets t ON t.owner_id = p.id WHERE p.name = 'p77' UNION SELECT p.id, t.id FROM people p JOIN pets t ON t.owner_id = p.id WHERE t.name = 'pet99'",
      plan: plan`
        Unique  (cost=36.55..36.58 rows=3 width=8) (actual time=0.033..0.036 rows=3 loops=1)
          Buffers: shared hit=15
          ->  Sort  (cost=36.55..36.56 rows=3 width=8) (actual time=0.032..0.033 rows=3 loops=1)
                Sort Key: p.id, t.id
                Sort Method: quicksort  Memory: 25kB
                Buffers: shared hit=15
                ->  Append  (cost=0.71..36.53 rows=3 width=8) (actual time=0.014..0.027 rows=3 loops=1)
                      Buffers: shared hit=15
                      ->  Nested Loop  (cost=0.71..19.77 rows=2 width=8) (actual time=0.014..0.016 rows=2 loops=1)
                            Buffers: shared hit=8
                            ->  Index Scan using people_name_idx on people p  (cost=0.29..8.31 rows=1 width=4) (actual time=0.008..0.008 rows=1 loops=1)
                                  Index Cond: (name = 'p77'::text)
                                  Buffers: shared hit=3
                            ->  Index Scan using pets_owner_id_idx on pets t  (cost=0.42..11.44 rows=2 width=8) (actual time=0.003..0.004 rows=2 loops=1)
                                  Index Cond: (owner_id = p.id)
                                  Buffers: shared hit=5
                      ->  Nested Loop  (cost=0.71..16.75 rows=1 width=8) (actual time=0.010..0.010 rows=1 loops=1)
                            Buffers: shared hit=7
                            ->  Index Scan using pets_name_idx on pets t_1  (cost=0.42..8.44 rows=1 width=8) (actual time=0.006..0.006 rows=1 loops=1)
                                  Index Cond: (name = 'pet99'::text)
                                  Buffers: shared hit=4
                            ->  Index Only Scan using people_pkey on people p_1  (cost=0.29..8.31 rows=1 width=4) (actual time=0.003..0.003 rows=1 loops=1)
                                  Index Cond: (id = t_1.owner_id)
                                  Heap Fetches: 1
                                  Buffers: shared hit=3
        Planning:
          Buffers: shared hit=28
        Planning Time: 0.240 ms
        Execution Time: 0.060 ms
      `,
    }),
  ],
  check({ nodes, below, report }) {
    for (const node of nodes) {
      if (!("Join Type" in node.properties)) continue;
      for (const [name, what] of [["Join Filter", "Join Filter"], ["Filter", "Filter"]] as const) {
        const filter = textOf(node.properties, name);
        const branches = filter === null ? [] : branchesOf(filter);
        const removed = removedBy(node, what);
        const kept = rowsOf(node);
        const tables = new Set(branches.flatMap((branch) => (namesIn(branch).length > 0 ? [qualifierOf(branch)] : [])));
        if (filter === null || branches.length < 2 || tables.size < 2 || removed < 10_000 || removed < kept * 9) continue;
        report({
          node,
          saving: below(node, 0.9),
          message: `${rowsText(removed + kept)} were joined first, and then all but ${rowsText(kept)} thrown away by ${filter.slice(0, 160)}, an OR over both sides.`,
          advice: "Write a UNION of one query for each branch of the OR: each can begin with an index of its own table.",
        });
      }
    }
  },
});
