// The names that drizzle-kit gives to what the code does not name, and the casing of columns.

import type { Casing, Column, Table } from "./orm/model";

/** Which of Drizzle's two lines a project uses: 0.x, or 1.0 from its release candidates on. */
export type Release = "stable" | "rc";

export interface Naming {
  readonly release: Release;
  /** Of drizzle.config; null for release candidates, which ask only the code. */
  readonly casing: Casing;
}

/** The release candidates know letters beyond ASCII; stable Drizzle leaves them out. */
const word: Readonly<Record<Release, RegExp>> = {
  stable: /[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g,
  rc: /[\d\p{Ll}\p{Lo}]+|\p{Lu}+(?![\p{Ll}\p{Lo}])|\p{Lu}[\d\p{Ll}\p{Lo}]+/gu,
};

function cased(key: string, casing: Casing, release: Release): string {
  const words = key.replaceAll(/['\u2019]/g, "").match(word[release]) ?? [];
  if (casing === "snake_case") return words.map((each) => each.toLowerCase()).join("_");
  if (casing === "camelCase") return words.map((each, i) => (i === 0 ? each.toLowerCase() : `${each[0]!.toUpperCase()}${each.slice(1)}`)).join("");
  return key;
}

const casingOf = (table: Table, { casing }: Naming): Casing => (table.casing !== "project" ? table.casing : casing);

export function columnName(column: Column, naming: Naming): string {
  return column.name ?? cased(column.key, casingOf(column.table, naming), naming.release);
}

const uncased = (column: Column): string => column.name ?? column.key;

/** Stable Drizzle makes the name of the keys, and puts the columns' names in their place one by one, wherever they stand first. */
function recased(name: string, columns: readonly Column[], naming: Naming): string {
  if (naming.release === "rc" || naming.casing === null) return name;
  return columns.reduce((made, column) => made.replace(uncased(column), columnName(column, naming)), name);
}

const namesFor = (columns: readonly Column[], naming: Naming): readonly string[] => columns.map(naming.release === "rc" ? (column) => columnName(column, naming) : uncased);

export function foreignKeyName(table: Table, columns: readonly Column[], foreign: readonly Column[], naming: Naming): string {
  const end = naming.release === "rc" ? "fkey" : "fk";
  const name = [table.name, ...namesFor(columns, naming), foreign[0]?.table.name ?? "", ...namesFor(foreign, naming), end].join("_");
  const whole = recased(recased(name, columns, naming), foreign, naming);
  if (naming.release === "stable" || whole.length <= 63) return whole;
  return table.name.length < 45 ? `${table.name}_${hash(whole)}_${end}` : `${hash(whole)}_${end}`;
}

/** Null: Postgres chooses it. */
export function primaryKeyName(table: Table, columns: readonly Column[], naming: Naming): string | null {
  if (naming.release === "rc") return columns.length === 1 ? null : `${table.name}_pkey`;
  return recased([table.name, ...namesFor(columns, naming), "pk"].join("_"), columns, naming);
}

/** Of `unique()` in the third argument; stable Drizzle makes it of the keys, whatever the casing. */
export function uniqueName(table: Table, columns: readonly Column[], naming: Naming): string | null {
  if (naming.release === "rc" && columns.length === 1) return null;
  return [table.name, ...namesFor(columns, naming), "unique"].join("_");
}

/** Of `.unique()` at a column. */
export function columnUniqueName(column: Column, naming: Naming): string | null {
  return naming.release === "rc" ? null : [column.table.name, uncased(column), "unique"].join("_");
}

export function indexName(table: Table, columns: readonly string[]): string {
  return [table.name, ...columns, "index"].join("_");
}

const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Twelve digits of base 62, as drizzle-kit shortens names with. */
function hash(text: string): string {
  const modulus = 62n ** 12n;
  let sum = 0n;
  let power = 1n;
  for (const character of text) {
    sum = (sum + BigInt(character.codePointAt(0)!) * power) % modulus;
    power = (power * 53n) % modulus;
  }
  let made = "";
  for (let rest = sum, i = 0; i < 12; i++, rest /= 62n) made = digits[Number(rest % 62n)]! + made;
  return made;
}
