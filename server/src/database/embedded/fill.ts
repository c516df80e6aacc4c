// Fills the tables of the embedded database, so that plans tell more than which index could be used.

import { insertRows } from "./madeUpRows";
import { References } from "./references";
import { countRows, type Counted, type RowCounts } from "./rowCounts";
import { readTableShapes, type TableShape } from "./tableShapes";
import { codeOf } from "../faults";
import type { Session } from "../session";

export interface Filled extends Pick<Counted, "unknown" | "held"> {
  /** Those that have rows now, in the order of the schema. */
  readonly tables: readonly { readonly table: string; readonly count: number; /** Asked for by its name. */ readonly isNamed: boolean }[];
  /** Those that no such row fits, with what Postgres says. */
  readonly empty: readonly { readonly table: string; readonly message: string }[];
  /** Those that had no partition for any row: one was made. */
  readonly partitioned: readonly string[];
}

/** Rows with keys that fit, and statistics. */
export async function fillTables(session: Session, asked: RowCounts): Promise<Filled> {
  const partitioned = await makePartitions(session);
  const shapes = await readTableShapes(session);
  const byOid = new Map(shapes.map((shape) => [shape.oid, shape]));
  const references = new References(byOid);
  const { counts, named, unknown, held } = countRows(byOid, references, asked);
  const tables: { table: string; count: number; isNamed: boolean }[] = [];
  const empty: { table: string; message: string }[] = [];
  // Neither triggers nor foreign keys: rows of one table refer to those of another that come later.
  await session.query("SET session_replication_role = replica");
  for (const shape of shapes) {
    const count = counts.get(shape.oid) ?? 0;
    if (shape.columns.length === 0 || count === 0) continue;
    try {
      await fill(session, shape, (plain) => insertRows(shape, references, counts, plain));
      for (const { sequence } of shape.columns) if (sequence !== null) await session.query("SELECT pg_catalog.setval($1::pg_catalog.regclass, $2::bigint)", [sequence, String(count)]);
      tables.push({ table: shape.name, count, isNamed: named.has(shape.oid) });
    } catch (error) {
      empty.push({ table: shape.name, message: error instanceof Error ? error.message : String(error) });
    }
  }
  await session.query("RESET session_replication_role; SELECT pg_catalog.pg_stat_force_next_flush()");
  // What was counted before it would be added to what it counts.
  await session.query("ANALYZE");
  return { tables, empty, unknown, held, partitioned };
}

/** A check that made up values do not meet holds of the columns' defaults, as a rule, or of NULL. */
async function fill(session: Session, { checked }: TableShape, insert: (plain: ReadonlySet<string>) => string): Promise<void> {
  const plain = new Set<string>();
  for (;;) {
    try {
      await session.query(insert(plain));
      return;
    } catch (error) {
      const name = codeOf(error) === "23514" && error instanceof Error ? /check constraint "(.*)"$/.exec(error.message)?.[1] : undefined;
      const columns = checked.find((check) => check.name === name)?.columns.filter((column) => !plain.has(column)) ?? [];
      if (columns.length === 0) throw error;
      for (const column of columns) plain.add(column);
    }
  }
}

/** Partitions that the project makes while it runs are not in its schema. */
async function makePartitions(session: Session): Promise<readonly string[]> {
  const made: string[] = [];
  // One that is made may be partitioned in its turn no more.
  const rows = await session.query(
    `SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', n.nspname, left(c.relname, 50) || '_rows'), CASE p.partstrat WHEN 'h' THEN 'FOR VALUES WITH (MODULUS 1, REMAINDER 0)' ELSE 'DEFAULT' END
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_partitioned_table p ON p.partrelid = c.oid
     WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) ORDER BY c.oid`,
  );
  for (const [table, partition, bounds] of rows) {
    try {
      await session.query(`CREATE TABLE ${partition!} PARTITION OF ${table!} ${bounds!}`);
      made.push(table!);
    } catch {
      // Its rows find no place then, which is said.
    }
  }
  return made;
}
