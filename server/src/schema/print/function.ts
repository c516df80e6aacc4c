// Functions, procedures and aggregates: as they were written, with their full names.

import { functionKey, type TrackedView } from "../keys";
import type { Function } from "../model";
import { needsOfSchema, needsOfSource } from "./needs";
import type { Item } from "./script";
import { printSource } from "./source";
import { nameText } from "./text";

export function functionItem(view: TrackedView, routine: Function): Item {
  return {
    rank: "function",
    name: signatureText(routine),
    sql: `${printSource(view, routine.definition)};`,
    provides: [functionKey(routine)],
    needs: [...needsOfSchema(routine), ...needsOfSource(routine.definition)].filter((key) => key !== functionKey(routine)),
  };
}

/** `public.total(integer, text)` */
export function signatureText(routine: Pick<Function, "schema" | "name" | "arguments" | "kind">): string {
  const list = routine.kind === "aggregate" && routine.arguments.length === 0 ? "*" : routine.arguments.join(", ");
  return `${nameText(routine)}(${list})`;
}

/** `FUNCTION`, `PROCEDURE` or `AGGREGATE`; to grants an aggregate is a function. */
export function routineWord(routine: Function, ofGrant = false): string {
  return ofGrant && routine.kind === "aggregate" ? "FUNCTION" : routine.kind.toUpperCase();
}
