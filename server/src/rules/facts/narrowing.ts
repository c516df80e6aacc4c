// What a change of a column's type does to values that the new type cannot hold: Postgres stops at the first of them, or
// keeps the part that fits. Shown on real servers by the proofs of migration/type-narrowing.

import { baseType, domainChain, isConstrained, userType } from "../../schema/domains";
import type { DataType } from "../../schema/model";
import type { SchemaView } from "../../schema/view";

export type Narrowing =
  /** Whatever the rows hold. */
  | { readonly outcome: "refused"; readonly code: "42804" }
  /** At the first row of which `when` is true. */
  | { readonly outcome: "fails"; readonly code: string; readonly when: string }
  /** Without a word. */
  | { readonly outcome: "loses"; readonly what: string };

/**
 * `cast`: by `::type` or CAST in USING, else as the plain ALTER does, by assignment. Null where every value is kept, and
 * where that is not known. What fails is told before what is lost.
 */
export function narrowing(view: SchemaView, from: DataType, to: DataType, column: string, cast: boolean): Narrowing | null {
  const checked = domainChain(view, to);
  const source = baseType(view, from);
  const target = baseType(view, to);
  const found = ofBase(view, source, target, column, cast);
  if (found === null && isConstrained(checked) && !sameType(from, to)) return { outcome: "fails", code: "23514", when: `domain ${checked[0]!.name} does not allow ${column}` };
  return found;
}

function sameType(a: DataType, b: DataType): boolean {
  return a.schema === b.schema && a.name === b.name && a.array === b.array;
}

/** Digits before the point that an integer of the type can need, and its bounds. */
const integers: Readonly<Record<string, { readonly digits: number; readonly least: string; readonly most: string }>> = {
  int2: { digits: 5, least: "-32768", most: "32767" },
  int4: { digits: 10, least: "-2147483648", most: "2147483647" },
  int8: { digits: 19, least: "-9223372036854775808", most: "9223372036854775807" },
};
/** Decimal digits that each keeps whatever the value (FLT_DIG, DBL_DIG). */
const floats: Readonly<Record<string, number>> = { float4: 6, float8: 15 };
const strings = new Set(["text", "varchar", "bpchar"]);
const isNumber = (name: string): boolean => name in integers || name in floats || name === "numeric";

/** What a text has to be, and what Postgres says where it is not. */
const parsed: Readonly<Record<string, { readonly code: string; readonly what: string }>> = {
  int2: { code: "22P02", what: "a smallint" },
  int4: { code: "22P02", what: "an integer" },
  int8: { code: "22P02", what: "a bigint" },
  numeric: { code: "22P02", what: "a number" },
  float4: { code: "22P02", what: "a number" },
  float8: { code: "22P02", what: "a number" },
  bool: { code: "22P02", what: "a boolean" },
  uuid: { code: "22P02", what: "a UUID" },
  json: { code: "22P02", what: "JSON" },
  jsonb: { code: "22P02", what: "JSON" },
  inet: { code: "22P02", what: "an address" },
  date: { code: "22007", what: "a date" },
  timestamp: { code: "22007", what: "a timestamp" },
  timestamptz: { code: "22007", what: "a timestamp" },
};

function ofBase(view: SchemaView, from: DataType, to: DataType, column: string, cast: boolean): Narrowing | null {
  const builtIn = from.schema === "pg_catalog" && to.schema === "pg_catalog";
  if (from.array !== to.array) return !cast && builtIn && (to.array ? isKnown(from) : !strings.has(to.name)) ? refused : null;
  const element = from.array ? `an element of ${column}` : column;
  if (!builtIn) return ofEnum(view, from, to, cast);
  const a = from.name;
  const b = to.name;
  if (isNumber(a) && isNumber(b)) return ofNumbers(from, to, element);
  if (strings.has(a) && (b === "varchar" || b === "bpchar")) return ofStrings(from, to, element, cast);
  if (strings.has(a) && b in parsed) return cast ? { outcome: "fails", code: parsed[b]!.code, when: `${element} is not ${parsed[b]!.what}` } : refused;
  if (a === "varbit" && b === "varbit") {
    const [limit] = to.modifiers;
    if (limit === undefined || (from.modifiers[0] ?? Infinity) <= limit) return null;
    return cast ? { outcome: "loses", what: `the bits after the first ${limit}` } : { outcome: "fails", code: "22001", when: `length(${element}) > ${limit}` };
  }
  if (a === "inet" && b === "cidr") return { outcome: "loses", what: "the bits to the right of the netmask" };
  const time = ofTimes(from, to);
  if (time !== null) return time;
  return !cast && lacksCast(a, b) ? refused : null;
}

const refused: Narrowing = { outcome: "refused", code: "42804" };

/** Neither of the two has a cast to the other that ALTER would use by itself (pg_cast, castcontext i or a). */
const apart: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["int2", "int4", "int8", "numeric", "float4", "float8"], ["bool", "uuid", "json", "jsonb", "date", "timestamp", "timestamptz"]],
  [["bool"], ["uuid", "json", "jsonb", "date", "timestamp", "timestamptz"]],
  [["uuid"], ["json", "jsonb", "date", "timestamp", "timestamptz"]],
  [["json", "jsonb"], ["date", "timestamp", "timestamptz"]],
];

