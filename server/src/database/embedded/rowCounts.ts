// How many rows are made up for each table.

import type { References, Tables } from "./references";
import type { TableShape } from "./tableShapes";

/** As it was asked for. */
export interface RowCounts {
  /** For each table that has no count of its own; 0: none. */
  readonly each: number;
  /** By a table's name: `orders`, `public.orders`. */
  readonly tables: Readonly<Record<string, number>>;
}

/** More do not fit the process's memory. */
export const mostRows = 1_000_000;

export const noRows: RowCounts = { each: 0, tables: {} };

export const wantsRows = ({ each, tables }: RowCounts): boolean => each > 0 || Object.values(tables).some((count) => count > 0);

/** How many rows refer to the same one, where there are as many to refer to. */
export const childrenOfOne = 10;

export interface Counted {
  /** By oid. */
  readonly counts: ReadonlyMap<string, number>;
  /** By oid: those with a count of their own. */
  readonly named: ReadonlyMap<string, number>;
  /** Names that no table has. */
  readonly unknown: readonly string[];
  /** Tables that have fewer than they were to have by name, since each of their rows refers to another one there. */
  readonly held: readonly { readonly table: string; readonly target: string; readonly count: number }[];
}

/** Where only some tables have a count, what they refer to gets as many as their rows need, and all others none. */
export function countRows(tables: Tables, references: References, asked: RowCounts): Counted {
  const named = new Map<string, number>();
  const unknown: string[] = [];
  for (const [name, count] of Object.entries(asked.tables)) {
    const found = [...tables.values()].filter((table) => isNamed(table, name));
    for (const { oid } of found) named.set(oid, Math.min(count, mostRows));
    if (found.length === 0) unknown.push(name);
  }
  const counts = new Map([...tables.keys()].map((oid) => [oid, named.get(oid) ?? Math.min(asked.each, mostRows)]));
  const all = [...tables.values()].flatMap((table) => references.to(table).map((reference) => ({ table, ...reference })));
  const settle = (step: (each: (typeof all)[number], count: number, targets: number) => boolean): void => {
    // Each round ends a chain of references one further, and numbers go in one direction only.
    for (let round = 0; round <= tables.size; round++) if (!all.some((each) => step(each, counts.get(each.table.oid)!, counts.get(each.target.oid)!))) return;
  };
  if (asked.each === 0) {
    settle(({ target, isOneToOne }, count, targets) => {
      const needed = isOneToOne ? count : Math.ceil(count / childrenOfOne);
      if (named.has(target.oid) || needed <= targets) return false;
      counts.set(target.oid, needed);
      return true;
    });
  }
  const held = new Map<string, Counted["held"][number]>();
  settle(({ table, target, isOneToOne }, count, targets) => {
    if (!isOneToOne || count <= targets) return false;
    counts.set(table.oid, targets);
    if (named.has(table.oid)) held.set(table.oid, { table: table.name, target: target.name, count: targets });
    return true;
  });
  return { counts, named, unknown, held: [...held.values()] };
}

function isNamed({ parts: [schema, table] }: TableShape, name: string): boolean {
  return name === table || name === `${schema}.${table}`;
}
