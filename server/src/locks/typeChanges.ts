// What ALTER COLUMN TYPE costs. Postgres keeps the heap where the conversion turns out to do nothing: the new type is
// binary-coercible from the old one, or its length function's support function says that nothing is cut
// (ATColumnChangeRequiresRewrite in src/backend/commands/tablecmds.c; varchar_support, numeric_support,
// interval_support, TemporalSimplify, varbit_support under src/backend/utils/adt). Measured on 15 to 18, which agree.

import type { Column, DataType, Expression, Index, Table } from "../schema/model";
import type { TypeName } from "../schema/changes";
import type { SchemaView } from "../schema/view";
import { foldIdentifier } from "../sql/identifiers";
import { baseType, domainChain, isConstrained } from "../schema/domains";

/** Pairs of pg_cast with `castmethod = 'b'` (citext's included): the bytes stay as they are. */
const binaryCoercible: Readonly<Record<string, readonly string[]>> = {
  varchar: ["text", "bpchar", "citext"],
  text: ["varchar", "bpchar", "citext"],
  citext: ["text", "varchar", "bpchar"],
  xml: ["text", "varchar", "bpchar"],
  cidr: ["inet"],
  bit: ["varbit"],
  varbit: ["bit"],
  int4: ["oid", ...registered()],
  oid: ["int4", ...registered()],
  ...Object.fromEntries(registered().map((name) => [name, ["oid", "int4"]])),
  regproc: ["oid", "int4", "regprocedure"],
  regprocedure: ["oid", "int4", "regproc"],
  regoper: ["oid", "int4", "regoperator"],
  regoperator: ["oid", "int4", "regoper"],
};

function registered(): readonly string[] {
  return ["regproc", "regprocedure", "regoper", "regoperator", "regclass", "regtype", "regconfig", "regdictionary", "regnamespace", "regrole", "regcollation"];
}

/** Whether changing a column from one type to another writes every row again. */
export function rewrites(view: SchemaView, from: DataType, to: DataType): boolean {
  if (isUtc(view.session.timeZone) && betweenTimestamps(view, from, to)) return false;
  if (isConstrained(domainChain(view, to))) return true;
  return baseRewrites(baseType(view, from), baseType(view, to));
}

function baseRewrites(from: DataType, to: DataType): boolean {
  if (from.array !== to.array) return true;
  const same = from.name === to.name && from.schema === to.schema;
  // Without a modifier there is no length function to call.
  if (same && to.modifiers.length === 0 && to.name !== "interval") return false;
  if (same && from.text === to.text) return false;
  if (from.array) return true;
  if (!same) {
    // A length function is called on top: its support function only knows the length of its own type.
    return to.modifiers.length > 0 || binaryCoercible[from.name]?.includes(to.name) !== true;
  }
  return cuts(from, to);
}

/** The same type with another modifier: whether a value may have to change. */
function cuts(from: DataType, to: DataType): boolean {
  const [oldLimit, oldScale = 0] = from.modifiers;
  const [newLimit, newScale = 0] = to.modifiers;
  switch (to.name) {
    case "varchar":
    case "varbit":
      return newLimit !== undefined && (oldLimit === undefined || newLimit < oldLimit);
    case "numeric":
      return newLimit !== undefined && (oldLimit === undefined || newLimit < oldLimit || newScale !== oldScale);
    case "timestamp":
    case "timestamptz":
    case "time":
    case "timetz":
      return (newLimit ?? maxPrecision) < (oldLimit ?? maxPrecision);
    case "interval": {
      const before = intervalOf(from);
      const after = intervalOf(to);
      return after.least > before.least || (before.least === 0 && after.precision < before.precision);
    }
    default:
      return true;
  }
}

/** MAX_TIMESTAMP_PRECISION and MAX_INTERVAL_PRECISION. */
const maxPrecision = 6;

/** From `interval day to second(3)` as format_type prints it: how fine its last field is (0: seconds), and its precision. */
function intervalOf(type: DataType): { readonly least: number; readonly precision: number } {
  const fields = ["second", "minute", "hour", "day", "month", "year"];
  const last = /(\w+)(?:\(\d+\))?$/.exec(type.text)?.[1] ?? "";
  const precision = /\((\d+)\)/.exec(type.text)?.[1];
  return { least: Math.max(0, fields.indexOf(last)), precision: precision === undefined ? maxPrecision : Number(precision) };
}

/** Between timestamp and timestamptz nothing is written if the session's TimeZone is UTC, and every row else: here nothing tells which. */
export function dependsOnTimeZone(view: SchemaView, from: DataType, to: DataType): boolean {
  return view.session.timeZone === null && betweenTimestamps(view, from, to);
}

