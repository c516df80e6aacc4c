// The forms of DDL, each as a statement over tables that are there and filled: what docs/locks.md lists, and what
// test/postgres/effects.test.ts holds the model to on real servers.

export interface Form {
  /** As the page calls it. */
  readonly form: string;
  readonly given: readonly string[];
  readonly statement: string;
  /** Where the form exists; all of 15 to 18 without it. */
  readonly versions?: readonly number[];
  /** It refuses a transaction block. */
  readonly alone?: true;
  /** What to run instead, step by step: other entries by their `form`, or words. */
  readonly safe?: readonly string[];
}

export interface FormGroup {
  readonly group: string;
  readonly forms: readonly Form[];
}

const rows = (table: string, columns: string, values: string): string => `INSERT INTO ${table} (${columns}) SELECT ${values} FROM generate_series(1, 1000) i`;

const t = ["CREATE TABLE t (id bigint PRIMARY KEY, a int, b text, c timestamptz, n int NOT NULL, v varchar(10))", rows("t", "id, a, b, c, n, v", "i, i, 'b' || i, now(), i, 'v'")];
const child = [...t, "CREATE TABLE c (id bigint PRIMARY KEY, t_id bigint)", rows("c", "id, t_id", "i, i")];
const linked = [...child, "ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t"];
const notValid = [...child, "ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t NOT VALID"];
const partitioned = [
  "CREATE TABLE p (id bigint, at date NOT NULL, a int) PARTITION BY RANGE (at)",
  "CREATE TABLE p_2024 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  "CREATE TABLE p_2025 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
  rows("p", "id, at, a", "i, date '2024-06-01' + i % 365, i"),
];
const next = ["CREATE TABLE p_2026 (id bigint, at date NOT NULL, a int)", rows("p_2026", "id, at, a", "i, '2026-02-01', i")];
const other = ["CREATE TABLE p_rest PARTITION OF p DEFAULT", rows("p", "id, at, a", "i, '2030-01-01', i")];
const trigger = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'";
const materialized = [...t, "CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t", "CREATE UNIQUE INDEX m_id_idx ON m (id)"];
const domain = ["CREATE DOMAIN d AS int", "CREATE TABLE t (id bigint PRIMARY KEY, a d)", rows("t", "id, a", "i, i")];

