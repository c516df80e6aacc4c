// What the schema keeps only to print it again.

import type { TrackedView } from "../keys";
import type { OtherObject } from "../model";
import { keyOfKept, needsOfText } from "./needs";
import type { Item, Rank } from "./script";
import { printSource } from "./source";

const ranks: Readonly<Record<string, Rank>> = {
  collation: "foundation",
  "text search configuration": "foundation",
  "text search dictionary": "foundation",
  "text search parser": "foundation",
  "text search template": "foundation",
  "foreign data wrapper": "foundation",
  server: "foundation",
  "user mapping": "foundation",
  language: "foundation",
  "access method": "foundation",
  type: "type",
  cast: "operator",
  operator: "operator",
  "operator class": "operator",
  "operator family": "operator",
  conversion: "operator",
  transform: "operator",
  // It would run at the statements after it.
  "event trigger": "event trigger",
};

export function otherItem(view: TrackedView, object: OtherObject): Item {
  const rank = ranks[object.type] ?? "other";
  return {
    rank,
    name: `${object.type} ${object.name}`,
    sql: object.definitions.map((definition) => `${printSource(view, definition)};`).join("\n"),
    // Nothing is made of publications, statistics, rules and the like.
    provides: rank === "other" || rank === "event trigger" ? [] : [keyOfKept(object.name)],
    needs: object.definitions.flatMap(({ text }) => needsOfText(text)).filter((key) => key !== keyOfKept(object.name)),
  };
}
