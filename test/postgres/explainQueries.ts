// Queries whose plans have every kind of node, over a schema that is small enough to run them by the thousand.

export interface PlanQuery {
  readonly name: string;
  readonly sql: string;
  /** Before it, in its own transaction. */
  readonly settings: readonly string[];
  /** Workers share the rows as they come: two runs differ. */
  readonly parallel: boolean;
  /** It writes: pages of the next run hold what this one left. */
  readonly writes: boolean;
  /** Where it can run. */
  readonly from: number;
}

export const planSchema = `
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, region int NOT NULL, joined date NOT NULL, note text);
CREATE TABLE "Order Lines" (id int PRIMARY KEY, customer_id int NOT NULL, "Total" numeric(12, 2) NOT NULL, status text NOT NULL, placed timestamptz NOT NULL, tags text[] NOT NULL, data jsonb NOT NULL);
CREATE TABLE small (id int, v text);
CREATE TABLE events (id int NOT NULL, day int NOT NULL, kind text NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20);
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (20) TO (30);
CREATE TABLE audit (at timestamptz DEFAULT now(), what text);
CREATE TABLE lines (id int PRIMARY KEY, customer_id int REFERENCES customers ON DELETE CASCADE, n int);
INSERT INTO customers SELECT i, 'customer ' || i, i % 5, date '2020-01-01' + i % 100, CASE WHEN i % 7 = 0 THEN 'it''s' END FROM generate_series(1, 400) i;
INSERT INTO "Order Lines" SELECT i, i % 400 + 1, i % 100, CASE WHEN i % 10 = 0 THEN 'open' ELSE 'paid' END, timestamptz '2024-01-01' + i * interval '1 hour', ARRAY['t' || i % 3], jsonb_build_object('k', i % 20) FROM generate_series(1, 3000) i;
INSERT INTO small SELECT i, 'v' || i FROM generate_series(1, 10) i;
INSERT INTO events SELECT i, i % 30, 'k' || i % 4 FROM generate_series(1, 1500) i;
INSERT INTO lines SELECT i, i % 400 + 1, i FROM generate_series(1, 800) i;
CREATE INDEX ON "Order Lines" (customer_id);
CREATE INDEX "by Status" ON "Order Lines" (status, placed DESC);
CREATE INDEX ON "Order Lines" USING gin (tags);
CREATE INDEX ON "Order Lines" USING brin (placed);
CREATE INDEX ON customers (lower(name));
CREATE INDEX ON customers (region, joined);
CREATE INDEX ON events (day, id);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit (what) VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON lines FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER "noted too" AFTER UPDATE ON events FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE FUNCTION pairs(n int) RETURNS TABLE (a int, b text) LANGUAGE sql STABLE ROWS 10 AS $$ SELECT i, 'p' || i FROM generate_series(1, n) i OFFSET 0 $$;
CREATE VIEW paid AS SELECT * FROM "Order Lines" WHERE status = 'paid';
ALTER TABLE small ENABLE ROW LEVEL SECURITY;
CREATE MATERIALIZED VIEW per_region AS SELECT region, count(*) AS n FROM customers GROUP BY region;
VACUUM ANALYZE;
`;

/** Foreign tables: of a program, and of the same database through a connection of its own. */
export function foreignSchema(port: number, database: string, version: number): string {
  return `
CREATE EXTENSION file_fdw;
CREATE SERVER programs FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE listed (id int, name text) SERVER programs OPTIONS (program 'echo 1,one', format 'csv');
CREATE EXTENSION postgres_fdw;
CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '${port}', dbname '${database}'${version >= 14 ? ", async_capable 'true'" : ""});
CREATE USER MAPPING FOR postgres SERVER itself OPTIONS (user 'postgres', password_required 'false');
CREATE FOREIGN TABLE far (id int, name text, region int) SERVER itself OPTIONS (table_name 'customers');
CREATE FOREIGN TABLE far_lines (id int, customer_id int, n int) SERVER itself OPTIONS (table_name 'lines');
CREATE TABLE spread (id int, day int, kind text) PARTITION BY RANGE (day);
CREATE FOREIGN TABLE spread_1 PARTITION OF spread FOR VALUES FROM (0) TO (10) SERVER itself OPTIONS (table_name 'events_1');
CREATE FOREIGN TABLE spread_2 PARTITION OF spread FOR VALUES FROM (10) TO (20) SERVER itself OPTIONS (table_name 'events_2');
`;
}

const o = '"Order Lines"';

