// Applies what a statement does to the schema. Never throws on what does not fit: it says so, and the rest goes on.

import type { Range } from "../../text/range";
import type { Change, StatementChange } from "../changes";
import type { Version } from "../history";
import { unreadPrivilegesKey } from "../keys";
import type { Writer } from "../store";
import { qualified } from "../view";
import type { Statement } from "../../sql/statement";
import { alterTable } from "./alterTable";
import { comment } from "./comments";
import { ApplyContext, type ReplayProblem } from "./context";
import { drop, dropOwned } from "./drop";
import { grant, setDefaultPrivileges } from "./grants";
import { createIndex } from "./indexes";
import { other } from "./others";
import { rename, renamePart, setSchema } from "./rename";
import { alterRole, createRole, grantRole, reassignOwned, setOwner } from "./roles";
import { alterFunction, alterPolicy, createFunction, createPolicy, createTrigger } from "./routines";
import { set, transaction } from "./session";
import { createTable, createTableAs } from "./tables";
import { addEnumLabel, alterComposite, alterDomain, createComposite, createDomain, createEnum, createRange, renameEnumLabel } from "./types";
import { alterSequence, createExtension, createSchema, createSequence, createView } from "./views";

export type { ReplayProblem } from "./context";

export function applyStatement(writer: Writer, statement: Statement, changes: readonly StatementChange[], version: Version, problems: ReplayProblem[]): void {
  const context = new ApplyContext(writer, statement, version, problems);
  for (const { change, offset, tentative } of changes) {
    if (offset !== context.offset) context.actingAs = null;
    context.offset = offset;
    context.tentative = tentative;
    apply(context, change);
  }
}

function apply(context: ApplyContext, change: Change): void {
  switch (change.change) {
    case "createSchema":
      { createSchema(context, change); return; }
    case "createTable":
      { createTable(context, change); return; }
    case "createTableAs":
      { createTableAs(context, change); return; }
    case "alterTable":
      { alterTable(context, change); return; }
    case "createIndex":
      { createIndex(context, change); return; }
    case "drop":
      { drop(context, change); return; }
    case "rename":
      { rename(context, change); return; }
    case "renamePart":
      { renamePart(context, change); return; }
    case "renameEnumLabel":
      { renameEnumLabel(context, change); return; }
    case "setSchema":
      { setSchema(context, change); return; }
    case "createEnum":
      { createEnum(context, change); return; }
    case "addEnumLabel":
      { addEnumLabel(context, change); return; }
    case "createDomain":
      { createDomain(context, change); return; }
    case "alterDomain":
      { alterDomain(context, change); return; }
    case "createComposite":
      { createComposite(context, change); return; }
    case "alterComposite":
      { alterComposite(context, change); return; }
    case "createRange":
      { createRange(context, change); return; }
    case "createView":
      { createView(context, change); return; }
    case "createSequence":
      { createSequence(context, change); return; }
    case "alterSequence":
      { alterSequence(context, change); return; }
    case "createFunction":
      { createFunction(context, change); return; }
    case "alterFunction":
      { alterFunction(context, change); return; }
    case "createTrigger":
      { createTrigger(context, change); return; }
    case "createPolicy":
      { createPolicy(context, change); return; }
    case "alterPolicy":
      { alterPolicy(context, change); return; }
    case "grant":
      { grant(context, change); return; }
    case "grantRole":
      { grantRole(context, change); return; }
    case "setOwner":
      { setOwner(context, change); return; }
    case "reassignOwned":
      { reassignOwned(context, change); return; }
    case "defaultPrivileges":
      { setDefaultPrivileges(context, change); return; }
    case "createRole":
      { createRole(context, change); return; }
    case "alterRole":
      { alterRole(context, change); return; }
    case "dropOwned":
      { dropOwned(context, change); return; }
    case "createExtension":
      { createExtension(context, change); return; }
    case "comment":
      { comment(context, change); return; }
    case "other":
      { other(context, change); return; }
    case "set":
      { set(context, change); return; }
    case "transaction":
      { transaction(context, change); return; }
    case "refreshView": {
      const view = context.view(context.resolve(change.name));
      if (view && view.populated !== change.withData) context.putRelation({ ...view, populated: change.withData });
      return;
    }
    case "cluster": {
      // Remembered for the next CLUSTER without an index (mark_index_clustered in src/backend/commands/cluster.c).
      const table = change.table === null ? undefined : context.resolveTable(change.table);
      if (table && change.index !== null && table.clusterIndex !== change.index.name) context.putRelation({ ...table, clusterIndex: change.index.name });
      return;
    }
    case "unread":
      for (const name of change.names) {
        const table = context.resolveTable(name);
        if (table?.complete === true) context.putRelation({ ...table, complete: false });
      }
      if (change.names.length === 0) leavePrivilegesUnread(context, change.range);
      return;
    case "reindex":
    case "lock":
    case "write":
    case "vacuum":
    case "analyze":
    case "none":
  }
}

const ofPrivileges = /\b(?:grant|revoke|policy|owner\s+to|row\s+(?:level\s+)?security)\b/i;

/** SQL that is made at run time for tables that nothing names may have changed those of all that are there. */
function leavePrivilegesUnread(context: ApplyContext, range: Range): void {
  const own = context.text(range);
  // EXECUTE of a variable, or format() of one: what it holds stands elsewhere in the block.
  const text = /['$]\s*\w+\s/.test(own) ? own : context.statement.parsed.text;
  if (ofPrivileges.test(text)) context.writer.set(unreadPrivilegesKey, context.relations().map(qualified));
}
