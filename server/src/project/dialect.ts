// Whether SQL is for another database system than Postgres: its folder's name says so, or its first lines do.

import { relativePath } from "./paths";

const systems = new Map([
  ["mysql", "mysql"], ["mysql2", "mysql"], ["mariadb", "mariadb"],
  ["sqlite", "sqlite"], ["sqlite3", "sqlite"], ["libsql", "sqlite"], ["turso", "sqlite"], ["d1", "sqlite"],
  ["mssql", "mssql"], ["sqlserver", "mssql"], ["oracle", "oracle"],
  ["clickhouse", "clickhouse"], ["cockroach", "cockroachdb"], ["cockroachdb", "cockroachdb"], ["crdb", "cockroachdb"],
  ["cassandra", "cassandra"], ["scylla", "cassandra"], ["snowflake", "snowflake"], ["bigquery", "bigquery"], ["redshift", "redshift"],
  ["duckdb", "duckdb"], ["h2", "h2"], ["hsqldb", "hsqldb"], ["derby", "derby"], ["db2", "db2"], ["spanner", "spanner"], ["singlestore", "singlestore"],
]); // prettier-ignore

/** The system that a part of a relative path names: `clickhouse` of `db/clickhouse/migrations/1.sql`. */
export function foreignFolder(path: string): string | null {
  const words = path
    .toLowerCase()
    .split("/")
    .flatMap((part) => [part, ...part.split(/[^a-z0-9]+/)]);
  // `postgres-to-clickhouse` and `mysql/postgres` name both: nothing is told.
  if (words.some((word) => /^(?:postgres(?:ql)?|pg|timescale(?:db)?|supabase|neon)$/.test(word))) return null;
  for (const word of words) {
    const system = systems.get(word);
    if (system !== undefined) return system;
  }
  return null;
}

/** `x.mysql.up.sql`, `schema.sqlite.sql`: one file for each system. Only a part between dots says so. */
export function foreignName(name: string): string | null {
  for (const part of name.toLowerCase().split(".").slice(1, -1)) {
    const system = systems.get(part);
    if (system !== undefined) return system;
  }
  return null;
}

export function foreignPath(root: string, file: string): string | null {
  return foreignFolder(relativePath(root, file).split("/").slice(0, -1).join("/"));
}

/** Words that Postgres's grammar does not have, and that files of the other system rarely do without. */
const signs: readonly (readonly [string, RegExp])[] = [
  ["clickhouse", /\bENGINE\s*=?\s*(?:\w*MergeTree|Memory|Distributed|Kafka|Null)\b|\bLowCardinality\s*\(/i],
  ["mysql", /\bENGINE\s*=\s*(?:InnoDB|MyISAM)\b|\bAUTO_INCREMENT\b|^\s*(?:CREATE TABLE|ALTER TABLE|INSERT INTO|DROP TABLE)(?: IF (?:NOT )?EXISTS)?\s+`/im],
  ["sqlite", /\bAUTOINCREMENT\b|^\s*PRAGMA\s+\w+/im],
  ["mssql", /^\s*GO\s*$|\bIDENTITY\s*\(\s*1\s*,\s*1\s*\)|\bNVARCHAR\s*\(\s*MAX\s*\)|\[dbo\]\./im],
];

/**
 * The other system that a text is written for, by words that Postgres cannot read; null where none stands out.
 * Comments and strings are not told apart from code: it is asked of whole files, and needs no more.
 */
export function foreignText(text: string): string | null {
  const head = text.slice(0, 20_000);
  if (/\$\$|\bplpgsql\b|::\w|\bjsonb\b|\btimestamptz\b|\bUSING\s+gin\b|\bgen_random_uuid\b/i.test(head)) return null;
  return signs.find(([, sign]) => sign.test(head))?.[0] ?? null;
}
