// The tables of the embedded database, as far as rows for them are made up.

import type { Session } from "../session";

export interface TableShape {
  readonly oid: string;
  /** As it is written in SQL. */
  readonly name: string;
  /** The same without quotes, its schema and its own. */
  readonly parts: readonly [schema: string, table: string];
  readonly columns: readonly ColumnShape[];
  readonly foreignKeys: readonly { readonly columns: readonly string[]; readonly table: string; readonly refColumns: readonly string[] }[];
  /** The columns of its keys and unique indexes, those in expressions among them. */
  readonly uniques: readonly (readonly string[])[];
  /** Its checks, and those of its columns' domains, as Postgres writes them; VALUE is the column's name there. */
  readonly checks: readonly string[];
  /** The columns of each check, by its name. */
  readonly checked: readonly { readonly name: string; readonly columns: readonly string[] }[];
  /** Where no two ranges may overlap. */
  readonly exclusive: boolean;
}

export interface ColumnShape {
  /** As it is written in SQL. */
  readonly name: string;
  /** With its modifier: "numeric(10,2)". */
  readonly type: string;
  /** Of the type without its domain: "numeric"; of an array, of what it holds. */
  readonly base: string;
  readonly isArray: boolean;
  readonly isRange: boolean;
  readonly isComposite: boolean;
  /** Of an enum. */
  readonly labels: readonly string[] | null;
  /** As format_type has it behind the name: 10 and 2 of numeric(10,2), 3 of vector(3). */
  readonly modifiers: readonly number[];
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** A sequence goes on behind the rows that are made. */
  readonly sequence: string | null;
}

/** Without partitions: rows find theirs. Generated columns are left out. */
export async function readTableShapes(session: Session): Promise<readonly TableShape[]> {
  const rows = await session.query(shapes);
  return JSON.parse(rows[0]![0] ?? "[]") as TableShape[];
}

const shapes = `
WITH RECURSIVE bases (oid, base, checks) AS (
  SELECT oid, CASE WHEN typtype = 'd' THEN typbasetype ELSE oid END, typtype = 'd' FROM pg_type
), resolved AS (
  SELECT b.oid, coalesce(nullif(d.typbasetype, 0), b.base) AS base FROM bases b LEFT JOIN pg_type d ON d.oid = b.base AND d.typtype = 'd'
)
SELECT json_agg(json_build_object(
  'oid', c.oid::text,
  'name', format('%I.%I', n.nspname, c.relname),
  'parts', json_build_array(n.nspname, c.relname),
  'columns', (SELECT coalesce(json_agg(json_build_object(
      'name', quote_ident(a.attname),
      'type', format_type(a.atttypid, a.atttypmod),
      'base', coalesce(e.typname, r.typname, t.typname),
      'isArray', e.oid IS NOT NULL,
      'isRange', t.typtype IN ('r', 'm'),
      'isComposite', t.typtype = 'c',
      'labels', (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = coalesce(e.oid, t.oid)),
      'modifiers', (SELECT coalesce(json_agg(m[1]::int), '[]') FROM regexp_matches(substring(format_type(coalesce(nullif(w.typbasetype, 0), a.atttypid), CASE WHEN w.typtype = 'd' THEN w.typtypmod ELSE a.atttypmod END) FROM '\\((.*)\\)'), '\\d+', 'g') m),
      'notNull', a.attnotnull OR w.typnotnull,
      'hasDefault', a.atthasdef,
      'sequence', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)
    ) ORDER BY a.attnum), '[]')
    FROM pg_attribute a JOIN pg_type w ON w.oid = a.atttypid JOIN resolved s ON s.oid = w.oid JOIN pg_type t ON t.oid = s.base
      LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
      LEFT JOIN pg_range g ON g.rngtypid = t.oid OR g.rngmultitypid = t.oid LEFT JOIN pg_type r ON r.oid = g.rngsubtype
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
  'foreignKeys', (SELECT coalesce(json_agg(json_build_object(
      'columns', (SELECT json_agg(quote_ident(a.attname) ORDER BY k.i) FROM unnest(f.conkey) WITH ORDINALITY k (n, i) JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.n),
      'table', f.confrelid::text,
      'refColumns', (SELECT json_agg(quote_ident(a.attname) ORDER BY k.i) FROM unnest(f.confkey) WITH ORDINALITY k (n, i) JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.n)
    ) ORDER BY cardinality(f.conkey) DESC, f.oid), '[]')
    FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f'),
  'uniques', (SELECT coalesce(json_agg((SELECT coalesce(json_agg(DISTINCT quote_ident(a.attname)), '[]') FROM pg_depend d JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
        WHERE d.refobjid = c.oid AND d.refobjsubid > 0 AND (d.objid = x.indexrelid OR d.objid IN (SELECT k.oid FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = c.oid)))), '[]')
    FROM pg_index x WHERE x.indrelid = c.oid AND x.indisunique),
  'checks', (SELECT coalesce(json_agg(q.written), '[]') FROM (
      SELECT pg_get_expr(k.conbin, k.conrelid) AS written FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
      UNION ALL
      SELECT regexp_replace(pg_get_constraintdef(k.oid), '\\mVALUE\\M', quote_ident(a.attname), 'g') FROM pg_attribute a JOIN pg_constraint k ON k.contypid = a.atttypid AND k.contype = 'c' WHERE a.attrelid = c.oid AND a.attnum > 0
    ) q),
  'checked', (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'columns', (SELECT coalesce(json_agg(quote_ident(a.attname)), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey)))), '[]')
    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'),
  'exclusive', EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'x')
) ORDER BY c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;
