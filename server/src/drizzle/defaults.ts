// A default that the code gives as a value, in SQL.

import { plainOf } from "./builtins";
import type { Release } from "./names";
import { quoted } from "./orm/fragment";
import type { Column } from "./orm/model";
import { textOf, type Value } from "./values";

/** Null: it is not known. */
export function defaultText(value: Exclude<Value, { kind: "sql" }>, column: Column, type: string, release: Release): string | null {
  if (value.kind === "primitive") {
    if (value.value === undefined || value.value === null) return "NULL";
    // Stable drizzle-kit takes a text to be JSON already.
    if (isJson(column) && column.dimensions.length === 0 && (release === "rc" || typeof value.value !== "string")) return `${quoted(JSON.stringify(value.value))}::${type}`;
    if (typeof value.value === "string" || typeof value.value === "bigint") return quoted(String(value.value));
    return String(value.value);
  }
  const date = dateOf(value);
  if (date !== null) return quoted(dateText(date, type));
  if (value.kind === "array" && column.dimensions.length > 0) {
    const text = arrayText(value);
    return text === null ? null : quoted(text);
  }
  const known = plainOf(value);
  if (known === undefined) return null;
  if (isJson(column)) return `${quoted(JSON.stringify(known.value))}::${type}`;
  return quoted(column.type === "point" && Array.isArray(known.value) ? `(${known.value.join(",")})` : JSON.stringify(known.value));
}

const isJson = (column: Column): boolean => column.type === "json" || column.type === "jsonb";

/** `new Date(...)`, as ISO 8601. */
function dateOf(value: Value): string | null {
  return value.kind === "object" && value.properties.size === 1 ? textOf((value).properties.get("toISOString")?.value) : null;
}

/** drizzle-kit writes the time without its zone where the type has none. */
function dateText(iso: string, type: string): string {
  if (type === "date") return iso.slice(0, 10);
  return type === "timestamp" ? iso.slice(0, 23).replace("T", " ") : iso;
}

function arrayText(value: Value): string | null {
  if (value.kind !== "array") {
    const plain = plainOf(value);
    if (plain === undefined) return null;
    if (typeof plain.value === "string") return `"${plain.value.replaceAll(/["\\]/g, "\\$&")}"`;
    return typeof plain.value === "object" && plain.value !== null ? `"${JSON.stringify(plain.value).replaceAll(/["\\]/g, "\\$&")}"` : String(plain.value);
  }
  const items = value.rest ? [null] : value.items.map(arrayText);
  return items.includes(null) ? null : `{${items.join(",")}}`;
}
