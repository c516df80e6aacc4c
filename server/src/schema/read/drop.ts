import type { DropRoleStmt, DropStmt, DropSubscriptionStmt, DropUserMappingStmt } from "@pgsql/types";
import { skipExists } from "../../sql/ranges";
import type { Change } from "../changes";
import { as, stringsOf } from "./nodes";
import { objectNameAt } from "./names";
import { dropKind, objectWord } from "./objects";
import { roleName } from "./options";
import { readObject, unnamed, userMappingName } from "./signature";
import { find, isOneOf, itemsOf, rangeOf, wholeSpan, type Source } from "./source";

type Drop = Extract<Change, { change: "drop" }>;

export function readDrop(source: Source, node: DropStmt): Change {
  const kind = dropKind(node.removeType);
  const word = objectWord(node.removeType);
  const objects = node.objects ?? [];
  const common = {
    change: "drop",
    range: rangeOf(source, wholeSpan(source)),
    kind,
    word,
    ifExists: node.missing_ok === true,
    cascade: node.behavior === "DROP_CASCADE",
    concurrently: node.concurrent === true,
  } as const;
  // PROCEDURAL LANGUAGE is the one kind that has a word more.
  const from = skipExists(source, source.first + 1 + (isOneOf(source, source.first + 1, "procedural") ? 1 : 0) + word.split(" ").length);
  const list = { from, to: withoutBehavior(source) };
  if (kind === "policy" || kind === "trigger" || kind === "rule") {
    const parts = stringsOf(as(objects[0], "List")?.items);
    return {
      ...common,
      names: [objectNameAt(source, from, parts.slice(-1))],
      table: objectNameAt(source, find(source, list, "on") + 1, parts.slice(0, -1)),
    };
  }
  const items = itemsOf(source, list);
  return { ...common, names: objects.map((object, i) => readObject(source, items[i]?.from ?? from, node.removeType, object)), table: null };
}

function withoutBehavior(source: Source): number {
  return isOneOf(source, source.last - 1, "cascade", "restrict") ? source.last - 1 : source.last;
}

/** DROP ROLE, DROP USER and DROP GROUP. */
export function readDropRole(source: Source, node: DropRoleStmt): Change {
  const from = skipExists(source, source.first + 2);
  const roles = itemsOf(source, { from, to: source.last }).map((item, i) => ({ ...objectNameAt(source, item.from), name: roleName(node.roles?.[i]), schema: null }));
  return { ...dropOne(source, "role", "role", node.missing_ok), names: roles };
}

export function readDropUserMapping(source: Source, node: DropUserMappingStmt): Change {
  const at = find(source, wholeSpan(source), "for");
  return { ...dropOne(source, "other", "user mapping", node.missing_ok), names: [unnamed(source, at, userMappingName(node.user, node.servername))] };
}

export function readDropSubscription(source: Source, node: DropSubscriptionStmt): Change {
  const at = skipExists(source, source.first + 2);
  return { ...dropOne(source, "other", "subscription", node.missing_ok), names: [objectNameAt(source, at, [node.subname ?? ""])] };
}

function dropOne(source: Source, kind: Drop["kind"], word: string, missingOk: boolean | undefined): Omit<Drop, "names"> {
  return { change: "drop", range: rangeOf(source, wholeSpan(source)), kind, word, table: null, ifExists: missingOk === true, cascade: false, concurrently: false };
}
