import type { CommentStmt } from "@pgsql/types";
import type { Change, FunctionSignature, ObjectName } from "../changes";
import { as, stringOf, stringsOf } from "./nodes";
import { objectNameAt } from "./names";
import { objectWord } from "./objects";
import { readObject } from "./signature";
import { find, isOneOf, rangeOf, wholeSpan, type Source } from "./source";

/** COMMENT ON. An empty comment is none. */
export function readComment(source: Source, node: CommentStmt): Change {
  const { on, name, part } = target(source, node);
  const text = node.comment === undefined || node.comment === "" ? null : node.comment;
  return { change: "comment", range: rangeOf(source, wholeSpan(source)), on, name, part, text };
}

interface Target {
  readonly on: string;
  readonly name: ObjectName | FunctionSignature;
  readonly part: string | null;
}

function target(source: Source, node: CommentStmt): Target {
  const word = objectWord(node.objtype);
  const items = as(node.object, "List")?.items ?? [];
  // COMMENT ON <kind> <name>
  const at = source.first + 2 + (isOneOf(source, source.first + 2, "procedural") ? 1 : 0) + word.split(" ").length;
  const last = stringOf(items.at(-1));
  switch (node.objtype) {
    case "OBJECT_COLUMN": {
      const parts = stringsOf(items.slice(0, -1));
      const name = objectNameAt(source, at, parts);
      const column = source.tokens[at + 2 * parts.length - 2];
      return { on: word, name: { ...name, range: { start: name.range.start, end: column?.end ?? name.range.end } }, part: last };
    }
    case "OBJECT_TABCONSTRAINT":
    case "OBJECT_POLICY":
    case "OBJECT_RULE":
    case "OBJECT_TRIGGER":
      return { on: word, name: objectNameAt(source, onIndex(source, at), stringsOf(items.slice(0, -1))), part: last };
    case "OBJECT_DOMCONSTRAINT":
      return { on: "domain constraint", name: objectNameAt(source, onIndex(source, at) + 1, stringsOf(as(items[0], "TypeName")?.names)), part: last };
    default:
      return { on: word, name: readObject(source, at, node.objtype, node.object), part: null };
  }
}

/** Index after ON, behind the name of a constraint, policy, rule or trigger. */
function onIndex(source: Source, at: number): number {
  return find(source, { from: at + 1, to: source.last }, "on") + 1;
}
