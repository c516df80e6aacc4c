// How indexes are tried, where a statement is explained as if they were there: made and rolled back in the embedded
// Postgres and on a local database, hypothetical (hypopg) on any other.

import type { Explanation } from "./explain";
import { DatabaseFault } from "./faults";
import type { Session } from "./session";
import type { TriedIndex } from "../sql/triedIndex";

export interface Trial {
  /** The indexes are made, not only imagined: the transaction may not be read-only. */
  readonly writes: boolean;
  readonly note: string;
  make(): Promise<void>;
  /** Takes back what the transaction's rollback would leave in the session; null: it leaves nothing. */
  readonly forget: (() => Promise<void>) | null;
}

/** In bytes: on a larger table no index is made to try it. */
const largestTable = 1_000_000_000;

/** Asks outside of a transaction. Throws a `DatabaseFault` where they cannot be tried. */
export async function trialOf(session: Session, { tried, mode, local, production }: Required<Pick<Explanation, "tried" | "mode" | "local" | "production">>): Promise<Trial> {
  const words = tried.length === 1 ? "this index" : "these indexes";
  const what = `With ${words} tried: ${tried.map(({ sql }) => sql).join("; ")}.`;
  if (session.kind === "embedded") return { writes: true, note: what, make: () => made(session, tried), forget: null };
  const [hypopg] = await session.query("SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'hypopg'");
  if (hypopg && mode === "plan") {
    const schema = hypopg[0]!;
    const made: string[] = [];
    return {
      writes: false,
      note: `${what} Hypothetical, by hypopg: planned, and not there.`,
      async make() {
        for (const { sql } of tried) made.push(await imagined(session, schema, sql));
      },
      // They belong to the session, which a pooler gives to others: with indexes of their own, perhaps.
      async forget() {
        for (const index of made) await session.query(`SELECT ${schema}.hypopg_drop_index($1::oid)`, [index]);
      },
    };
  }
  if (production) throw new DatabaseFault(`${words} cannot be tried on a connection that is marked production without hypopg${hypopg ? ", which serves plans that are not run" : ""}`);
  if (!local) throw new DatabaseFault(`${words} cannot be tried there: ${hypopg ? "hypopg serves plans that are not run" : "hypopg is not installed"}, and an index is made and rolled back only on a database that is marked local`);
  return { writes: true, note: `${what} Made, and rolled back.`, make: () => made(session, tried, largestTable), forget: null };
}

/** Its oid. What hypopg says of an index that it does not take is made of names. */
async function imagined(session: Session, schema: string, sql: string): Promise<string> {
  try {
    const rows = await session.query(`SELECT indexrelid FROM ${schema}.hypopg_create_index($1)`, [sql]);
    return rows[0]![0]!;
  } catch (error) {
    const said = error instanceof Error ? /^hypopg: (.*)/.exec(error.message)?.[1] : undefined;
    throw said === undefined ? error : new DatabaseFault(`hypopg cannot try this index: ${said}`);
  }
}

async function made(session: Session, tried: readonly TriedIndex[], largest = Infinity): Promise<void> {
  for (const { sql, table } of tried) {
    const size = largest === Infinity ? 0 : Number((await session.query("SELECT pg_catalog.pg_table_size($1::pg_catalog.regclass)", [table]))[0]![0]);
    if (size > largest) throw new DatabaseFault(`${table} has ${Math.round(size / 1e6)} MB, and an index is made to try it on tables of ${largest / 1e6} MB at most`);
    await session.query(sql);
  }
}