/** Each alone, and with each of these settings that may change its plan. */
const queries: readonly string[] = [
  "SELECT 1",
  "SELECT 1 WHERE false",
  "SELECT 'a: b, (c)' AS \"odd, name\", ARRAY[1, 2], ROW(1, 'x,y'), 'it''s', E'tab\\tand\\nline'",
  "VALUES (1, 'a'), (2, 'b'), (3, NULL)",
  "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (n, \"t t\") WHERE n > 1",
  "SELECT * FROM customers",
  "SELECT * FROM customers c WHERE c.region = 3 AND c.note IS NULL",
  "SELECT * FROM customers AS \"The \"\"C\"\" on x\" WHERE name LIKE 'a%' OR name = E'line one\\nline: two'",
  "SELECT * FROM customers WHERE id = 17",
  "SELECT id FROM customers WHERE id BETWEEN 5 AND 50 ORDER BY id DESC",
  "SELECT count(*) FROM customers WHERE id < 300",
  "SELECT * FROM customers WHERE lower(name) = 'customer 5'",
  "SELECT * FROM customers WHERE region = 2 AND joined > '2020-02-01' ORDER BY joined LIMIT 5",
  `SELECT * FROM ${o} WHERE customer_id = 5 AND "Total" > 3`,
  `SELECT * FROM ${o} WHERE customer_id = 5 OR id = 7`,
  `SELECT * FROM ${o} WHERE customer_id < 20 AND status = 'open'`,
  `SELECT * FROM ${o} WHERE (customer_id = 5 AND status = 'open') OR id IN (1, 2, 3)`,
  `SELECT * FROM ${o} WHERE tags @> ARRAY['t1'] AND customer_id = 9`,
  `SELECT * FROM ${o} WHERE placed > timestamptz '2024-04-20' AND data->>'k' = '7'`,
  `SELECT * FROM ${o} WHERE status = 'open' ORDER BY placed DESC LIMIT 3`,
  `SELECT * FROM ${o} ORDER BY status DESC NULLS LAST, "Total" COLLATE "C"::text LIMIT 5`.replace(' COLLATE "C"::text', "::text COLLATE \"C\""),
  `SELECT * FROM ${o} ORDER BY customer_id, "Total"`,
  `SELECT * FROM ${o} ORDER BY customer_id, "Total" OFFSET 100 LIMIT 10`,
  `SELECT customer_id, placed FROM ${o} ORDER BY id, "Total" FETCH FIRST 7 ROWS WITH TIES`,
  `SELECT c.name, l."Total" FROM customers c JOIN ${o} l ON l.customer_id = c.id WHERE c.region = 1`,
  `SELECT c.name, l."Total" FROM customers c LEFT JOIN ${o} l ON l.customer_id = c.id AND l."Total" > 90`,
  `SELECT c.name, l."Total" FROM customers c RIGHT JOIN ${o} l ON l.customer_id = c.id`,
  `SELECT c.name, s.v FROM customers c FULL JOIN small s ON s.id = c.id`,
  `SELECT * FROM customers c WHERE EXISTS (SELECT FROM ${o} l WHERE l.customer_id = c.id AND l.status = 'open')`,
  `SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM ${o} l WHERE l.customer_id = c.id AND l."Total" > 50)`,
  "SELECT * FROM small a JOIN small b ON a.id < b.id",
  "SELECT * FROM small a CROSS JOIN small b WHERE a.v || b.v <> 'v1v1'",
  "SELECT * FROM customers c JOIN lines n ON n.customer_id = c.id JOIN small s ON s.id = c.region",
  "SELECT * FROM small s LEFT JOIN LATERAL (SELECT * FROM lines n WHERE n.customer_id = s.id LIMIT 1) x ON true",
  `SELECT c.id, (SELECT max(l."Total") FROM ${o} l WHERE l.customer_id = c.id) FROM customers c WHERE c.id < 30`,
  `SELECT * FROM customers WHERE id = (SELECT max(customer_id) FROM ${o})`,
  `SELECT * FROM customers WHERE region > (SELECT avg(id) FROM small) OR id = (SELECT min(id) FROM small)`,
  `SELECT * FROM customers WHERE id NOT IN (SELECT customer_id FROM lines WHERE n > 50)`,
  `SELECT id, id IN (SELECT customer_id FROM lines WHERE n > 50) FROM customers`,
  "SELECT ARRAY(SELECT id FROM small ORDER BY id), (SELECT count(*) FROM customers)",
  "SELECT CASE WHEN id > 5 THEN (SELECT name FROM customers LIMIT 1) ELSE 'x' END FROM small",
  "SELECT count(*), sum(id), max(name) FROM customers",
  "SELECT region, count(*) FROM customers GROUP BY region",
  "SELECT region, count(*) FROM customers GROUP BY region HAVING count(*) > 10 ORDER BY 2 DESC",
  "SELECT region, joined, count(DISTINCT name) FROM customers GROUP BY region, joined",
  "SELECT region, joined, count(*) FROM customers GROUP BY ROLLUP (region, joined)",
  "SELECT region, joined, count(*) FROM customers GROUP BY CUBE (region, joined)",
  "SELECT region, joined, count(*) FROM customers GROUP BY GROUPING SETS ((region), (joined), ())",
  "SELECT region, joined FROM customers GROUP BY region, joined",
  "SELECT DISTINCT region FROM customers",
  "SELECT DISTINCT ON (region) region, name FROM customers ORDER BY region, joined DESC",
  "SELECT string_agg(name, ', ' ORDER BY id) FROM customers GROUP BY region",
  `SELECT customer_id, count(*) FILTER (WHERE status = 'open') FROM ${o} GROUP BY customer_id`,
  "SELECT id, row_number() OVER (PARTITION BY region ORDER BY joined) FROM customers",
  "SELECT * FROM (SELECT id, row_number() OVER (ORDER BY joined) AS n FROM customers) x WHERE n < 4",
  "SELECT id, sum(id) OVER w, rank() OVER (ORDER BY name) FROM customers WINDOW w AS (PARTITION BY region ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
  "SELECT id FROM customers UNION SELECT id FROM small",
  "SELECT id FROM customers UNION ALL SELECT id FROM small",
  "SELECT id FROM customers INTERSECT SELECT id FROM small",
  "SELECT id FROM customers INTERSECT ALL SELECT id FROM small",
  "SELECT id FROM customers EXCEPT SELECT id FROM small ORDER BY 1",
  "SELECT id FROM customers EXCEPT ALL SELECT id FROM small",
  "SELECT id FROM customers UNION ALL SELECT id FROM small ORDER BY id LIMIT 5",
  "WITH c AS MATERIALIZED (SELECT * FROM customers WHERE region = 1) SELECT * FROM c a JOIN c b ON a.id = b.id",
  "WITH c AS (SELECT region, count(*) AS n FROM customers GROUP BY region) SELECT * FROM c WHERE n > (SELECT avg(n) FROM c)",
  "WITH \"odd CTE\" AS MATERIALIZED (SELECT id FROM small) SELECT * FROM \"odd CTE\" x",
  "WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 50) SELECT sum(n) FROM t",
  "WITH RECURSIVE t AS (SELECT id, customer_id FROM lines WHERE id = 1 UNION SELECT l.id, l.customer_id FROM lines l JOIN t ON l.id = t.customer_id) SELECT * FROM t",
  "SELECT * FROM generate_series(1, 20) AS g",
  "SELECT * FROM generate_series(1, 20)",
  "SELECT * FROM pairs(5) p WHERE a > 2",
  "SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 5)) WITH ORDINALITY AS r (a, b, c)",
  "SELECT id, generate_series(1, 3), unnest(ARRAY['a', 'b']) FROM small",
  "SELECT * FROM xmltable('/r/x' PASSING xml '<r><x>1</x></r>' COLUMNS n int PATH '.') AS \"x t\"",
  "SELECT * FROM customers WHERE ctid = '(0,1)'",
  "SELECT * FROM customers WHERE ctid = ANY (ARRAY['(0,1)', '(0,2)']::tid[])",
  "SELECT * FROM customers WHERE ctid > '(0,1)' AND ctid < '(1,1)'",
  "SELECT count(*) FROM customers TABLESAMPLE BERNOULLI (10) REPEATABLE (3)",
  "SELECT count(*) FROM customers TABLESAMPLE SYSTEM (50) REPEATABLE (7) WHERE region = 1",
  "SELECT * FROM events WHERE day = 5",
  "SELECT * FROM events WHERE day < 15 ORDER BY day, id LIMIT 5",
  "SELECT count(*), kind FROM events GROUP BY kind",
  "SELECT * FROM events WHERE day = (SELECT 12)",
  "SELECT * FROM events e JOIN small s ON s.id = e.day",
  "SELECT * FROM paid p WHERE p.customer_id = 3",
  "SELECT * FROM per_region",
  "SELECT * FROM customers ORDER BY region, joined, name",
  "SELECT * FROM customers ORDER BY region, name LIMIT 20",
  "SELECT * FROM small ORDER BY id FOR UPDATE",
  "SELECT * FROM customers WHERE id < 5 FOR SHARE",
  "SELECT * FROM customers c JOIN small s ON s.id = c.region AND s.v > c.name",
  "SELECT * FROM customers WHERE name = current_setting('a.b', true) OR current_date > joined",
  "SELECT s.id FROM small s WHERE now() > '2020-01-01' AND s.id = ANY (ARRAY(SELECT region FROM customers))",
  "SELECT l.customer_id, c.name FROM lines l JOIN customers c ON c.id = l.customer_id WHERE l.n < 300",
];

