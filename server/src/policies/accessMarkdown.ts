// The access matrix as Markdown: a table for each relation, and below it why.

import { accessSections, rowsInWords, type AccessSection } from "./accessGroups";
import { commands } from "./effective";
import type { RelationAccess } from "./matrix";

/** `level`: of the headings. */
export function accessMarkdown(tables: readonly RelationAccess[], level: number): string {
  return accessSections(tables).map((each) => section(each, level)).join("\n");
}

function section({ names, rows, reasons }: AccessSection, level: number): string {
  const heading = `${"#".repeat(level)} ${names.map(escaped).join(", ")}\n`;
  const head = `| Role | ${commands.map((command) => command.toUpperCase()).join(" | ")} |\n| --- | --- | --- | --- | --- |\n`;
  const table = rows.map(({ role, words }) => `| ${[code(role).replaceAll("|", "\\|"), ...words].join(" | ")} |\n`).join("");
  const why = reasons.flatMap(({ roles, groups }) => groups.map((group) => `- ${roles.map(code).join(", ")}, ${group.commands.map((command) => command.toUpperCase()).join(", ")}: ${rowsInWords(group, code)}. ${escaped(group.reason)}\n`));
  return `${heading}\n${head}${table}\n${why.join("")}`;
}

/** In more backticks than it holds itself. */
function code(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  const fence = "`".repeat(Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = flat.startsWith("`") || flat.endsWith("`") ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

const escaped = (text: string): string => text.replace(/\s+/g, " ").replace(/[\\`*_<>|[\]]/g, "\\$&");
