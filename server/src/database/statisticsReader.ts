// Asks a server what its catalog and its statistics say of what a plan reads. On one query, and never at the cost of the
// plan: what the role may not see, or what takes too long, is not known.

import type { Row, Session } from "./session";
import type { QualifiedName } from "../schema/model";
import type { ServerStatistics } from "../explain/statistics";

export interface Subject {
  /** Those that come first matter most. */
  readonly relations: readonly QualifiedName[];
  /** Triggers of foreign keys that ran: the tables on both sides are looked at. */
  readonly triggers: readonly string[];
}

/** In milliseconds. */
const timeout = 2_000;

/** In a transaction that is open, which is as it was afterwards. Null: it cannot be told. Never fails. */
export async function readStatistics(session: Pick<Session, "query">, { relations, triggers }: Subject): Promise<ServerStatistics | null> {
  if (relations.length === 0) return null;
  try {
    // The catalogs' estimates may ask for a compiler that takes longer than the query.
    await session.query(`SAVEPOINT statistics; SET LOCAL statement_timeout = ${timeout}; SET LOCAL lock_timeout = 100; SET LOCAL jit = off`);
    const rows = await session.query(question, [JSON.stringify(relations), JSON.stringify(triggers)]);
    return answerOf(rows);
  } catch {
    return null;
  } finally {
    await session.query("ROLLBACK TO statistics").catch(() => undefined);
  }
}

function answerOf(rows: readonly Row[]): ServerStatistics | null {
  const json = rows[0]?.[0] ?? null;
  return json === null ? null : (JSON.parse(json) as ServerStatistics);
}

const list = (items: string): string => `COALESCE((${items}), '[]'::pg_catalog.jsonb)`;
const milliseconds = (time: string): string => `pg_catalog.floor(EXTRACT(epoch FROM ${time}) * 1000)`;
const nameOf = (schema: string, name: string): string => `pg_catalog.jsonb_build_object('schema', ${schema}, 'name', ${name})`;
const setting = (name: string): string => `pg_catalog.current_setting('${name}')`;

/** Of names by their numbers in the relation; null where the number is that of an expression. */
const columnNames = (relation: string, numbers: string): string =>
  list(`SELECT pg_catalog.jsonb_agg(named.attname ORDER BY numbered.place) FROM pg_catalog.unnest(${numbers}) WITH ORDINALITY AS numbered (number, place) LEFT JOIN pg_catalog.pg_attribute named ON named.attrelid = ${relation} AND named.attnum = numbered.number AND numbered.number <> 0`);

const holds = `
  SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', h.kind, 'since', ${milliseconds("h.since")})) FROM (
    SELECT 'transaction' AS kind, pg_catalog.min(xact_start) AS since FROM pg_catalog.pg_stat_activity
    WHERE pid <> pg_catalog.pg_backend_pid() AND datname = pg_catalog.current_database() AND backend_type = 'client backend' AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) HAVING pg_catalog.min(xact_start) IS NOT NULL
    UNION ALL
    SELECT 'prepared transaction', pg_catalog.min(prepared) FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database() HAVING pg_catalog.min(prepared) IS NOT NULL
    UNION ALL
    SELECT 'replication slot', NULL::timestamptz FROM pg_catalog.pg_replication_slots WHERE xmin IS NOT NULL HAVING pg_catalog.count(*) > 0
  ) h`;

