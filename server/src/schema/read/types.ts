import type { Node, TypeName as TypeNode } from "@pgsql/types";
import { quoteIdentifier } from "../../sql/identifiers";
import type { TypeName } from "../changes";
import type { DataType } from "../model";
import { isBuiltin, printedName } from "./builtins";
import { as, stringsOf } from "./nodes";
import { valueText } from "./options";
import { indexAt, rangeOf, type Source } from "./source";
import { typeEnd } from "./typeEnd";

/** The type that a node names, with the range of its words. */
export function readTypeName(source: Source, node: TypeNode): TypeName {
  const from = indexAt(source, node.location);
  return { type: dataType(node), serial: serialOf(node), range: rangeOf(source, { from, to: typeEnd(source, from) }) };
}

const serials: Readonly<Record<string, TypeName["serial"]>> = {
  smallserial: "smallserial",
  serial2: "smallserial",
  serial: "serial",
  serial4: "serial",
  bigserial: "bigserial",
  serial8: "bigserial",
};
const serialTypes = { smallserial: "int2", serial: "int4", bigserial: "int8" } as const;

/** transformColumnDefinition (src/backend/parser/parse_utilcmd.c): a name without a schema, and no array. */
function serialOf(node: TypeNode): TypeName["serial"] {
  const names = stringsOf(node.names);
  if (names.length !== 1 || node.pct_type === true || node.arrayBounds !== undefined) return null;
  return Object.hasOwn(serials, names[0]!) ? serials[names[0]!]! : null;
}

/** A type as format_type prints it (src/backend/utils/adt/format_type.c); a user's without a schema has schema "". */
export function dataType(node: TypeNode): DataType {
  if (node.pct_type === true) return columnType(node);
  const modifiers = node.typmods ?? [];
  const { name, schema, array } = resolve(node);
  const text = schema === "pg_catalog" ? builtinText(name, modifiers) : userText(schema, name, modifiers);
  return { text: array ? `${text}[]` : text, name, schema, modifiers: numbersOf(name, schema, modifiers), array };
}

/**
 * The type of a function's argument or result, as format_type prints it: Postgres keeps no modifiers there, so that
 * f(varchar(20)) and f(varchar) are the same function.
 */
export function typeText(node: TypeNode | undefined): string {
  if (node === undefined) return "";
  if (node.pct_type === true) return columnType(node).text;
  const { name, schema, array } = resolve(node);
  const text = schema === "pg_catalog" ? (printedName(name) ?? builtinText(name, [])) : userText(schema, name, []);
  return array ? `${text}[]` : text;
}

/** table.column%TYPE: what it is, is known only where the column is. */
function columnType(node: TypeNode): DataType {
  const array = (node.arrayBounds ?? []).length > 0;
  const name = `${stringsOf(node.names).map(quoteIdentifier).join(".")}%TYPE`;
  return { text: array ? `${name}[]` : name, name, schema: "", modifiers: [], array };
}

function resolve(node: TypeNode): Pick<DataType, "name" | "schema" | "array"> {
  const names = stringsOf(node.names);
  const array = (node.arrayBounds ?? []).length > 0;
  const serial = serialOf(node);
  if (serial !== null) return { name: serialTypes[serial], schema: "pg_catalog", array };
  const name = names.at(-1) ?? "";
  const schema = names.at(-2) ?? "";
  if (schema !== "" && schema !== "pg_catalog") return { name, schema, array };
  // `_int4` is the array of int4.
  if (name.startsWith("_") && isBuiltin(name.slice(1))) return { name: name.slice(1), schema: "pg_catalog", array: true };
  return { name, schema: isBuiltin(name) ? "pg_catalog" : schema, array };
}

function userText(schema: string, name: string, modifiers: readonly Node[]): string {
  const text = schema === "" || schema === "public" ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  return modifiers.length === 0 ? text : `${text}(${modifiers.map(valueText).join(",")})`;
}

function builtinText(name: string, modifiers: readonly Node[]): string {
  const printed = printedName(name);
  const values = modifiers.map(valueText);
  if (printed === undefined) {
    const text = quoteIdentifier(name);
    return values.length === 0 ? text : `${text}(${values.join(",")})`;
  }
  switch (name) {
    case "interval":
      return intervalText(modifiers);
    case "time":
    case "timetz":
    case "timestamp":
    case "timestamptz": {
      if (values.length === 0) return printed;
      const [word, ...rest] = printed.split(" ");
      return `${word!}(${clampPrecision(values[0]!)}) ${rest.join(" ")}`;
    }
    case "numeric":
      return values.length === 0 ? printed : `numeric(${values[0]!},${values[1] ?? "0"})`;
    // Without a length, by their internal names: `bpchar` has no limit, and `bit` would mean bit(1).
    case "bpchar":
      return values.length === 0 ? "bpchar" : `character(${values[0]!})`;
    case "bit":
      return values.length === 0 ? '"bit"' : `bit(${values[0]!})`;
    default:
      return values.length === 0 ? printed : `${printed}(${values.join(",")})`;
  }
}

// INTERVAL_MASK of src/include/utils/timestamp.h, over the field codes of datetime.h.
const intervalFields: Readonly<Record<number, string>> = {
  4: " year",
  2: " month",
  8: " day",
  1024: " hour",
  2048: " minute",
  4096: " second",
  6: " year to month",
  1032: " day to hour",
  3080: " day to minute",
  7176: " day to second",
  3072: " hour to minute",
  7168: " hour to second",
  6144: " minute to second",
};

/** intervaltypmodout: the fields, then the precision of the seconds. */
function intervalText(modifiers: readonly Node[]): string {
  if (modifiers.length === 0) return "interval";
  const fields = intervalFields[Number(valueText(modifiers[0]))] ?? "";
  return modifiers.length === 1 ? `interval${fields}` : `interval${fields}(${clampPrecision(valueText(modifiers[1]))})`;
}

/** Postgres warns and takes 6 for more. */
function clampPrecision(precision: string): string {
  return Number(precision) > 6 ? "6" : precision;
}

function numbersOf(name: string, schema: string, modifiers: readonly Node[]): number[] {
  // An interval's first one is the mask of its fields.
  const counted = name === "interval" && schema === "pg_catalog" ? modifiers.slice(1) : modifiers;
  return counted.flatMap((node) => {
    const constant = as(node, "A_Const");
    if (constant?.ival !== undefined) return [constant.ival.ival ?? 0];
    return constant?.fval?.fval !== undefined ? [Number(constant.fval.fval)] : [];
  });
}
