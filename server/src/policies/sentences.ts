// Who may do what with a table's rows, in a sentence a role.

import { accessCells, type AccessWorld } from "./access";
import { commands, type Command } from "./effective";
import type { Table } from "../schema/model";

/** Longer conditions are cut: the policies themselves are shown above. */
const longest = 100;

/**
 * `authenticated may SELECT rows where tenant_id = ...; it may not DELETE.` for each role that a policy names, or everyone.
 * Where nothing is granted in the history, and no platform does so by itself, privileges are taken to be there.
 */
export function accessSentences(world: Omit<AccessWorld, "assumeGranted">, table: Table): readonly string[] {
  if (!table.rls.enabled || table.policies.length === 0) return [];
  const assumeGranted = table.grants.length === 0 && world.database.platform !== "supabase";
  const roles = [...new Set(table.policies.flatMap((policy) => policy.roles))];
  const cells = accessCells({ ...world, assumeGranted }, table, roles, (role) => role ?? "");
  const sentences = roles.map((role) => {
    const groups = new Map<string, Command[]>();
    for (const { command, rows, using, check } of cells.filter((cell) => cell.role === role)) {
      const words = rows === "none" ? "" : rows === "all" ? "all rows" : rows === "own" ? `rows where \`${cut(using ?? check ?? "")}\`` : "rows of which not all is known";
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
