// How large the table is that a change works on, as plumbline.json tells it.

import type { Severity } from "../rules/rule";
import { severities } from "../rules/rule";
import type { Change } from "../schema/changes";
import type { QualifiedName } from "../schema/model";
import type { SchemaView } from "../schema/view";

/** The table whose rows a change reads or writes; null where it works on none, or on several. */
export function tableOf(change: Change, before: SchemaView): QualifiedName | null {
  switch (change.change) {
    case "alterTable":
      return before.resolve(change.name);
    case "createIndex":
    case "createTrigger":
      return before.resolve(change.table);
    case "reindex": {
      if (change.word !== "index" && change.word !== "table") return null;
      const target = before.relation(before.resolve(change.target));
      return target?.kind === "index" ? target.table : before.resolve(change.target);
    }
    case "cluster":
      return change.table && before.resolve(change.table);
    case "vacuum":
    case "write":
      return change.tables.length === 1 ? before.resolve(change.tables[0]!) : null;
    default:
      return null;
  }
}

export function milder(severity: Severity): Severity {
  return severities[Math.min(severities.indexOf(severity) + 1, severities.length - 1)]!;
}

const scales = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
] as const;

/** `2 billion`, `1.5 million`, `20,000`: two digits are as many as such a number deserves. */
export function inWords(rows: number): string {
  const rounded = Number(rows.toPrecision(2));
  const scale = scales.find(([least]) => rounded >= least);
  return scale ? `${rounded / scale[0]} ${scale[1]}` : rounded.toLocaleString("en-GB");
}
