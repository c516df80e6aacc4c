// What is alike in an access matrix is said once.

import type { AccessCell } from "./access";
import { commands, type Command } from "./effective";
import type { RelationAccess } from "./matrix";

/** Neighbours of which the same holds, as the partitions of a table. */
export interface AccessSection {
  readonly names: readonly string[];
  /** A row a role, its words in the order of the commands. */
  readonly rows: readonly { readonly role: string; readonly words: readonly string[] }[];
  readonly reasons: readonly { readonly roles: readonly string[]; readonly groups: readonly AccessGroup[] }[];
}

/** Commands by which a role reaches the same rows, for the same reason. */
export interface AccessGroup extends Pick<AccessCell, "rows" | "using" | "check" | "reason"> {
  readonly commands: readonly Command[];
}

export function accessSections(tables: readonly RelationAccess[]): readonly AccessSection[] {
  const runs: { readonly key: string; readonly names: string[]; readonly access: readonly AccessCell[] }[] = [];
  for (const { schema, name, access } of tables) {
    const key = JSON.stringify([schema, access]);
    const last = runs.at(-1);
    if (last?.key === key) last.names.push(`${schema}.${name}`);
    else runs.push({ key, names: [`${schema}.${name}`], access });
  }
  return runs.map(({ names, access }) => section(names, access));
}

function section(names: readonly string[], access: readonly AccessCell[]): AccessSection {
  const roles = [...new Set(access.map(({ role }) => role))];
  const reasons = new Map<string, { readonly roles: string[]; readonly groups: readonly AccessGroup[] }>();
  for (const role of roles) {
    const groups = groupsOf(access.filter((cell) => cell.role === role));
    const key = JSON.stringify(groups);
    const known = reasons.get(key);
    if (known) known.roles.push(role);
    else reasons.set(key, { roles: [role], groups });
  }
  return {
    names,
    rows: roles.map((role) => ({ role, words: commands.map((command) => access.find((cell) => cell.role === role && cell.command === command)?.rows ?? "") })),
    reasons: [...reasons.values()],
  };
}

function groupsOf(cells: readonly AccessCell[]): readonly AccessGroup[] {
  const groups = new Map<string, AccessGroup>();
  for (const { command, rows, using, check, reason } of cells) {
    // INSERT asks in its check what the others ask in their using.
    const key = JSON.stringify([rows, using ?? check, check ?? using, reason]);
    const known = groups.get(key);
    groups.set(key, known ? { ...known, using: known.using ?? using, check: known.check ?? check, commands: [...known.commands, command] } : { rows, using, check, reason, commands: [command] });
  }
  return [...groups.values()];
}

/** `rows where tenant_id = 1`, with what the rows that are written must fulfil where it is something else. */
export function rowsInWords({ rows, using, check }: AccessGroup, code: (predicate: string) => string): string {
  const where = using ?? check;
  const written = check !== null && using !== null && check !== using ? `, leaving ${check === "true" ? "any row" : `rows where ${code(check)}`}` : "";
  switch (rows) {
    case "none":
      return "no rows";
    case "all":
      return `all rows${written}`;
    case "own":
      return `rows where ${code(where ?? "")}${written}`;
    case "unknown":
      return where === null || where === "true" ? "cannot tell" : `cannot tell: at most rows where ${code(where)}${written}`;
  }
}