const writing: readonly string[] = [
  "INSERT INTO small VALUES (11, 'v11'), (12, 'v12')",
  "INSERT INTO small SELECT id, name FROM customers RETURNING id + 1",
  "INSERT INTO customers VALUES (1, 'again', 1, now()) ON CONFLICT DO NOTHING",
  "INSERT INTO customers AS c VALUES (1, 'again', 1, now()), (9001, 'new', 1, now()) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE c.region > 2",
  "INSERT INTO events SELECT i, i % 30, 'new' FROM generate_series(1, 40) i",
  "INSERT INTO lines VALUES (9001, 3, 1)",
  "UPDATE lines SET n = n + 1 WHERE id < 10",
  "UPDATE events SET kind = 'x' WHERE day = 5",
  "UPDATE events SET kind = 'x' WHERE id < 50",
  "UPDATE lines SET n = c.region FROM customers c WHERE c.id = lines.customer_id AND c.region = 2",
  "UPDATE lines SET (n, customer_id) = (SELECT id, region FROM customers c WHERE c.id = lines.id) WHERE id < 5",
  "DELETE FROM lines WHERE n > 700",
  "DELETE FROM customers WHERE id = 3",
  "DELETE FROM events USING small s WHERE s.id = events.day",
  "MERGE INTO lines t USING small s ON t.id = s.id WHEN MATCHED AND s.id < 5 THEN UPDATE SET n = 0 WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id, 1, 1)",
  "WITH gone AS (DELETE FROM lines WHERE id < 20 RETURNING *) INSERT INTO audit (what) SELECT id::text FROM gone",
  "WITH i AS (INSERT INTO small VALUES (99, 'x') RETURNING id) SELECT * FROM i JOIN customers c ON c.id = i.id",
];

