// The access matrix for a person at a terminal: a table of words, and below it why.

import { accessSections, rowsInWords, type AccessSection } from "../policies/accessGroups";
import { commands } from "../policies/effective";
import type { RelationAccess } from "../policies/matrix";
import { oneLine } from "./characters";
import type { Paint } from "./palette";

export function accessText(tables: readonly RelationAccess[], paint: Paint): string {
  return accessSections(tables).map((each) => section(each, paint)).join("\n");
}

function section({ names, rows, reasons }: AccessSection, paint: Paint): string {
  const width = Math.max("role".length, ...rows.map(({ role }) => oneLine(role).length));
  const line = (first: string, rest: readonly string[]): string => `  ${[first.padEnd(width), ...rest.map((each) => each.padEnd(7))].join("  ").trimEnd()}\n`;
  const table = rows.map(({ role, words }) => line(oneLine(role), words));
  const why = reasons.map(({ roles, groups }) => {
    const said = groups.map((group) => `    ${group.commands.map((command) => command.toUpperCase()).join(", ")}: ${oneLine(rowsInWords(group, (predicate) => predicate))}. ${paint("faint", oneLine(group.reason))}\n`);
    return `  ${oneLine(roles.join(", "))}\n${said.join("")}`;
  });
  return `${paint("strong", oneLine(names.join(", ")))}\n${paint("faint", line("role", commands))}${table.join("")}\n${why.join("")}`;
}
