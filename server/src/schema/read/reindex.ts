import type { ReindexStmt } from "@pgsql/types";
import type { Change } from "../changes";
import { objectNameAt, relationName } from "./names";
import { isOn } from "./options";
import { find, rangeOf, wholeSpan, type Source } from "./source";

const words = {
  REINDEX_OBJECT_INDEX: "index",
  REINDEX_OBJECT_TABLE: "table",
  REINDEX_OBJECT_SCHEMA: "schema",
  REINDEX_OBJECT_SYSTEM: "system",
  REINDEX_OBJECT_DATABASE: "database",
} as const;

export function readReindex(source: Source, node: ReindexStmt): Change {
  const word = words[node.kind ?? "REINDEX_OBJECT_TABLE"];
  const at = find(source, wholeSpan(source), word) + 1;
  const named = find(source, { from: at, to: source.last }, "concurrently") === at ? at + 1 : at;
  const range = rangeOf(source, wholeSpan(source));
  // CONCURRENTLY and (CONCURRENTLY [true]) are the same parameter.
  const concurrently = isOn(node.params, "concurrently");
  if (node.relation !== undefined) return { change: "reindex", range, target: relationName(source, node.relation), word, concurrently };
  // From 16 on the database's name may be left out.
  const nameless = { schema: null, name: "", range: rangeOf(source, { from: at - 1, to: at }) };
  return { change: "reindex", range, target: node.name === undefined ? nameless : objectNameAt(source, named, [node.name]), word, concurrently };
}