const foreign: readonly string[] = [
  "SELECT * FROM listed WHERE id > 1",
  "SELECT * FROM listed l JOIN small s ON s.id = l.id",
  "SELECT * FROM far f WHERE region = 2 AND name <> current_setting('a.b', true)",
  "SELECT * FROM far f JOIN far_lines l ON l.customer_id = f.id WHERE l.n < 5",
  "SELECT region, count(*) FROM far GROUP BY region",
  "SELECT * FROM spread WHERE kind = 'k1'",
];
const farWriting: readonly string[] = ["UPDATE far_lines SET n = 0 WHERE id < 5", "UPDATE far_lines SET n = random() WHERE id < 5", "INSERT INTO far_lines VALUES (9005, 1, 1)", "DELETE FROM far_lines WHERE id = 3", "UPDATE spread SET kind = 'y' || random() WHERE day = 3"];

const settings: readonly (readonly string[])[] = [
  ["enable_hashjoin = off", "enable_hashagg = off"],
  ["enable_seqscan = off", "enable_sort = off", "enable_material = off"],
  ["enable_hashjoin = off", "enable_mergejoin = off", "enable_material = off", "enable_indexscan = off"],
];
const parallel = ["max_parallel_workers_per_gather = 2", "parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0", "min_parallel_index_scan_size = 0"];
const spilling = ["work_mem = '64kB'", "hash_mem_multiplier = 1", "jit = on", "jit_above_cost = 0"];

export function planQueries(): readonly PlanQuery[] {
  const of = (sql: string, more: readonly string[], options: Partial<PlanQuery> = {}): PlanQuery => ({ name: `${sql.replace(/\s+/g, " ")}${more.length === 0 ? "" : ` [${more.join("; ")}]`}`, sql, settings: ["max_parallel_workers_per_gather = 0", "jit = off", ...more], parallel: false, writes: false, from: sql.startsWith("MERGE") ? 15 : 13, ...options });
  return [
    ...queries.map((sql) => of(sql, [])),
    ...queries.flatMap((sql, i) => [of(sql, settings[i % settings.length]!)]),
    ...queries.filter((sql) => /JOIN|ORDER|GROUP/.test(sql)).map((sql) => of(sql, spilling.slice(0, 2))),
    ...queries.filter((sql) => /Order Lines|customers|events/.test(sql)).map((sql) => of(sql, parallel, { parallel: true })),
    ...queries.slice(40, 46).map((sql) => of(sql, [...spilling, ...parallel], { parallel: true })),
    ...writing.map((sql) => of(sql, ["enable_bitmapscan = off"], { writes: true })),
    of("SELECT * FROM json_table('[{\"a\": 1}]'::jsonb, '$[*]' COLUMNS (a int PATH '$.a')) AS j", [], { from: 17 }),
    of("MERGE INTO lines t USING small s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN MATCHED THEN DO NOTHING", [], { from: 17, writes: true }),
    ...foreign.map((sql) => of(sql, [])),
    ...farWriting.map((sql) => of(sql, [], { writes: true })),
  ];
}
