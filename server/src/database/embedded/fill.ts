// Fills the tables of the embedded database, so that plans tell more than which index could be used.

import { insertRows } from "./madeUpRows";
import { readTableShapes } from "./tableShapes";
import type { Session } from "../session";

export interface Filled {
  /** How many tables have rows now. */
  readonly tables: number;
  /** Those that no such row fits, with what Postgres says. */
  readonly empty: readonly { readonly table: string; readonly message: string }[];
}

/** The same number of rows in each, keys that fit, and statistics. */
export async function fillTables(session: Session, count: number): Promise<Filled> {
  const shapes = await readTableShapes(session);
  const byOid = new Map(shapes.map((shape) => [shape.oid, shape]));
  const empty: { table: string; message: string }[] = [];
  // Neither triggers nor foreign keys: rows of one table refer to those of another that come later.
  await session.query("SET session_replication_role = replica");
  for (const shape of shapes) {
    if (shape.columns.length === 0) continue;
    try {
      await session.query(insertRows(shape, byOid, count));
      for (const { sequence } of shape.columns) if (sequence !== null) await session.query("SELECT pg_catalog.setval($1::pg_catalog.regclass, $2::bigint)", [sequence, String(count)]);
    } catch (error) {
      empty.push({ table: shape.name, message: error instanceof Error ? error.message : String(error) });
    }
  }
  await session.query("RESET session_replication_role; ANALYZE");
  return { tables: shapes.length - empty.length, empty };
}
