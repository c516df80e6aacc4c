// What the rows of a table refer to, and which of its columns make them different from each other.

import type { ColumnShape, TableShape } from "./tableShapes";

export interface Reference {
  readonly target: TableShape;
  readonly refColumn: ColumnShape;
  readonly isOwn: boolean;
  /** Each row has another one there. */
  readonly isOneToOne: boolean;
}

/** By a table's oid. */
export type Tables = ReadonlyMap<string, TableShape>;

export class References {
  private readonly distinct = new Map<TableShape, ReadonlySet<string>>();

  constructor(private readonly tables: Tables) {}

  of(table: TableShape, column: ColumnShape): Reference | null {
    for (const key of table.foreignKeys) {
      const at = key.columns.indexOf(column.name);
      const target = at < 0 ? undefined : this.tables.get(key.table);
      const refColumn = target?.columns.find(({ name }) => name === key.refColumns[at]);
      if (target && refColumn && !(target === table && refColumn === column)) {
        // All columns of a key refer to the same row.
        return { target, refColumn, isOwn: target === table, isOneToOne: key.columns.some((name) => this.distinctOf(table).has(name)) };
      }
    }
    return null;
  }

  /** All of a table, but those to itself. */
  to(table: TableShape): readonly Reference[] {
    return table.columns.flatMap((column) => this.of(table, column) ?? []).filter(({ isOwn }) => !isOwn);
  }

  /** In each key one column that is different in every row: then the key is. */
  distinctOf(table: TableShape): ReadonlySet<string> {
    const known = this.distinct.get(table);
    if (known) return known;
    const chosen = new Set<string>();
    // Known before it is whole: tables refer to each other in circles.
    this.distinct.set(table, chosen);
    const byLength = [...table.uniques].filter((columns) => columns.length > 0).sort((a, b) => a.length - b.length);
    for (const columns of byLength) {
      if (columns.some((name) => chosen.has(name))) continue;
      const able = columns.filter((name) => canBeDistinct(table.columns.find((column) => column.name === name)));
      const refers = (name: string): boolean => table.foreignKeys.some((key) => key.columns.includes(name));
      chosen.add(able.find((name) => !refers(name)) ?? able.find((name) => this.refersToDistinct(table, name)) ?? able[0] ?? columns[0]!);
    }
    return chosen;
  }

  /** What it refers to is different in every row there. */
  private refersToDistinct(table: TableShape, name: string): boolean {
    const key = table.foreignKeys.find(({ columns }) => columns.includes(name));
    const target = key && this.tables.get(key.table);
    return target !== undefined && this.distinctOf(target).has(key!.refColumns[key!.columns.indexOf(name)]!);
  }
}

const canBeDistinct = (column: ColumnShape | undefined): boolean => column !== undefined && column.base !== "bool" && column.labels === null;
