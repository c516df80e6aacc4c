// Triggers as they were written, under their present names.

import { quoteIdentifier } from "../../sql/identifiers";
import { isComment, tokenize } from "../../sql/lexer";
import { functionKey, relationKey, type TrackedView } from "../keys";
import type { QualifiedName, Table, Trigger, View } from "../model";
import type { Item } from "./script";
import { printSource } from "./source";
import { nameText } from "./text";

export function triggerItem(view: TrackedView, owner: Table | View, trigger: Trigger): Item {
  const statements = [createTriggerText(view, trigger)];
  const state = enabledText(owner, trigger);
  if (state !== null) statements.push(state);
  return { rank: "trigger", name: `${owner.schema}.${owner.name}.${trigger.name}`, sql: statements.join("\n"), provides: [], needs: [relationKey(owner), functionKey(trigger.function)] };
}

/** A rename changes the name that stands after the word TRIGGER. */
export function createTriggerText(view: TrackedView, trigger: Trigger): string {
  const text = printSource(view, trigger.definition);
  const tokens = tokenize(text).filter((token) => !isComment(token));
  const word = tokens.findIndex((token) => token.kind === "word" && text.slice(token.start, token.end).toLowerCase() === "trigger");
  const name = tokens[word + 1];
  return name === undefined ? `${text};` : `${text.slice(0, name.start)}${quoteIdentifier(trigger.name)}${text.slice(name.end)};`;
}

const states = { disabled: "DISABLE", always: "ENABLE ALWAYS", replica: "ENABLE REPLICA" } as const;

function enabledText(owner: QualifiedName, trigger: Trigger): string | null {
  return trigger.enabled === "origin" ? null : `ALTER TABLE ${nameText(owner)} ${states[trigger.enabled]} TRIGGER ${quoteIdentifier(trigger.name)};`;
}

/** A partition has its parent's row triggers by itself. */
export function ownTriggers(view: TrackedView, table: Table): readonly Trigger[] {
  const parent = table.partitionOf === null ? undefined : view.table(table.partitionOf);
  if (!parent) return table.triggers;
  return table.triggers.filter((trigger) => trigger.level !== "row" || !parent.triggers.some((other) => other.name === trigger.name && other.origin === trigger.origin));
}
