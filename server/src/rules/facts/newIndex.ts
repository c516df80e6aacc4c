import { freeName, joinColumns } from "../../schema/apply/names";
import type { Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import type { AmendStatement } from "../rule";
import { columnList, written } from "../wording";

/** An index on columns, under the name that Postgres would give it; CONCURRENTLY where the table is live. */
export function newIndex(schema: SchemaView, table: Table, columns: readonly string[]): AmendStatement {
  const name = freeName(table.name, joinColumns(columns), "idx", (candidate) => schema.relation({ schema: table.schema, name: candidate }) !== undefined);
  const rest = `${quoteIdentifier(name)} ON ${written(table)} (${columnList(columns)})`;
  const sql = `CREATE INDEX ${rest}`;
  // A partitioned table takes no CONCURRENTLY.
  return table.tableKind === "partitioned" ? { sql } : { sql, concurrently: `CREATE INDEX CONCURRENTLY ${rest}` };
}
