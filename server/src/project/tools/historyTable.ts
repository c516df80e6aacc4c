// What a tool's own table tells of a history: which of its versions have run. Pure; database/ reads the rows.

import type { History } from "./tool";

export interface TableName {
  /** Null: where the connection's search path finds it. */
  readonly schema: string | null;
  readonly name: string;
}

/** Values as the server writes them: booleans are `t` and `f`. */
export type HistoryRow = Readonly<Record<string, string | null>>;

export interface HistoryTable {
  /** Where the tool puts it unless it is told otherwise. */
  readonly name: TableName;
  /** Gives the rows in the order in which versions were applied. `table` is quoted. */
  readonly query: (table: string) => string;
  readonly applied: (rows: readonly HistoryRow[], question: AppliedQuestion) => Applied;
}

export interface KnownVersion {
  readonly id: string;
  readonly file: string;
}

export interface AppliedQuestion {
  readonly history: History;
  /** In the order in which they run. */
  readonly versions: readonly KnownVersion[];
  readonly text: (file: string) => string | null;
}

export interface Applied {
  /** Ids of the history's versions that have run, in the order in which they did, as far as the table keeps it. */
  readonly versions: readonly string[];
  /** What the table lists and no file is there for, as the table calls it. */
  readonly missing: readonly string[];
}

/** Versions by their keys: a row has one, and means every version that has it. */
export function byKey(rows: readonly { readonly key: string; readonly name: string }[], versions: readonly KnownVersion[], keyOf: (version: KnownVersion) => string | null): Applied {
  const known = new Map<string, string[]>();
  for (const version of versions) {
    const key = keyOf(version);
    if (key !== null) known.set(key, [...(known.get(key) ?? []), version.id]);
  }
  return {
    versions: [...new Set(rows.flatMap(({ key }) => known.get(key) ?? []))],
    missing: rows.filter(({ key }) => !known.has(key)).map(({ name }) => name),
  };
}

/** A column whose text is both. */
export function named(rows: readonly HistoryRow[], column: string, keyOf: (text: string) => string = (text) => text): { key: string; name: string }[] {
  return rows.flatMap((row) => (row[column] == null ? [] : [{ key: keyOf(row[column]), name: row[column] }]));
}

/** `0042` and `42` are one number to most tools. */
export function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}
