import type { CreateTableAsStmt, IntoClause, Node } from "@pgsql/types";
import type { Change } from "../changes";
import { persistenceOf } from "./createTable";
import { stringsOf } from "./nodes";
import { relationName } from "./names";
import { outputColumns } from "./selectList";
import { rangeOf, wholeSpan, type Source } from "./source";

export function readCreateTableAs(source: Source, node: CreateTableAsStmt): Change {
  return fromQuery(source, node.into, node.query, node.if_not_exists === true);
}

/** CREATE TABLE AS and SELECT INTO. */
export function fromQuery(source: Source, into: IntoClause | undefined, query: Node | undefined, ifNotExists: boolean): Change {
  const named = stringsOf(into?.colNames);
  const output = outputColumns(query);
  return {
    change: "createTableAs",
    range: rangeOf(source, wholeSpan(source)),
    name: relationName(source, into?.rel),
    ifNotExists,
    persistence: persistenceOf(into?.rel?.relpersistence),
    // A list that is shorter than the query's columns names the first of them.
    columns: output === null ? null : [...named, ...output.slice(named.length)],
  };
}
