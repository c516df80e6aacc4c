// The table or the column that stands at a place of a document, in SQL or in the code that declares it.

import { nameAt, viewsAround } from "./nameAt";
import { nameInCode } from "../drizzle/nameAt";
import type { ProjectDatabase } from "../project/database";
import type { Workspace } from "../project/workspace";
import type { ObjectName } from "../schema/changes";
import type { TrackedView } from "../schema/keys";
import type { Column, Table } from "../schema/model";
import { readChanges } from "../schema/read/index";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";

export interface ObjectAt {
  readonly database: ProjectDatabase;
  /** The schema that it is looked up in. */
  readonly view: TrackedView;
  readonly table: Table;
  /** Null: the table itself. */
  readonly column: Column | null;
  /** Of the document's text. */
  readonly range: Range;
}

/** `offset` is a UTF-16 offset of the document. */
export function objectAt(workspace: Workspace, file: string, offset: number): ObjectAt | null {
  const database = workspace.database(file);
  if (!database) return null;
  if (database.drizzle?.has(file) === true) return inCode(database, file, offset);
  const statement = workspace.statementAt(file, offset);
  return statement && inStatement(database, statement, offset);
}

function inCode(database: ProjectDatabase, file: string, offset: number): ObjectAt | null {
  const drizzle = database.drizzle!;
  const module = drizzle.module(file);
  const found = module && nameInCode(module, offset, { compiler: drizzle.compiler, schema: drizzle.current, valueIn: drizzle.valueIn });
  if (!found) return null;
  const view = database.head();
  const table = view.table(found.relation);
  const column = found.column === null ? null : table?.columns.find(({ name }) => name === found.column);
  return table && column !== undefined ? { database, view, table, column, range: found.range } : null;
}

function inStatement(database: ProjectDatabase, statement: Statement, offset: number): ObjectAt | null {
  const at = nameAt(statement, offset);
  if (!at) return null;
  const { qualifier, name, range } = at;
  // What the statement drops is shown as it was; what it makes, as it is after it.
  for (const view of viewsAround(database, statement)) {
    const table = view.resolveTable({ schema: qualifier, name }) ?? (qualifier === null ? undefined : view.resolveTable({ schema: null, name }));
    if (table && (qualifier === null || table.schema === qualifier)) return { database, view, table, column: null, range };
    const owner = ownerOf(view, statement, qualifier, name);
    if (owner) return { database, view, ...owner, range };
  }
  return null;
}

/** The column of that name in a table that the statement works on. */
function ownerOf(view: TrackedView, statement: Statement, qualifier: string | null, column: string): { table: Table; column: Column } | null {
  for (const named of namesIn(statement)) {
    if (qualifier !== null && named.name !== qualifier) continue;
    const table = view.resolveTable(named);
    const found = table?.columns.find((candidate) => candidate.name === column);
    if (table && found) return { table, column: found };
  }
  return null;
}

/** The tables that a statement names, in the order in which it does. */
function namesIn(statement: Statement): readonly ObjectName[] {
  return readChanges(statement.parsed).flatMap(({ change }): readonly ObjectName[] => {
    switch (change.change) {
      case "createTable":
      case "alterTable":
        return [change.name];
      case "createIndex":
      case "createPolicy":
      case "alterPolicy":
      case "createTrigger":
        return [change.table];
      case "write":
        return change.tables;
      case "createView":
        return change.reads;
      case "renamePart":
        return [change.of];
      case "comment":
        return [change.name];
      default:
        return [];
    }
  });
}