// A view, but its conditions on names reach the indexes of the catalog only table by table.
const columns = `
  SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull, 'target', NULLIF(a.attstattarget, -1),
    'known', (SELECT s.known FROM seen s WHERE s.attname = a.attname)
  ) ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const seen = `
  SELECT s.attname, pg_catalog.jsonb_build_object('distinct', s.n_distinct, 'nulls', s.null_frac, 'correlation', s.correlation) AS known
  FROM pg_catalog.pg_stats s WHERE s.schemaname = r.schema AND s.tablename = r.name AND s.inherited = (r.relkind = 'p')`;

const indexes = `
  SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'name', x.relname, 'definition', pg_catalog.pg_get_indexdef(i.indexrelid), 'method', m.amname, 'unique', i.indisunique, 'partial', i.indpred IS NOT NULL,
    'valid', i.indisvalid AND i.indisready,
    'constraint', (SELECT CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' ELSE 'exclude' END FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') LIMIT 1),
    'keys', ${columnNames("i.indrelid", "(i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]")},
    'bytes', CASE WHEN r.scanned THEN pg_catalog.pg_relation_size(i.indexrelid) END,
    'scans', pg_catalog.pg_stat_get_numscans(i.indexrelid)
  ) ORDER BY x.relname)
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam
  WHERE i.indrelid = r.oid AND i.indislive`;

const extended = `
  SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'schema', (SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid = e.stxnamespace), 'name', e.stxname, 'definition', pg_catalog.pg_get_statisticsobjdef(e.oid), 'columns', ${columnNames("e.stxrelid", "e.stxkeys::pg_catalog.int2[]")},
    'kinds', ${list("SELECT pg_catalog.jsonb_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv' ELSE 'expressions' END) FROM pg_catalog.unnest(e.stxkind) k")},
    'built', CASE WHEN r.readable THEN EXISTS (SELECT FROM pg_catalog.pg_stats_ext s WHERE s.schemaname = r.schema AND s.tablename = r.name AND s.statistics_name = e.stxname) END
  ) ORDER BY e.stxname)
  FROM pg_catalog.pg_statistic_ext e WHERE e.stxrelid = r.oid`;

const relation = `
  pg_catalog.jsonb_build_object(
    'schema', r.schema, 'name', r.name, 'scanned', r.scanned,
    'kind', CASE r.relkind WHEN 'p' THEN 'partitioned table' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END,
    'parent', (SELECT ${nameOf("n.nspname", "p.relname")} FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace WHERE h.inhrelid = r.oid ORDER BY h.inhseqno LIMIT 1),
    'planner', CASE WHEN r.reltuples >= 0 AND NOT (r.reltuples = 0 AND r.relpages = 0 AND ${setting("server_version_num")}::int < 140000) THEN pg_catalog.jsonb_build_object('rows', r.reltuples, 'pages', r.relpages) END,
    'bytes', CASE WHEN r.scanned AND r.relkind IN ('r', 'm', 't') THEN pg_catalog.pg_relation_size(r.oid) END,
    'counted', pg_catalog.jsonb_build_object('live', pg_catalog.pg_stat_get_live_tuples(r.oid), 'dead', pg_catalog.pg_stat_get_dead_tuples(r.oid), 'modified', pg_catalog.pg_stat_get_mod_since_analyze(r.oid)),
    'analyzed', ${milliseconds("GREATEST(pg_catalog.pg_stat_get_last_analyze_time(r.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(r.oid))")},
    'vacuumed', ${milliseconds("GREATEST(pg_catalog.pg_stat_get_last_vacuum_time(r.oid), pg_catalog.pg_stat_get_last_autovacuum_time(r.oid))")},
    'options', COALESCE((SELECT pg_catalog.jsonb_object_agg(o.option_name, o.option_value) FROM pg_catalog.pg_options_to_table(r.reloptions) o WHERE o.option_name LIKE 'autovacuum%'), '{}'),
    'readable', r.readable,
    'columns', (WITH seen AS MATERIALIZED (${seen}) SELECT ${list(columns)}),
    'indexes', ${list(indexes)},
    'extended', ${list(extended)}
  )`;

/** $1: names of relations, $2: names of triggers. */
const question = `
  WITH asked AS MATERIALIZED (
    SELECT c.oid, a.place FROM pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb) WITH ORDINALITY AS a (name, place)
    JOIN pg_catalog.pg_namespace n ON n.nspname = a.name ->> 'schema' JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.name ->> 'name'
  ), run AS MATERIALIZED (
    SELECT k.conrelid, k.confrelid FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
    WHERE k.contype = 'f' AND t.tgname IN (SELECT pg_catalog.jsonb_array_elements_text($2::pg_catalog.jsonb))
  ), near AS MATERIALIZED (
    SELECT oid, pg_catalog.min(place) AS place FROM (
      SELECT oid, place FROM asked
      UNION ALL SELECT conrelid, 1000 FROM run UNION ALL SELECT confrelid, 1000 FROM run
      UNION ALL SELECT h.inhparent, 2000 FROM asked JOIN pg_catalog.pg_inherits h ON h.inhrelid = asked.oid
    ) every GROUP BY oid ORDER BY 2 LIMIT 80
  ), related AS MATERIALIZED (
    SELECT c.oid, near.place, near.place < 1000 AS scanned, n.nspname AS schema, c.relname AS name, c.relkind, c.reltuples, c.relpages, c.reloptions,
      pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT pg_catalog.row_security_active(c.oid) AS readable
    FROM near JOIN pg_catalog.pg_class c ON c.oid = near.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'f', 't')
  )
  SELECT pg_catalog.jsonb_build_object(
    'at', ${milliseconds("pg_catalog.clock_timestamp()")},
    'server', pg_catalog.jsonb_build_object(
      'counts', ${setting("track_counts")}::pg_catalog.bool,
      'autovacuum', pg_catalog.jsonb_build_object('enabled', ${setting("autovacuum")}::pg_catalog.bool,
        'analyzeThreshold', ${setting("autovacuum_analyze_threshold")}::pg_catalog.float8, 'analyzeScaleFactor', ${setting("autovacuum_analyze_scale_factor")}::pg_catalog.float8,
        'vacuumThreshold', ${setting("autovacuum_vacuum_threshold")}::pg_catalog.float8, 'vacuumScaleFactor', ${setting("autovacuum_vacuum_scale_factor")}::pg_catalog.float8),
      'target', ${setting("default_statistics_target")}::pg_catalog.int4,
      'sharedBuffers', (SELECT setting::pg_catalog.int8 FROM pg_catalog.pg_settings WHERE name = 'shared_buffers'),
      'reset', (SELECT ${milliseconds("pg_catalog.pg_stat_get_db_stat_reset_time(d.oid)")} FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()),
      'holds', ${list(holds)}),
    'relations', ${list(`SELECT pg_catalog.jsonb_agg(${relation} ORDER BY r.place, r.oid) FROM related r`)},
    'foreignKeys', ${list(`
      SELECT pg_catalog.jsonb_agg(k.found) FROM (
        SELECT pg_catalog.jsonb_build_object('name', k.conname, 'table', ${nameOf("tn.nspname", "t.relname")}, 'columns', ${columnNames("k.conrelid", "k.conkey")},
          'references', ${nameOf("fn.nspname", "f.relname")}, 'referencedColumns', ${columnNames("k.confrelid", "k.confkey")}) AS found
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class t ON t.oid = k.conrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
        JOIN pg_catalog.pg_class f ON f.oid = k.confrelid JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
        WHERE k.contype = 'f' AND (k.conrelid IN (SELECT oid FROM related) OR k.confrelid IN (SELECT oid FROM related))
        ORDER BY tn.nspname, t.relname, k.conname LIMIT 200
      ) k`)}
  )`;
