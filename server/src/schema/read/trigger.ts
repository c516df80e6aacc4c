import type { CreateTrigStmt } from "@pgsql/types";
import type { Change, ObjectName } from "../changes";
import type { Trigger } from "../model";
import { readGroup } from "./expression";
import { stringsOf } from "./nodes";
import { nameAt, objectNameAt, relationName } from "./names";
import { collectReferences, type PlacedReference } from "./references";
import { find, itemsOf, rangeOf, wholeSpan, type Source } from "./source";
import { sourceText } from "./sourceText";

// TRIGGER_TYPE_* of src/include/catalog/pg_trigger.h.
const before = 1 << 1;
const events = [
  ["insert", 1 << 2],
  ["delete", 1 << 3],
  ["update", 1 << 4],
  ["truncate", 1 << 5],
] as const;
const instead = 1 << 6;

export function readCreateTrigger(source: Source, node: CreateTrigStmt): Change {
  const whole = wholeSpan(source);
  const word = find(source, whole, "trigger");
  const table = relationName(source, node.relation);
  const execute = find(source, whole, "execute");
  const routine = objectNameAt(source, execute + 2, stringsOf(node.funcname));
  const when = node.whenClause === undefined ? -1 : find(source, whole, "when");
  const timing = node.timing ?? 0;
  const trigger: Omit<Trigger, "name" | "origin" | "createdIn" | "comment" | "enabled" | "function"> = {
    timing: (timing & instead) !== 0 ? "instead of" : (timing & before) !== 0 ? "before" : "after",
    events: events.flatMap(([event, bit]) => (((node.events ?? 0) & bit) !== 0 ? [event] : [])),
    updateOf: stringsOf(node.columns),
    level: node.row === true ? "row" : "statement",
    when: when < 0 ? null : readGroup(source, when + 1, node.whenClause),
    constraint: node.isconstraint === true,
    definition: sourceText(source, whole, references(source, node, table, routine)),
  };
  return {
    change: "createTrigger",
    range: rangeOf(source, whole),
    table,
    name: nameAt(source, word + 1, node.trigname),
    replace: node.replace === true,
    trigger,
    function: routine,
  };
}

function references(source: Source, node: CreateTrigStmt, table: ObjectName, routine: ObjectName): PlacedReference[] {
  const relation = { schema: table.schema ?? "", name: table.name };
  const names: PlacedReference[] = [
    ...collectReferences(source, { CreateTrigStmt: node }).names,
    { range: routine.range, refers: { kind: "function", name: { schema: routine.schema ?? "", name: routine.name } } },
  ];
  const of = node.columns === undefined ? 0 : find(source, wholeSpan(source), "update", "of") + 1;
  if (of > 0) {
    const columns = stringsOf(node.columns);
    // UPDATE OF a, b ends where another event or ON begins: the tree tells how many there are.
    itemsOf(source, { from: of + 1, to: of + 2 * columns.length }).forEach((item, i) => {
      names.push({ range: rangeOf(source, { from: item.from, to: item.from + 1 }), refers: { kind: "column", relation, column: columns[i] ?? "" } });
    });
  }
  return names;
}
