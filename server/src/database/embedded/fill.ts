// Fills the tables of the embedded database, so that plans tell more than which index could be used.

import { insertRows } from "./madeUpRows";
import { References } from "./references";
import { countRows, type Counted, type RowCounts } from "./rowCounts";
import { readTableShapes } from "./tableShapes";
import type { Session } from "../session";

export interface Filled extends Pick<Counted, "unknown" | "held"> {
  /** Those that have rows now, in the order of the schema. */
  readonly tables: readonly { readonly table: string; readonly count: number; /** Asked for by its name. */ readonly isNamed: boolean }[];
  /** Those that no such row fits, with what Postgres says. */
  readonly empty: readonly { readonly table: string; readonly message: string }[];
}

/** Rows with keys that fit, and statistics. */
export async function fillTables(session: Session, asked: RowCounts): Promise<Filled> {
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
      await session.query(insertRows(shape, references, counts));
      for (const { sequence } of shape.columns) if (sequence !== null) await session.query("SELECT pg_catalog.setval($1::pg_catalog.regclass, $2::bigint)", [sequence, String(count)]);
      tables.push({ table: shape.name, count, isNamed: named.has(shape.oid) });
    } catch (error) {
      empty.push({ table: shape.name, message: error instanceof Error ? error.message : String(error) });
    }
  }
  await session.query("RESET session_replication_role; ANALYZE");
  return { tables, empty, unknown, held };
}