function betweenTimestamps(view: SchemaView, from: DataType, to: DataType): boolean {
  const [before, after] = [baseType(view, from), baseType(view, to)];
  return to.modifiers.length === 0 && !before.array && !after.array && [before.name, after.name].sort().join() === "timestamp,timestamptz";
}

function isUtc(timeZone: string | null): boolean {
  return timeZone !== null && /^(?:etc\/)?(?:utc|gmt|uct|zulu)$/i.test(timeZone);
}

/**
 * Whether a change to this type rewrites whatever the column was, other than the very same type: what is said of a
 * table that the history never created.
 */
export function rewritesFromAnything(view: SchemaView, to: DataType): boolean {
  if (to.array || userType(view, to)) return false;
  const free = new Set(Object.values(binaryCoercible).flat());
  return !free.has(to.name) && !["numeric", "timestamp", "timestamptz", "time", "timetz", "interval", "varbit"].includes(to.name) && to.schema === "pg_catalog";
}

function userType(view: SchemaView, to: DataType): boolean {
  return domainChain(view, to).length > 0;
}

/** USING that is the column itself, or its cast to the new type: the same conversion as without it. */
export function isPlainUsing(using: Expression, column: string, type: string): boolean {
  const squeeze = (text: string): string => text.toLowerCase().replace(/\s+/g, "");
  let text = using.text.trim();
  const cast = /^cast\s*\((.*)\s+as\s+(.*)\)$/is.exec(text);
  const colons = /^(.*?)::(.*)$/s.exec(text);
  const target = cast?.[2] ?? colons?.[2];
  if (target !== undefined) {
    if (squeeze(target) !== squeeze(type)) return false;
    text = (cast?.[1] ?? colons?.[1] ?? "").trim();
  }
  const bare = text.replace(/^\((.*)\)$/s, "$1").trim();
  const name = /^(?:(?:"(?:[^"]|"")+"|[\w$]+)\s*\.\s*)?("(?:[^"]|"")+"|[\w$\u0080-\uffff]+)$/u.exec(bare)?.[1];
  return name !== undefined && foldIdentifier(name) === column;
}

/** What a change that keeps the heap still has to do under its lock. */
export interface KeptHeapWork {
  /** Indexes that are built again. */
  readonly indexes: readonly string[];
  /** Validated CHECK constraints that read every row again. */
  readonly checks: readonly string[];
}

/**
 * An index is kept if it has neither expressions nor a predicate, and its operator classes and collations stay
 * (CheckIndexCompatible in src/backend/commands/indexcmds.c). A CHECK on the column is added again, and so reads
 * the rows; a foreign key is trusted where its operators stay (TryReuseForeignKey).
 */
export function keptHeapWork(view: SchemaView, table: Table, column: Column, to: TypeName, collation: string | null): KeptHeapWork {
  const from = baseType(view, column.type);
  const target = baseType(view, to.type);
  const newOperators = operatorFamily(from.name) !== operatorFamily(target.name);
  // The column's collation is replaced too: by the one that is written, else by the new type's own.
  const newCollation = collation !== column.collation;
  const rebuilt = (index: Pick<Index, "elements" | "where" | "include">): boolean => {
    const inKey = index.elements.some((element) => element.column === column.name);
    const read = [...index.elements.flatMap((element) => element.expression?.columns ?? []), ...(index.where?.columns ?? [])];
    if (!inKey && !read.includes(column.name) && !index.include.includes(column.name)) return false;
    if (index.where !== null || index.elements.some((element) => element.column === null)) return true;
    return inKey && (newOperators || newCollation);
  };
  const plain = (columns: readonly string[]): Pick<Index, "elements" | "where" | "include"> => ({
    elements: columns.map((name) => ({ column: name, expression: null, opclass: null, opclassOptions: null, collation: null, order: "asc", nulls: "last" })),
    where: null,
    include: [],
  });
  const indexes = table.indexes.filter(rebuilt).map((index) => index.name);
  for (const constraint of table.constraints) {
    if (constraint.kind === "primary key" || constraint.kind === "unique") {
      if (rebuilt(plain(constraint.columns))) indexes.push(constraint.name);
    } else if (constraint.kind === "exclude") {
      if (rebuilt({ elements: constraint.elements.map(({ element }) => element), where: constraint.where, include: [] })) indexes.push(constraint.name);
    }
  }
  const checks = table.constraints.flatMap((constraint) =>
    constraint.kind === "check" && constraint.validated && constraint.enforced && constraint.expression.columns.includes(column.name) ? [constraint.name] : [],
  );
  return { indexes, checks };
}

/** Types whose default B-tree operator class is the same one. */
function operatorFamily(type: string): string {
  if (type === "varchar" || type === "text") return "text";
  if (type === "cidr" || type === "inet") return "inet";
  return type.startsWith("reg") ? "oid" : type;
}
