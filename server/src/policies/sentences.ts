// Who may do what with a table's rows, in a sentence a role.

import { checkRule, commands, privilegeOf, rolesOf, rowsOf, usingRule, type Command } from "./effective";
import type { Condition } from "./condition";
import type { Expression, Table } from "../schema/model";
import type { SchemaView } from "../schema/view";

/** Longer conditions are cut: the policies themselves are shown above. */
const longest = 100;

/**
 * `authenticated may SELECT rows where tenant_id = ...; it may not DELETE.` for each role that a policy names, or everyone.
 * Without a GRANT in the history, privileges are taken to be there.
 */
export function accessSentences(table: Table, view: Pick<SchemaView, "role">, condition: (expression: Expression) => Condition): readonly string[] {
  if (!table.rls.enabled || table.policies.length === 0) return [];
  const facts = { notNull: new Set(table.columns.flatMap((column) => (column.notNull ? [column.name] : []))) };
  const roles = [...new Set(table.policies.flatMap((policy) => policy.roles))];
  const sentences = roles.map((role) => {
    const all = rolesOf(view, role);
    const groups = new Map<string, Command[]>();
    for (const command of commands) {
      const rule = command === "insert" ? checkRule(table, all, command) : usingRule(table, all, command);
      const rows = rowsOf(rule, condition, facts);
      const allowed = table.grants.length === 0 || privilegeOf(table, all, command) !== "none";
      const words = !allowed || rows.rows === "none" ? "" : rows.rows === "all" ? "all rows" : `rows where \`${cut(rows.where)}\``;
      groups.set(words, [...(groups.get(words) ?? []), command]);
    }
    const denied = groups.get("") ?? [];
    groups.delete("");
    const who = role === "public" ? "Every role" : `\`${role}\``;
    const may = [...groups].map(([words, of]) => `may ${upper(of)} ${words}`);
    const not = denied.length === 0 ? [] : [`may not ${upper(denied)}`];
    return `${who} ${[...may, ...not].join("; ")}.`;
  });
  const nobody = commands.filter((command) => !table.policies.some((policy) => policy.permissive && (policy.command === "all" || policy.command === command)));
  if (nobody.length > 0 && roles.length > 1) sentences.push(`Nobody may ${upper(nobody)}.`);
  sentences.push(table.rls.forced ? "The policies hold for the owner too." : "The owner sees all rows.");
  return sentences;
}

const upper = (of: readonly Command[]): string => of.map((command) => command.toUpperCase()).join(", ");

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest).trimEnd()} …`;
}
