import type { ObjectType } from "@pgsql/types";
import type { DropKind } from "../changes";

/** What an object is called in ALTER, DROP and COMMENT ON, in lower case. */
const words: Readonly<Partial<Record<ObjectType, string>>> = {
  OBJECT_ACCESS_METHOD: "access method",
  OBJECT_AGGREGATE: "aggregate",
  OBJECT_ATTRIBUTE: "attribute",
  OBJECT_CAST: "cast",
  OBJECT_COLLATION: "collation",
  OBJECT_COLUMN: "column",
  OBJECT_CONVERSION: "conversion",
  OBJECT_DATABASE: "database",
  OBJECT_DOMAIN: "domain",
  OBJECT_DOMCONSTRAINT: "constraint",
  OBJECT_EVENT_TRIGGER: "event trigger",
  OBJECT_EXTENSION: "extension",
  OBJECT_FDW: "foreign data wrapper",
  OBJECT_FOREIGN_SERVER: "server",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_FUNCTION: "function",
  OBJECT_INDEX: "index",
  OBJECT_LANGUAGE: "language",
  OBJECT_LARGEOBJECT: "large object",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_OPCLASS: "operator class",
  OBJECT_OPERATOR: "operator",
  OBJECT_OPFAMILY: "operator family",
  OBJECT_PARAMETER_ACL: "parameter",
  OBJECT_POLICY: "policy",
  OBJECT_PROCEDURE: "procedure",
  OBJECT_PUBLICATION: "publication",
  OBJECT_ROLE: "role",
  OBJECT_ROUTINE: "routine",
  OBJECT_RULE: "rule",
  OBJECT_SCHEMA: "schema",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_STATISTIC_EXT: "statistics",
  OBJECT_SUBSCRIPTION: "subscription",
  OBJECT_TABCONSTRAINT: "constraint",
  OBJECT_TABLE: "table",
  OBJECT_TABLESPACE: "tablespace",
  OBJECT_TRANSFORM: "transform",
  OBJECT_TRIGGER: "trigger",
  OBJECT_TSCONFIGURATION: "text search configuration",
  OBJECT_TSDICTIONARY: "text search dictionary",
  OBJECT_TSPARSER: "text search parser",
  OBJECT_TSTEMPLATE: "text search template",
  OBJECT_TYPE: "type",
  OBJECT_USER_MAPPING: "user mapping",
  OBJECT_VIEW: "view",
};

export function objectWord(type: ObjectType | undefined): string {
  return (type === undefined ? undefined : words[type]) ?? "other";
}

const dropKinds: ReadonlySet<string> = new Set<DropKind>([
  "table", "index", "view", "materialized view", "sequence", "foreign table", "type", "domain", "schema", "extension", "role",
  "function", "procedure", "aggregate", "routine", "policy", "trigger", "rule", "constraint",
]);

/** Objects that the schema has no place for are "other", under the word they are called by. */
export function dropKind(type: ObjectType | undefined): DropKind {
  const word = objectWord(type);
  return dropKinds.has(word) ? (word as DropKind) : "other";
}