export const formGroups: readonly FormGroup[] = [
  {
    group: "Columns",
    forms: [
      { form: "ADD COLUMN", given: t, statement: "ALTER TABLE t ADD COLUMN x int" },
      { form: "ADD COLUMN with a constant default", given: t, statement: "ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 0" },
      { form: "ADD COLUMN DEFAULT now()", given: t, statement: "ALTER TABLE t ADD COLUMN x timestamptz DEFAULT now()" },
      { form: "ADD COLUMN with a volatile default", given: t, statement: "ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid()", safe: ["ADD COLUMN", "SET DEFAULT", "a backfill in batches"] },
      { form: "ADD COLUMN serial", given: t, statement: "ALTER TABLE t ADD COLUMN x bigserial", safe: ["ADD COLUMN", "a backfill in batches", "ADD GENERATED AS IDENTITY"] },
      { form: "ADD COLUMN GENERATED AS IDENTITY", given: t, statement: "ALTER TABLE t ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY", safe: ["ADD COLUMN", "a backfill in batches", "ADD GENERATED AS IDENTITY"] },
      { form: "ADD COLUMN GENERATED STORED", given: t, statement: "ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a * 2) STORED", safe: ["ADD COLUMN GENERATED VIRTUAL"] },
      { form: "ADD COLUMN GENERATED VIRTUAL", given: t, statement: "ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a * 2) VIRTUAL", versions: [18] },
      { form: "ADD COLUMN of a domain with constraints", given: [...t, "CREATE DOMAIN d AS int CHECK (VALUE > 0)"], statement: "ALTER TABLE t ADD COLUMN x d", safe: ["ADD COLUMN", "ADD CHECK NOT VALID", "VALIDATE CONSTRAINT of a CHECK"] },
      { form: "ADD COLUMN REFERENCES", given: child, statement: "ALTER TABLE c ADD COLUMN x bigint REFERENCES t" },
      { form: "ADD COLUMN DEFAULT REFERENCES", given: child, statement: "ALTER TABLE c ADD COLUMN x bigint DEFAULT 1 REFERENCES t", safe: ["ADD COLUMN", "ADD FOREIGN KEY NOT VALID", "VALIDATE CONSTRAINT of a foreign key"] },
      { form: "ADD COLUMN CHECK", given: t, statement: "ALTER TABLE t ADD COLUMN x int CHECK (x > 0)", safe: ["ADD COLUMN", "ADD CHECK NOT VALID", "VALIDATE CONSTRAINT of a CHECK"] },
      { form: "ADD COLUMN UNIQUE", given: t, statement: "ALTER TABLE t ADD COLUMN x int UNIQUE", safe: ["ADD COLUMN", "CREATE INDEX CONCURRENTLY", "ADD UNIQUE USING INDEX"] },
      { form: "ADD COLUMN to a partitioned table", given: partitioned, statement: "ALTER TABLE p ADD COLUMN x int" },
      { form: "DROP COLUMN", given: t, statement: "ALTER TABLE t DROP COLUMN a" },
      { form: "DROP COLUMN of a foreign key", given: linked, statement: "ALTER TABLE c DROP COLUMN t_id" },
      { form: "DROP COLUMN of a partitioned table", given: partitioned, statement: "ALTER TABLE p DROP COLUMN a" },
      { form: "RENAME COLUMN", given: t, statement: "ALTER TABLE t RENAME COLUMN a TO x" },
      { form: "RENAME COLUMN of a partitioned table", given: partitioned, statement: "ALTER TABLE p RENAME COLUMN a TO x" },
      { form: "ALTER COLUMN TYPE (int to bigint)", given: t, statement: "ALTER TABLE t ALTER COLUMN a TYPE bigint", safe: ["ADD COLUMN", "CREATE TRIGGER", "a backfill in batches", "RENAME COLUMN"] },
      { form: "ALTER COLUMN TYPE (varchar(10) to varchar(20))", given: t, statement: "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)" },
      { form: "ALTER COLUMN TYPE (varchar to text)", given: t, statement: "ALTER TABLE t ALTER COLUMN v TYPE text" },
      { form: "ALTER COLUMN TYPE, other collation, indexed", given: [...t, "CREATE INDEX t_b_idx ON t (b)"], statement: 'ALTER TABLE t ALTER COLUMN b TYPE text COLLATE "C"', safe: ["DROP INDEX CONCURRENTLY", "ALTER COLUMN TYPE, other collation", "CREATE INDEX CONCURRENTLY"] },
      { form: "ALTER COLUMN TYPE, other collation", given: t, statement: 'ALTER TABLE t ALTER COLUMN b TYPE text COLLATE "C"' },
      { form: "ALTER COLUMN TYPE of a referenced key", given: linked, statement: "ALTER TABLE t ALTER COLUMN id TYPE int", safe: ["ADD COLUMN", "CREATE TRIGGER", "a backfill in batches", "RENAME COLUMN"] },
      { form: "ALTER COLUMN TYPE of a referencing column", given: linked, statement: "ALTER TABLE c ALTER COLUMN t_id TYPE int", safe: ["ADD COLUMN", "CREATE TRIGGER", "a backfill in batches", "RENAME COLUMN"] },
      { form: "ALTER COLUMN TYPE of a partitioned table", given: partitioned, statement: "ALTER TABLE p ALTER COLUMN a TYPE bigint", safe: ["ADD COLUMN to a partitioned table", "CREATE TRIGGER on a partitioned table", "a backfill in batches", "RENAME COLUMN of a partitioned table"] },
      { form: "SET NOT NULL", given: t, statement: "ALTER TABLE t ALTER COLUMN a SET NOT NULL", safe: ["ADD CHECK NOT VALID", "VALIDATE CONSTRAINT of a CHECK", "SET NOT NULL behind a valid CHECK"] },
      { form: "SET NOT NULL behind a valid CHECK", given: [...t, "ALTER TABLE t ADD CHECK (a IS NOT NULL)"], statement: "ALTER TABLE t ALTER COLUMN a SET NOT NULL" },
      { form: "SET NOT NULL on a partitioned table", given: partitioned, statement: "ALTER TABLE p ALTER COLUMN a SET NOT NULL", safe: ["ADD CHECK NOT VALID on a partitioned table", "VALIDATE CONSTRAINT of a partitioned table's CHECK", "SET NOT NULL on a partitioned table behind a valid CHECK"] },
      { form: "SET NOT NULL on a partitioned table behind a valid CHECK", given: [...partitioned, "ALTER TABLE p ADD CHECK (a IS NOT NULL)"], statement: "ALTER TABLE p ALTER COLUMN a SET NOT NULL" },
      { form: "DROP NOT NULL", given: t, statement: "ALTER TABLE t ALTER COLUMN n DROP NOT NULL" },
      { form: "SET DEFAULT", given: t, statement: "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1" },
      { form: "DROP DEFAULT", given: t, statement: "ALTER TABLE t ALTER COLUMN a DROP DEFAULT" },
      { form: "ADD GENERATED AS IDENTITY", given: t, statement: "ALTER TABLE t ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY" },
      { form: "SET EXPRESSION of a stored generated column", given: [...t, "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (a * 2) STORED"], statement: "ALTER TABLE t ALTER COLUMN g SET EXPRESSION AS (a * 3)", versions: [17, 18], safe: ["none: a new column, filled in batches"] },
      { form: "DROP EXPRESSION", given: [...t, "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (a * 2) STORED"], statement: "ALTER TABLE t ALTER COLUMN g DROP EXPRESSION" },
      { form: "SET STATISTICS", given: t, statement: "ALTER TABLE t ALTER COLUMN a SET STATISTICS 500" },
      { form: "SET (attribute option)", given: t, statement: "ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)" },
      { form: "SET STORAGE", given: t, statement: "ALTER TABLE t ALTER COLUMN b SET STORAGE EXTERNAL" },
      { form: "SET COMPRESSION", given: t, statement: "ALTER TABLE t ALTER COLUMN b SET COMPRESSION pglz" },
    ],
  },
  {
    group: "Constraints",
    forms: [
      { form: "ADD FOREIGN KEY", given: child, statement: "ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t", safe: ["ADD FOREIGN KEY NOT VALID", "VALIDATE CONSTRAINT of a foreign key"] },
      { form: "ADD FOREIGN KEY NOT VALID", given: child, statement: "ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t NOT VALID" },
      { form: "ADD FOREIGN KEY NOT ENFORCED", given: child, statement: "ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t NOT ENFORCED", versions: [18] },
      { form: "VALIDATE CONSTRAINT of a foreign key", given: notValid, statement: "ALTER TABLE c VALIDATE CONSTRAINT f" },
      { form: "ADD FOREIGN KEY on a partitioned table", given: [...t, ...partitioned, rows("t", "id, n", "i + 1000, i")], statement: "ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES t", safe: ["ADD FOREIGN KEY NOT VALID", "VALIDATE CONSTRAINT of a foreign key", "ADD FOREIGN KEY on a partitioned table whose partitions have it"] },
      { form: "ADD FOREIGN KEY that references a partitioned table", given: [...partitioned, "CREATE UNIQUE INDEX p_key ON p (id, at)", "CREATE TABLE c (p_id bigint, p_at date)", rows("c", "p_id, p_at", "i, date '2024-06-01' + i % 365"), "SET enable_indexscan = off", "SET enable_indexonlyscan = off", "SET enable_bitmapscan = off"], statement: "ALTER TABLE c ADD FOREIGN KEY (p_id, p_at) REFERENCES p (id, at)", safe: ["ADD FOREIGN KEY NOT VALID that references a partitioned table", "VALIDATE CONSTRAINT of a foreign key"] },
      { form: "ADD FOREIGN KEY NOT VALID that references a partitioned table", given: [...partitioned, "CREATE UNIQUE INDEX p_key ON p (id, at)", "CREATE TABLE c (p_id bigint, p_at date)", rows("c", "p_id, p_at", "i, date '2024-06-01' + i % 365"), "SET enable_indexscan = off", "SET enable_indexonlyscan = off", "SET enable_bitmapscan = off"], statement: "ALTER TABLE c ADD FOREIGN KEY (p_id, p_at) REFERENCES p (id, at) NOT VALID" },
      {
        form: "ADD FOREIGN KEY on a partitioned table whose partitions have it",
        given: [...t, ...partitioned, rows("t", "id, n", "i + 1000, i"), "ALTER TABLE p_2024 ADD FOREIGN KEY (id) REFERENCES t", "ALTER TABLE p_2025 ADD FOREIGN KEY (id) REFERENCES t"],
        statement: "ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES t",
      },
      { form: "ADD CHECK", given: t, statement: "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)", safe: ["ADD CHECK NOT VALID", "VALIDATE CONSTRAINT of a CHECK"] },
      { form: "ADD CHECK NOT VALID", given: t, statement: "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID" },
      { form: "VALIDATE CONSTRAINT of a CHECK", given: [...t, "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID"], statement: "ALTER TABLE t VALIDATE CONSTRAINT k" },
      { form: "ADD CHECK on a partitioned table", given: partitioned, statement: "ALTER TABLE p ADD CONSTRAINT k CHECK (a > 0)", safe: ["ADD CHECK NOT VALID on a partitioned table", "VALIDATE CONSTRAINT of a partitioned table's CHECK"] },
      { form: "ADD CHECK NOT VALID on a partitioned table", given: partitioned, statement: "ALTER TABLE p ADD CONSTRAINT k CHECK (a > 0) NOT VALID" },
      { form: "VALIDATE CONSTRAINT of a partitioned table's CHECK", given: [...partitioned, "ALTER TABLE p ADD CONSTRAINT k CHECK (a > 0) NOT VALID"], statement: "ALTER TABLE p VALIDATE CONSTRAINT k" },
      { form: "ADD NOT NULL", given: t, statement: "ALTER TABLE t ADD CONSTRAINT k NOT NULL a", versions: [18], safe: ["ADD NOT NULL NOT VALID", "VALIDATE CONSTRAINT of a NOT NULL"] },
      { form: "ADD NOT NULL NOT VALID", given: t, statement: "ALTER TABLE t ADD CONSTRAINT k NOT NULL a NOT VALID", versions: [18] },
      { form: "VALIDATE CONSTRAINT of a NOT NULL", given: [...t, "ALTER TABLE t ADD CONSTRAINT k NOT NULL a NOT VALID"], statement: "ALTER TABLE t VALIDATE CONSTRAINT k", versions: [18] },
      { form: "ADD UNIQUE", given: t, statement: "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", safe: ["CREATE INDEX CONCURRENTLY", "ADD UNIQUE USING INDEX"] },
      { form: "ADD UNIQUE USING INDEX", given: [...t, "CREATE UNIQUE INDEX u ON t (a)"], statement: "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u" },
      { form: "ADD PRIMARY KEY", given: ["CREATE TABLE t (id bigint)", rows("t", "id", "i")], statement: "ALTER TABLE t ADD PRIMARY KEY (id)", safe: ["SET NOT NULL behind a valid CHECK", "CREATE INDEX CONCURRENTLY", "ADD PRIMARY KEY USING INDEX, columns NOT NULL"] },
      { form: "ADD PRIMARY KEY USING INDEX, columns NOT NULL", given: ["CREATE TABLE t (id bigint NOT NULL)", rows("t", "id", "i"), "CREATE UNIQUE INDEX u ON t (id)"], statement: "ALTER TABLE t ADD PRIMARY KEY USING INDEX u" },
      { form: "ADD PRIMARY KEY USING INDEX, columns nullable", given: ["CREATE TABLE t (id bigint)", rows("t", "id", "i"), "CREATE UNIQUE INDEX u ON t (id)"], statement: "ALTER TABLE t ADD PRIMARY KEY USING INDEX u", safe: ["SET NOT NULL behind a valid CHECK", "ADD PRIMARY KEY USING INDEX, columns NOT NULL"] },
      { form: "ADD PRIMARY KEY on a partitioned table", given: partitioned, statement: "ALTER TABLE p ADD PRIMARY KEY (id, at)", safe: ["ADD PRIMARY KEY on ONLY a partitioned table", "CREATE INDEX CONCURRENTLY", "ADD UNIQUE USING INDEX", "ALTER INDEX ATTACH PARTITION"] },
      { form: "ADD PRIMARY KEY on ONLY a partitioned table", given: [...partitioned, "ALTER TABLE p ALTER COLUMN id SET NOT NULL"], statement: "ALTER TABLE ONLY p ADD PRIMARY KEY (id, at)" },
      { form: "ADD EXCLUDE", given: ["CREATE TABLE t (r int4range)", "INSERT INTO t SELECT int4range(i, i + 1) FROM generate_series(1, 1000) i"], statement: "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)", safe: ["none: run it while nothing else uses the table"] },
      { form: "DROP CONSTRAINT of a foreign key", given: linked, statement: "ALTER TABLE c DROP CONSTRAINT f" },
      { form: "DROP CONSTRAINT of a CHECK", given: [...t, "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)"], statement: "ALTER TABLE t DROP CONSTRAINT k" },
      { form: "DROP CONSTRAINT CASCADE of a referenced key", given: linked, statement: "ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE" },
      { form: "ALTER CONSTRAINT DEFERRABLE", given: linked, statement: "ALTER TABLE c ALTER CONSTRAINT f DEFERRABLE" },
      { form: "ALTER CONSTRAINT NOT ENFORCED", given: linked, statement: "ALTER TABLE c ALTER CONSTRAINT f NOT ENFORCED", versions: [18] },
      { form: "ALTER CONSTRAINT ENFORCED", given: [...child, "ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t NOT ENFORCED"], statement: "ALTER TABLE c ALTER CONSTRAINT f ENFORCED", versions: [18], safe: ["ADD FOREIGN KEY NOT VALID", "VALIDATE CONSTRAINT of a foreign key", "DROP CONSTRAINT of a foreign key"] },
      { form: "RENAME CONSTRAINT", given: linked, statement: "ALTER TABLE c RENAME CONSTRAINT f TO g" },
      { form: "ALTER DOMAIN ADD CHECK", given: domain, statement: "ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0)", safe: ["ALTER DOMAIN ADD CHECK NOT VALID"] },
      { form: "ALTER DOMAIN ADD CHECK NOT VALID", given: domain, statement: "ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0) NOT VALID" },
      { form: "ALTER DOMAIN VALIDATE CONSTRAINT", given: [...domain, "ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0) NOT VALID"], statement: "ALTER DOMAIN d VALIDATE CONSTRAINT k", safe: ["none: writes of the tables wait while it reads them"] },
      { form: "ALTER DOMAIN SET NOT NULL", given: domain, statement: "ALTER DOMAIN d SET NOT NULL", safe: ["none: a CHECK (VALUE IS NOT NULL) NOT VALID holds for new values only"] },
    ],
  },
  {
    group: "Indexes",
    forms: [
      { form: "CREATE INDEX", given: t, statement: "CREATE INDEX t_a_idx ON t (a)", safe: ["CREATE INDEX CONCURRENTLY"] },
      { form: "CREATE INDEX CONCURRENTLY", given: t, statement: "CREATE INDEX CONCURRENTLY t_a_idx ON t (a)", alone: true },
      { form: "CREATE INDEX on a partitioned table", given: partitioned, statement: "CREATE INDEX p_a_idx ON p (a)", safe: ["CREATE INDEX ON ONLY a partitioned table", "CREATE INDEX CONCURRENTLY", "ALTER INDEX ATTACH PARTITION"] },
      { form: "CREATE INDEX ON ONLY a partitioned table", given: partitioned, statement: "CREATE INDEX p_a_idx ON ONLY p (a)" },
      {
        form: "ALTER INDEX ATTACH PARTITION",
        given: [...partitioned, "CREATE INDEX p_a_idx ON ONLY p (a)", "CREATE INDEX p_2024_a_idx ON p_2024 (a)"],
        statement: "ALTER INDEX p_a_idx ATTACH PARTITION p_2024_a_idx",
      },
      { form: "DROP INDEX", given: [...t, "CREATE INDEX t_a_idx ON t (a)"], statement: "DROP INDEX t_a_idx", safe: ["DROP INDEX CONCURRENTLY"] },
      { form: "DROP INDEX CONCURRENTLY", given: [...t, "CREATE INDEX t_a_idx ON t (a)"], statement: "DROP INDEX CONCURRENTLY t_a_idx", alone: true },
      { form: "DROP INDEX of a partitioned table", given: [...partitioned, "CREATE INDEX p_a_idx ON p (a)"], statement: "DROP INDEX p_a_idx", safe: ["none: a short lock_timeout, and again until it gets its lock"] },
      { form: "REINDEX INDEX", given: [...t, "CREATE INDEX t_a_idx ON t (a)"], statement: "REINDEX INDEX t_a_idx", safe: ["REINDEX INDEX CONCURRENTLY"] },
      { form: "REINDEX INDEX CONCURRENTLY", given: [...t, "CREATE INDEX t_a_idx ON t (a)"], statement: "REINDEX INDEX CONCURRENTLY t_a_idx", alone: true },
      { form: "REINDEX TABLE", given: t, statement: "REINDEX TABLE t", safe: ["REINDEX TABLE CONCURRENTLY"] },
      { form: "REINDEX TABLE CONCURRENTLY", given: t, statement: "REINDEX TABLE CONCURRENTLY t", alone: true },
      { form: "ALTER INDEX RENAME", given: [...t, "CREATE INDEX t_a_idx ON t (a)"], statement: "ALTER INDEX t_a_idx RENAME TO x" },
      { form: "ALTER INDEX SET", given: [...t, "CREATE INDEX t_a_idx ON t (a)"], statement: "ALTER INDEX t_a_idx SET (fillfactor = 70)" },
    ],
  },
  {
    group: "Tables",
    forms: [
      { form: "CREATE TABLE REFERENCES", given: t, statement: "CREATE TABLE c (id bigint PRIMARY KEY, t_id bigint REFERENCES t)" },
      { form: "CREATE TABLE (LIKE ...)", given: t, statement: "CREATE TABLE c (LIKE t INCLUDING ALL)" },
      { form: "CREATE TABLE AS", given: t, statement: "CREATE TABLE c AS SELECT * FROM t" },
      { form: "CREATE TABLE AS WITH NO DATA", given: t, statement: "CREATE TABLE c AS SELECT * FROM t WITH NO DATA" },
      { form: "CREATE VIEW", given: t, statement: "CREATE VIEW v AS SELECT * FROM t" },
      { form: "CREATE TABLE INHERITS", given: t, statement: "CREATE TABLE c () INHERITS (t)" },
      { form: "DROP TABLE", given: t, statement: "DROP TABLE t" },
      { form: "DROP TABLE with a foreign key", given: linked, statement: "DROP TABLE c" },
      { form: "DROP TABLE CASCADE of a referenced table", given: linked, statement: "DROP TABLE t CASCADE" },
      { form: "DROP TABLE of a partition", given: partitioned, statement: "DROP TABLE p_2024" },
      { form: "TRUNCATE", given: t, statement: "TRUNCATE t" },
      { form: "TRUNCATE CASCADE", given: linked, statement: "TRUNCATE t CASCADE" },
      { form: "RENAME TO", given: t, statement: "ALTER TABLE t RENAME TO x" },
      { form: "SET SCHEMA", given: [...t, "CREATE SCHEMA s"], statement: "ALTER TABLE t SET SCHEMA s" },
      { form: "SET LOGGED or UNLOGGED", given: t, statement: "ALTER TABLE t SET UNLOGGED", safe: ["none: a new table, and a switch"] },
      { form: "SET (storage parameter)", given: t, statement: "ALTER TABLE t SET (fillfactor = 80)" },
      { form: "OWNER TO", given: [...t, "CREATE ROLE form_owner"], statement: "ALTER TABLE t OWNER TO form_owner" },
      { form: "REPLICA IDENTITY", given: t, statement: "ALTER TABLE t REPLICA IDENTITY FULL" },
      { form: "INHERIT", given: [...t, "CREATE TABLE c (LIKE t)"], statement: "ALTER TABLE c INHERIT t" },
      { form: "NO INHERIT", given: [...t, "CREATE TABLE c () INHERITS (t)"], statement: "ALTER TABLE c NO INHERIT t" },
      { form: "CLUSTER ON", given: t, statement: "ALTER TABLE t CLUSTER ON t_pkey" },
      { form: "COMMENT ON TABLE", given: t, statement: "COMMENT ON TABLE t IS 'x'" },
      { form: "COMMENT ON COLUMN", given: t, statement: "COMMENT ON COLUMN t.a IS 'x'" },
      { form: "CREATE STATISTICS", given: t, statement: "CREATE STATISTICS s ON a, b FROM t" },
      { form: "VACUUM", given: t, statement: "VACUUM t", alone: true },
      { form: "VACUUM FULL", given: t, statement: "VACUUM FULL t", alone: true, safe: ["pg_repack or pg_squeeze"] },
      { form: "CLUSTER", given: t, statement: "CLUSTER t USING t_pkey", safe: ["pg_repack or pg_squeeze"] },
      { form: "ANALYZE", given: t, statement: "ANALYZE t" },
      { form: "LOCK TABLE", given: t, statement: "LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE" },
    ],
  },
  {
    group: "Partitions",
    forms: [
      { form: "CREATE TABLE PARTITION OF", given: partitioned, statement: "CREATE TABLE p_2026 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", safe: ["CREATE TABLE (LIKE ...)", "ATTACH PARTITION behind a valid CHECK"] },
      { form: "CREATE TABLE PARTITION OF beside a DEFAULT partition", given: [...partitioned, ...other], statement: "CREATE TABLE p_2026 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", safe: ["CREATE TABLE (LIKE ...)", "a valid CHECK on the DEFAULT partition that excludes the bound", "ATTACH PARTITION behind a valid CHECK"] },
      { form: "ATTACH PARTITION", given: [...partitioned, ...next], statement: "ALTER TABLE p ATTACH PARTITION p_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", safe: ["ADD CHECK NOT VALID", "VALIDATE CONSTRAINT of a CHECK", "ATTACH PARTITION behind a valid CHECK"] },
      {
        form: "ATTACH PARTITION behind a valid CHECK",
        given: [...partitioned, ...next, "ALTER TABLE p_2026 ADD CONSTRAINT k CHECK (at >= DATE '2026-01-01' AND at < DATE '2027-01-01')"],
        statement: "ALTER TABLE p ATTACH PARTITION p_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
      },
      { form: "ATTACH PARTITION beside a DEFAULT partition", given: [...partitioned, ...next, ...other], statement: "ALTER TABLE p ATTACH PARTITION p_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", safe: ["a valid CHECK on the DEFAULT partition that excludes the bound", "ATTACH PARTITION behind a valid CHECK"] },
      { form: "DETACH PARTITION", given: partitioned, statement: "ALTER TABLE p DETACH PARTITION p_2024", safe: ["DETACH PARTITION CONCURRENTLY"] },
      { form: "DETACH PARTITION CONCURRENTLY", given: partitioned, statement: "ALTER TABLE p DETACH PARTITION p_2024 CONCURRENTLY", alone: true },
    ],
  },
  {
    group: "Triggers, rules, policies",
    forms: [
      { form: "CREATE TRIGGER", given: [...t, trigger], statement: "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()" },
      { form: "CREATE TRIGGER on a partitioned table", given: [...partitioned, trigger], statement: "CREATE TRIGGER g BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()" },
      { form: "DROP TRIGGER", given: [...t, trigger, "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"], statement: "DROP TRIGGER g ON t" },
      { form: "DISABLE TRIGGER", given: [...t, trigger, "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"], statement: "ALTER TABLE t DISABLE TRIGGER g" },
      { form: "DISABLE TRIGGER on a partitioned table", given: [...partitioned, trigger, "CREATE TRIGGER g BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()"], statement: "ALTER TABLE p DISABLE TRIGGER g" },
      { form: "ALTER TRIGGER RENAME", given: [...t, trigger, "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"], statement: "ALTER TRIGGER g ON t RENAME TO h" },
      { form: "CREATE RULE", given: t, statement: "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING" },
      { form: "ENABLE ROW LEVEL SECURITY", given: t, statement: "ALTER TABLE t ENABLE ROW LEVEL SECURITY" },
      { form: "CREATE POLICY", given: t, statement: "CREATE POLICY o ON t USING (true)" },
      { form: "ALTER POLICY", given: [...t, "CREATE POLICY o ON t USING (true)"], statement: "ALTER POLICY o ON t USING (false)" },
      { form: "DROP POLICY", given: [...t, "CREATE POLICY o ON t USING (true)"], statement: "DROP POLICY o ON t" },
    ],
  },
  {
    group: "Materialized views",
    forms: [
      { form: "CREATE MATERIALIZED VIEW", given: t, statement: "CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t" },
      { form: "CREATE MATERIALIZED VIEW WITH NO DATA", given: t, statement: "CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t WITH NO DATA" },
      { form: "REFRESH MATERIALIZED VIEW", given: materialized, statement: "REFRESH MATERIALIZED VIEW m", safe: ["REFRESH MATERIALIZED VIEW CONCURRENTLY"] },
      { form: "REFRESH MATERIALIZED VIEW CONCURRENTLY", given: materialized, statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY m" },
      { form: "CREATE INDEX on a materialized view", given: materialized, statement: "CREATE INDEX m_a_idx ON m (a)", safe: ["CREATE INDEX CONCURRENTLY"] },
      { form: "DROP MATERIALIZED VIEW", given: materialized, statement: "DROP MATERIALIZED VIEW m" },
    ],
  },
];
