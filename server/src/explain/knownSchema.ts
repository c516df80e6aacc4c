// A server's tables and their indexes, replayed from the DDL that its catalog gives: what asks the schema of a project
// then asks that of a server in the same words.

import type { ServerStatistics, RelationStatistics } from "./statistics";
import type { QualifiedName } from "../schema/model";
import { Timeline } from "../schema/timeline";
import type { SchemaView } from "../schema/view";
import { SqlDocument } from "../sql/document";
import { quoteIdentifier, quoteQualified } from "../sql/identifiers";
import type { SqlParser } from "../sql/parser";

/** An index that is not valid serves no query, and is not in it. */
export function knownSchema(statistics: ServerStatistics, parser: SqlParser): SchemaView {
  const timeline = new Timeline(false);
  const { statements } = new SqlDocument("", schemaSql(statistics), parser);
  const transaction = { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false } as const;
  timeline.setVersions([{ id: "", tool: "single", transaction, released: true, files: [], statements, down: null, harmless: true, repeatable: false }]);
  timeline.moveTo(timeline.length);
  return timeline.view();
}

function schemaSql({ relations, foreignKeys }: ServerStatistics): string {
  const schemas = [...new Set(relations.map(({ schema }) => schema))].filter((schema) => schema !== "public");
  const known = new Set(relations.map(sqlOf));
  const keys = foreignKeys.filter(({ table, references }) => known.has(sqlOf(table)) && known.has(sqlOf(references)));
  return [
    ...schemas.map((schema) => `CREATE SCHEMA ${quoteIdentifier(schema)}`),
    ...relations.flatMap(relationSql),
    ...keys.map(({ name, table, columns, references, referencedColumns }) => `ALTER TABLE ${sqlOf(table)} ADD CONSTRAINT ${quoteIdentifier(name)} FOREIGN KEY (${list(columns)}) REFERENCES ${sqlOf(references)} (${list(referencedColumns)})`),
  ].map((statement) => `${statement};\n`).join("");
}

/** Keys first: they are what others refer to. A materialized view is read as a table is. */
function relationSql(relation: RelationStatistics): readonly string[] {
  const table = sqlOf(relation);
  const indexes = relation.indexes.filter(({ valid }) => valid);
  return [
    `CREATE TABLE ${table} (${relation.columns.map(({ name, type, notNull }) => `${quoteIdentifier(name)} ${type}${notNull ? " NOT NULL" : ""}`).join(", ")})`,
    ...indexes.flatMap(({ name, constraint, keys }) => {
      const columns = keys.filter((key) => key !== null);
      return (constraint === "primary key" || constraint === "unique") && columns.length === keys.length ? [`ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(name)} ${constraint.toUpperCase()} (${list(columns)})`] : [];
    }),
    ...indexes.filter(({ constraint }) => constraint === null).map(({ definition }) => definition),
  ];
}

const sqlOf = ({ schema, name }: QualifiedName): string => quoteQualified([schema, name]);
const list = (columns: readonly string[]): string => columns.map(quoteIdentifier).join(", ");
