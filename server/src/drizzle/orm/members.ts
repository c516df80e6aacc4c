// What a member of something that Drizzle made comes to.

import type { Source } from "../module";
import { native, nothing, primitive, unknown, type Value } from "../values";
import { builderMethod } from "./builder";
import { extraMember, indexColumnMember } from "./extras";
import { fragment } from "./fragment";
import type { Column } from "./model";
import { roleMember, viewMember } from "./objects";
import { sqlMember } from "./sqlTemplate";
import { schemaMember } from "./tables";

type Made = Exclude<Value, { kind: "primitive" | "object" | "array" | "function" | "native" | "unknown" }>;

export function memberOf(owner: Made, name: string, source: Source): Value {
  return known(owner, name, source) ?? unknown(`${name} of it is not known here`, source);
}

function known(owner: Made, name: string, source: Source): Value | null {
  switch (owner.kind) {
    case "columnBuilder":
      return builderMethod(owner, name);
    case "table":
      return tableMember(owner, name);
    case "column":
      return columnMember(owner.column, name, source);
    case "indexColumn":
      return indexColumnMember(owner.part, name);
    case "extra":
      return extraMember(owner, name);
    case "sql":
      return sqlMember(owner.sql, name);
    case "enum":
      if (name === "enumName") return primitive(owner.enum.name);
      if (name === "enumValues" && "map" in owner.enum.labels) return { kind: "array", items: owner.enum.labels.map((label) => primitive(label)), rest: null };
      return null;
    case "role":
      return roleMember(owner, name);
    case "sequence":
      return name === "seqName" ? primitive(owner.sequence.name) : null;
    case "view":
      return viewMember(owner, name);
    case "schema":
      return name === "schemaName" ? primitive(owner.name) : schemaMember(owner, name);
  }
}

function tableMember(owner: Extract<Value, { kind: "table" }>, name: string): Value | null {
  const { table } = owner;
  const column = table.columns.get(name);
  if (column) return { kind: "column", column };
  if (name === "enableRLS") {
    return native(name, ({ source }) => {
      table.rowSecurity = source;
      return owner;
    });
  }
  // `$inferSelect` is there for types alone.
  if (name.startsWith("$infer") || name === "_") return nothing;
  return table.unknown;
}

function columnMember(column: Column, name: string, source: Source): Value | null {
  switch (name) {
    case "name":
      return column.name === null ? null : primitive(column.name);
    case "notNull":
      return primitive(column.notNull);
    case "enumValues":
      return column.enumValues && { kind: "array", items: column.enumValues.map((label) => primitive(label)), rest: null };
    case "getSQL":
      return native(name, () => ({ kind: "sql", sql: fragment([{ piece: "column", column, source }]) }));
    default:
      return indexColumnMember({ of: { column }, order: null, nulls: null, opclass: null, source }, name);
  }
}
