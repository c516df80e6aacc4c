// Applies what a statement does to the schema. Never throws on what does not fit: it says so, and the rest goes on.

import type { Change, StatementChange } from "../changes";
import type { Version } from "../history";
import type { Writer } from "../store";
import type { Statement } from "../../sql/statement";
import { alterTable } from "./alterTable";
import { comment } from "./comments";
import { ApplyContext, type ReplayProblem } from "./context";
import { drop } from "./drop";
import { grant, setDefaultPrivileges } from "./grants";
import { createIndex } from "./indexes";
import { rename, renamePart, setSchema } from "./rename";
import { alterFunction, alterPolicy, createFunction, createPolicy, createTrigger } from "./routines";
import { set, transaction } from "./session";
import { createTable, createTableAs } from "./tables";
import { addEnumLabel, alterComposite, alterDomain, createComposite, createDomain, createEnum, createRange, renameEnumLabel } from "./types";
import { alterRole, alterSequence, createExtension, createRole, createSchema, createSequence, createView, grantRole, other } from "./views";

export type { ReplayProblem } from "./context";

export function applyStatement(writer: Writer, statement: Statement, changes: readonly StatementChange[], version: Version, problems: ReplayProblem[]): void {
  const context = new ApplyContext(writer, statement, version, problems);
  for (const { change, offset, tentative } of changes) {
    context.offset = offset;
    context.tentative = tentative;
    apply(context, change);
  }
}

function apply(context: ApplyContext, change: Change): void {
  switch (change.change) {
    case "createSchema":
      return createSchema(context, change);
    case "createTable":
      return createTable(context, change);
    case "createTableAs":
      return createTableAs(context, change);
    case "alterTable":
      return alterTable(context, change);
    case "createIndex":
      return createIndex(context, change);
    case "drop":
      return drop(context, change);
    case "rename":
      return rename(context, change);
    case "renamePart":
      return renamePart(context, change);
    case "renameEnumLabel":
      return renameEnumLabel(context, change);
    case "setSchema":
      return setSchema(context, change);
    case "createEnum":
      return createEnum(context, change);
    case "addEnumLabel":
      return addEnumLabel(context, change);
    case "createDomain":
      return createDomain(context, change);
    case "alterDomain":
      return alterDomain(context, change);
    case "createComposite":
      return createComposite(context, change);
    case "alterComposite":
      return alterComposite(context, change);
    case "createRange":
      return createRange(context, change);
    case "createView":
      return createView(context, change);
    case "createSequence":
      return createSequence(context, change);
    case "alterSequence":
      return alterSequence(context, change);
    case "createFunction":
      return createFunction(context, change);
    case "alterFunction":
      return alterFunction(context, change);
    case "createTrigger":
      return createTrigger(context, change);
    case "createPolicy":
      return createPolicy(context, change);
    case "alterPolicy":
      return alterPolicy(context, change);
    case "grant":
      return grant(context, change);
    case "grantRole":
      return grantRole(context, change);
    case "defaultPrivileges":
      return setDefaultPrivileges(context, change);
    case "createRole":
      return createRole(context, change);
    case "alterRole":
      return alterRole(context, change);
    case "createExtension":
      return createExtension(context, change);
    case "comment":
      return comment(context, change);
    case "other":
      return other(context, change);
    case "set":
      return set(context, change);
    case "transaction":
      return transaction(context, change);
    case "refreshView": {
      const view = context.view(context.resolve(change.name));
      if (view && view.populated !== change.withData) context.putRelation({ ...view, populated: change.withData });
      return;
    }
    case "unread":
      for (const name of change.names) {
        const table = context.resolveTable(name);
        if (table?.complete === true) context.putRelation({ ...table, complete: false });
      }
      return;
    case "reindex":
    case "lock":
    case "write":
    case "none":
  }
}
