// A default that the code gives as a value, in SQL, as drizzle-kit writes it for each kind of type.

import { plainOf } from "./builtins";
import type { Release } from "./names";
import { quoted } from "./orm/fragment";
import type { Column } from "./orm/model";
import type { Value } from "./values";

/** `type` is the column's, in SQL. Null: the default is not known. */
export function defaultText(value: Exclude<Value, { kind: "sql" }>, column: Column, type: string, release: Release): string | null {
  const plain = plainOf(value);
  if (plain === undefined) return null;
  if (plain.value === null && !isJson(type)) return "NULL";
  const base = type.replace(/(?:\[\d*\])+$/, "");
  const depth = column.dimensions.length;
  if (release === "stable") return stableText(plain.value, base, depth);
  const isEnum = column.type === "enum";
  const text = depth > 0 && Array.isArray(plain.value) ? quoted(listText(plain.value, (item) => nextItem(item, base, isEnum))) : nextText(plain.value, base, isEnum);
  // One pair of brackets stands for any number of dimensions.
  return depth > 0 || isEnum ? `${text}::${base}${depth > 0 ? "[]" : ""}` : text;
}

const isJson = (type: string): boolean => /^jsonb?$/.test(type);
const isZoned = (type: string): boolean => type.endsWith("with time zone");

function listText(values: readonly unknown[], itemText: (item: unknown) => string): string {
  return `{${values.map((item) => (Array.isArray(item) ? listText(item, itemText) : itemText(item))).join(",")}}`;
}

const inQuotes = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/** 0.x: by the value, hardly by the type. */
function stableText(value: unknown, type: string, depth: number): string {
  if (depth > 0 && Array.isArray(value)) return quoted(listText(value, (item) => stableItem(item, type)));
  // A text for JSON is taken to be JSON already.
  if (typeof value === "string" || typeof value === "bigint") return quoted(String(value));
  if (isJson(type)) return `${quoted(JSON.stringify(value))}::${type}`;
  if (value instanceof Date) return quoted(stableDate(value, type));
  if (type === "point" && Array.isArray(value)) return quoted(`(${value.join(",")})`);
  return typeof value === "object" ? quoted(plainText(value)) : plainText(value);
}

function plainText(value: unknown): string {
  return typeof value === "string" || typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

function stableItem(item: unknown, type: string): string {
  if (item instanceof Date) return inQuotes(stableDate(item, type));
  if (typeof item === "string") return inQuotes(item);
  return typeof item === "object" && item !== null ? inQuotes(JSON.stringify(item)) : String(item);
}

/** The time without its zone where the type has none. */
function stableDate(date: Date, type: string): string {
  const iso = date.toISOString();
  if (type === "date") return iso.slice(0, 10);
  return type === "timestamp" ? iso.slice(0, 23).replace("T", " ") : iso;
}

/** 1.0: by the type. */
function nextText(value: unknown, type: string, isEnum: boolean): string {
  if (isEnum) return quoted(String(value));
  if (isJson(type)) return quoted(JSON.stringify(value));
  if (/^(?:time|date)/.test(type)) return quoted(nextTime(value, type));
  if (/^(?:small|big)?int|^real|^double|^boolean/.test(type)) return String(value);
  if (/^(?:text|varchar|char)/.test(type)) return quoted(String(value).replaceAll("\\", "\\\\"));
  if (/^(?:half)?vec/.test(type) && Array.isArray(value)) return quoted(`[${value.join(",")}]`);
  const [x, y, z] = (typeof value === "object" && value !== null ? Object.values(value) : []) as unknown[];
  if (type === "point") return quoted(`(${String(x)},${String(y)})`);
  if (type === "line") return quoted(`{${String(x)},${String(y)},${String(z)}}`);
  if (type.startsWith("geometry")) return quoted(`${/,(\d+)\)/.test(type) ? `SRID=${/,(\d+)\)/.exec(type)![1]!};` : ""}POINT(${String(x)} ${String(y)})`);
  return quoted(plainText(value));
}

function nextItem(item: unknown, type: string, isEnum: boolean): string {
  if (typeof item === "boolean" && type === "boolean") return item ? "t" : "f";
  if (isJson(type)) return inQuotes(JSON.stringify(item));
  if (type.startsWith("timestamp")) return `"${nextTime(item, type)}"`;
  if (/^(?:time|date)/.test(type)) return nextTime(item, type);
  const text = String(item);
  return /["\\,]/.test(text) || (text === "" && !isEnum) || type.startsWith("interval") ? inQuotes(text) : text;
}

function nextTime(value: unknown, type: string): string {
  if (value instanceof Date) {
    const iso = value.toISOString();
    return type === "date" ? iso.slice(0, 10) : `${iso.slice(0, 23).replace("T", " ")}${isZoned(type) ? "+00" : ""}`;
  }
  const text = String(value);
  return isZoned(type) && !/(?:[+-]\d{2}(?::?\d{2})?|Z)$/i.test(text) ? `${text}+00` : text;
}