function lacksCast(from: string, to: string): boolean {
  return apart.some(([some, others]) => (some.includes(from) && others.includes(to)) || (others.includes(from) && some.includes(to)));
}

function isKnown(type: DataType): boolean {
  return strings.has(type.name) || isNumber(type.name) || type.name in parsed;
}

function ofEnum(view: SchemaView, from: DataType, to: DataType, cast: boolean): Narrowing | null {
  const target = userType(view, to);
  if (target?.kind !== "enum" || to.array || from.array) return null;
  const source = userType(view, from);
  if (source === target) return null;
  if (source?.kind === "enum") return cast ? null : refused;
  if (!strings.has(from.name) || from.schema !== "pg_catalog") return null;
  return cast ? { outcome: "fails", code: "22P02", when: `the value is none of ${target.name}'s labels` } : refused;
}

/** Labels of one enum that another lacks. */
export function lostLabels(view: SchemaView, from: DataType, to: DataType): readonly string[] {
  const old = userType(view, from);
  const next = userType(view, to);
  return old?.kind === "enum" && next?.kind === "enum" ? old.labels.filter((label) => !next.labels.includes(label)) : [];
}

function ofNumbers(from: DataType, to: DataType, column: string): Narrowing | null {
  const old = integers[from.name];
  const target = integers[to.name];
  const [precision, scale = 0] = to.modifiers;
  const [oldPrecision, oldScale = 0] = from.modifiers;
  if (target) {
    if (old) return old.digits > target.digits ? outOfRange(column, target) : null;
    const whole = from.name === "numeric" && oldPrecision !== undefined && oldScale === 0;
    if (whole) return oldPrecision < target.digits ? null : outOfRange(column, target);
    return { outcome: "loses", what: "the digits after the point, which are rounded away" };
  }
  if (to.name === "numeric") {
    const unlimited = precision === undefined;
    // From a float, 6 or 15 digits come over.
    if (unlimited) return from.name in floats ? { outcome: "loses", what: `the digits after the first ${floats[from.name]!}` } : null;
    const digits = precision - scale;
    if (old) return old.digits > digits ? tooLarge(column, digits) : null;
    if (from.name in floats || oldPrecision === undefined || oldScale > scale) return { outcome: "loses", what: `the digits after the point that are more than ${scale}, which are rounded away` };
    return oldPrecision - oldScale > digits ? tooLarge(column, digits) : null;
  }
  const kept = floats[to.name]!;
  if (from.name in floats) return floats[from.name]! > kept ? { outcome: "loses", what: `the digits after the first ${kept}` } : null;
  const needed = old ? old.digits : (oldPrecision ?? Infinity);
  return needed > kept ? { outcome: "loses", what: `the digits after the first ${kept}` } : null;
}

function outOfRange(column: string, { least, most }: { readonly least: string; readonly most: string }): Narrowing {
  return { outcome: "fails", code: "22003", when: `${column} NOT BETWEEN ${least} AND ${most}` };
}

function tooLarge(column: string, digits: number): Narrowing {
  return { outcome: "fails", code: "22003", when: `abs(${column}) >= 1e${digits}` };
}

function ofStrings(from: DataType, to: DataType, column: string, cast: boolean): Narrowing | null {
  const limit = to.modifiers[0] ?? (to.name === "bpchar" ? 1 : undefined);
  const old = from.name === "bpchar" && from.text !== "bpchar" ? (from.modifiers[0] ?? 1) : from.modifiers[0];
  if (limit === undefined || to.text === "bpchar" || (old !== undefined && old <= limit)) return null;
  return cast ? { outcome: "loses", what: `what stands after the first ${limit} characters` } : { outcome: "fails", code: "22001", when: `length(${column}) > ${limit}` };
}

/** MAX_TIMESTAMP_PRECISION. */
const maxPrecision = 6;
const times = new Set(["timestamp", "timestamptz", "time", "timetz"]);

function ofTimes(from: DataType, to: DataType): Narrowing | null {
  if (!times.has(from.name)) return null;
  const dated = from.name.startsWith("timestamp");
  if (dated && to.name === "date") return { outcome: "loses", what: "the time of day" };
  if (!times.has(to.name)) return null;
  if (dated && to.name.startsWith("time") && !to.name.startsWith("timestamp")) return { outcome: "loses", what: "the date" };
  if (!dated && to.name.startsWith("timestamp")) return null;
  if (from.name === "timetz" && to.name === "time") return { outcome: "loses", what: "the offset from UTC" };
  const precision = to.modifiers[0] ?? maxPrecision;
  return precision < (from.modifiers[0] ?? maxPrecision) ? { outcome: "loses", what: `the fractions of a second that are finer than ${precision} digits` } : null;
}

/** Functions that give a part of their argument. */
export const cutting: ReadonlySet<string> = new Set(["left", "right", "substr", "substring", "split_part", "round", "trunc", "floor", "ceil", "ceiling", "date_trunc", "regexp_replace", "md5"]);
