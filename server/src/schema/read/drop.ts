import type { DropStmt, Node } from "@pgsql/types";
import { skipExists } from "../../sql/ranges";
import type { Change } from "../changes";
import { as, stringsOf } from "./nodes";
import { objectNameAt } from "./names";
import { dropKind, objectWord } from "./objects";
import { readObject } from "./signature";
import { find, isOneOf, itemsOf, rangeOf, wholeSpan, type Source, type Span } from "./source";

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
  const isOperatorGroup = node.removeType === "OBJECT_OPCLASS" || node.removeType === "OBJECT_OPFAMILY";
  const names = objects.map((object, i) => readObject(source, items[i]?.from ?? from, isOperatorGroup ? withoutMethod(object) : object));
  return { ...common, names, table: null };
}

function withoutMethod(object: Node): Node {
  return { List: { items: as(object, "List")?.items?.slice(1) ?? [] } };
}

function withoutBehavior(source: Source): number {
  return isOneOf(source, source.last - 1, "cascade", "restrict") ? source.last - 1 : source.last;
}

/** DROP of kinds that have nodes of their own: roles, user mappings, subscriptions. `span` holds the names. */
export function dropOf(source: Source, span: Span, drop: Pick<Drop, "kind" | "word" | "ifExists"> & { readonly cascade?: boolean }): Change {
  return {
    change: "drop",
    range: rangeOf(source, wholeSpan(source)),
    names: itemsOf(source, span).map((item) => objectNameAt(source, item.from)),
    table: null,
    concurrently: false,
    cascade: false,
    ...drop,
  };
}
