// To whom objects belong: ALTER ... OWNER TO, REASSIGN OWNED and DROP OWNED. For relations it is an action of ALTER TABLE.

import type { AlterOwnerStmt, DropOwnedStmt, ReassignOwnedStmt } from "@pgsql/types";
import type { Change } from "../changes";
import { dropKind, objectWord } from "./objects";
import { roleName } from "./options";
import { objectIndex } from "./rename";
import { readObject } from "./signature";
import { rangeOf, wholeSpan, type Source } from "./source";

export function readAlterOwner(source: Source, node: AlterOwnerStmt): Change {
  return {
    change: "setOwner",
    range: rangeOf(source, wholeSpan(source)),
    kind: dropKind(node.objectType),
    name: readObject(source, objectIndex(source, objectWord(node.objectType)), node.objectType, node.object),
    owner: node.newowner === undefined ? "" : roleName({ RoleSpec: node.newowner }),
  };
}

export function readReassignOwned(source: Source, node: ReassignOwnedStmt): Change {
  return { change: "reassignOwned", range: rangeOf(source, wholeSpan(source)), roles: (node.roles ?? []).map(roleName), owner: node.newrole === undefined ? "" : roleName({ RoleSpec: node.newrole }) };
}

export function readDropOwned(source: Source, node: DropOwnedStmt): Change {
  return { change: "dropOwned", range: rangeOf(source, wholeSpan(source)), roles: (node.roles ?? []).map(roleName) };
}
