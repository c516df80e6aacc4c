// What statements say of an object and the model has no field for: kept on the object itself, so that every copy of it
// carries it on, and read by the printer alone.

import type { Column, Constraint, Index, Option, QualifiedName, Sequence, Table, View } from "../model";

interface KeyExtras {
  /** Storage parameters of the key's index. */
  readonly with?: readonly Option[];
  readonly tablespace?: string | null;
  /** What the index calls its columns: a rename leaves that as it was, and copies are named after it. */
  readonly columnNames?: readonly string[];
}
interface IndexExtras {
  readonly columnNames?: readonly string[];
}
interface ColumnExtras {
  /** ALTER COLUMN ... SET (n_distinct = ...). */
  readonly options?: readonly Option[];
}
interface TableExtras {
  readonly foreignOptions?: readonly Option[];
  /** CREATE TABLE ... OF. */
  readonly ofType?: QualifiedName | null;
}
interface ViewExtras {
  /** ALTER VIEW ... ALTER COLUMN ... SET DEFAULT, by column. */
  readonly defaults?: Readonly<Record<string, string>>;
}
interface SequenceExtras {
  readonly unlogged?: boolean;
}

export const keyExtras = (constraint: Constraint): KeyExtras => constraint as Constraint & KeyExtras;
export const indexExtras = (index: Index): IndexExtras => index as Index & IndexExtras;
export const columnExtras = (column: Column): ColumnExtras => column as Column & ColumnExtras;
export const tableExtras = (table: Table): TableExtras => table as Table & TableExtras;
export const viewExtras = (view: View): ViewExtras => view as View & ViewExtras;
export const sequenceExtras = (sequence: Sequence): SequenceExtras => sequence as Sequence & SequenceExtras;

export const withKeyExtras = <T extends Constraint>(constraint: T, extras: KeyExtras): T => ({ ...constraint, ...extras });
export const withIndexExtras = (index: Index, extras: IndexExtras): Index => ({ ...index, ...extras });
export const withColumnExtras = (column: Column, extras: ColumnExtras): Column => ({ ...column, ...extras });
export const withTableExtras = (table: Table, extras: TableExtras): Table => ({ ...table, ...extras });
export const withViewExtras = (view: View, extras: ViewExtras): View => ({ ...view, ...extras });
export const withSequenceExtras = (sequence: Sequence, extras: SequenceExtras): Sequence => ({ ...sequence, ...extras });
