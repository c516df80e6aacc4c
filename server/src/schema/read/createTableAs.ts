import type { CreateTableAsStmt, IntoClause, Node } from "@pgsql/types";
import type { Change } from "../changes";
import { persistenceOf } from "./createTable";
import { stringsOf } from "./nodes";
import { relationName } from "./names";
import { collectReferences } from "./references";
import { outputColumns } from "./selectList";
import { rangeOf, wholeSpan, type Source } from "./source";

export function readCreateTableAs(source: Source, node: CreateTableAsStmt): Change {
  return fromQuery(source, node.into, node.query, node.if_not_exists === true);
}

/** CREATE TABLE AS and SELECT INTO. */
export function fromQuery(source: Source, into: IntoClause | undefined, query: Node | undefined, ifNotExists: boolean): Change {
  const named = stringsOf(into?.colNames);
  const output = outputColumns(query);
  const name = relationName(source, into?.rel);
  return {
    change: "createTableAs",
    range: rangeOf(source, wholeSpan(source)),
    name,
    ifNotExists,
    persistence: persistenceOf(into?.rel?.relpersistence),
    // A list that is shorter than the query's columns names the first of them.
    columns: output === null ? null : [...named, ...output.slice(named.length)],
    // INTO stands in the query itself.
    reads: collectReferences(source, query).reads.filter(({ range }) => range.start !== name.range.start),
    withData: into?.skipData !== true,
  };
}
