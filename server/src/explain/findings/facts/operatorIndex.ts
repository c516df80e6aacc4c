// What no B-tree answers: which access method does, by the operator and the type that it is applied to.

import { columnOf, unwrapped, type Condition } from "./conditions";
import { itemsOf } from "../../read/names";
import type { DataType } from "../../../schema/model";

export interface OperatorIndex {
  readonly method: "gin" | "gist";
  /** As CREATE INDEX takes it, where that is not what is compared. */
  readonly key: string | null;
  /** Null: the type's default class answers the operator. */
  readonly operatorClass: string | null;
  /** What has to be created first. */
  readonly extension: string | null;
  /** What the query has to write for the index to be used, as a sentence; null: it may stay as it is. */
  readonly rewrite: string | null;
}

type Family = "array" | "json" | "range" | "shape" | "network" | "hstore" | "ltree" | "scalar";

/** `type`: the compared column's, where the schema tells it. Null: no index that is known, or not enough is. */
export function operatorIndex(condition: Condition, type: DataType | null): OperatorIndex | null {
  const { kind, operator, value } = condition;
  if (kind === "substring") return operator.startsWith("!") ? null : { ...gin, operatorClass: "gin_trgm_ops", extension: "pg_trgm" };
  if (kind === "member") return condition.column === null ? null : { ...gin, rewrite: `Write ${condition.column} @> ARRAY[${value}]: no index answers = ANY over a column.` };
  if (kind !== "contains") return null;
  const family = familyOf(type === null ? null : `${type.name}${type.array ? "[]" : ""}`);
  const other = familyOf(typeOf(value));
  switch (operator) {
    case "%":
    case "<%":
    case "%>":
    case "<<%":
    case "%>>":
      return { ...gin, operatorClass: "gin_trgm_ops" };
    case "@@":
      return textSearch(condition, type);
    case "@?":
      return { ...gin, operatorClass: "jsonb_path_ops" };
    case "?":
    case "?|":
    case "?&":
      return gin;
    case "<<=":
    case ">>=":
      return network;
    case "@>":
      // What holds a single value is a range.
      return byFamily(family ?? (other === "scalar" ? "range" : other));
    case "<@":
      // Without the column's type `at <@ '[a,b)'` may be a timestamp in a range.
      return byFamily(family ?? (other === "shape" || other === "ltree" || other === "array" ? other : null), operator);
    default:
      return byFamily(family ?? other);
  }
}

const gin: OperatorIndex = { method: "gin", key: null, operatorClass: null, extension: null, rewrite: null };
const gist: OperatorIndex = { ...gin, method: "gist" };
const network: OperatorIndex = { ...gist, operatorClass: "inet_ops" };

function byFamily(family: Family | null, operator = ""): OperatorIndex | null {
  switch (family) {
    case "array":
      return gin;
    case "hstore":
      return operator === "<@" ? null : gin;
    case "json":
      return operator === "<@" ? null : { ...gin, operatorClass: "jsonb_path_ops" };
    case "range":
    case "shape":
    case "ltree":
      return gist;
    case "network":
      return network;
    case "scalar":
    case null:
      return null;
  }
}

/** Of a type as format_type or pg_type names it. */
function familyOf(type: string | null): Family | null {
  if (type === null) return null;
  if (type.endsWith("[]")) return "array";
  if (/^(?:int4|int8|num|ts|tstz|date)(?:multi)?range$/.test(type)) return "range";
  switch (type) {
    case "jsonb":
      return "json";
    case "point":
    case "box":
    case "circle":
    case "polygon":
    case "geometry":
    case "geography":
      return "shape";
    case "inet":
    case "cidr":
      return "network";
    case "hstore":
    case "ltree":
      return type;
    default:
      return /^(?:date|time|timestamp|timestamptz|integer|bigint|smallint|int[248]|numeric)\b/.test(type) ? "scalar" : null;
  }
}

/** "'[1,2)'::int4range" is an int4range; a number needs no cast; a call may be named like its type. Null: not told. */
export function typeOf(value: string): string | null {
  const own = unwrapped(value);
  const cast = /::("?[\w ]+"?)(?:\(\d+(?:,\d+)?\))?(\[\])?$/.exec(own);
  if (cast) return `${cast[1]!.replaceAll('"', "")}${cast[2] ?? ""}`;
  if (/^-?\d+$/.test(own)) return "integer";
  if (/^-?\d+\.\d+$/.test(own)) return "numeric";
  if (own.startsWith("ARRAY[")) return "array[]";
  return /^(\w+range)\(/.exec(own)?.[1] ?? null;
}

/** A configuration that is not named is the session's: to_tsvector(text) is only STABLE, and no index can hold it. */
function textSearch({ column, expression, value }: Condition, type: DataType | null): OperatorIndex | null {
  if (typeOf(value) === "jsonpath" || type?.name === "jsonb") return { ...gin, operatorClass: "jsonb_path_ops" };
  const document = /^to_tsvector\((.*)\)$/s.exec(expression ?? "")?.[1];
  const parts = document === undefined ? [] : itemsOf(document);
  const bare = parts.length === 1 ? parts[0]! : column !== null && /^(?:text|varchar|bpchar)$/.test(type?.name ?? "") ? column : null;
  if (bare !== null) {
    const key = `to_tsvector('english', ${columnOf(bare) ?? bare})`;
    return { ...gin, key, rewrite: `Name the language: ${key} @@ to_tsquery('english', ...). Without it the session's is taken, and an index cannot hold that.` };
  }
  return /\bto_tsvector\((?!')/.test(expression ?? "") ? null : gin;
}
