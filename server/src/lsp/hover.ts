// What stands under the pointer: a table or a column, as it is at this point of the history, and where it comes from.

import { MarkupKind, type Hover } from "vscode-languageserver";
import { absolute, toLspRange, toUri } from "./convert";
import { lockText } from "./lockWords";
import { within } from "./nameAt";
import { objectAt, type ObjectAt } from "./objectAt";
import { writtenPlace } from "../drizzle/statement";
import { lockReports } from "../project/lockReport";
import type { ProjectDatabase } from "../project/database";
import type { Workspace } from "../project/workspace";
import type { Finding } from "../lint/finding";
import { accessSentences } from "../policies/sentences";
import type { TrackedView } from "../schema/keys";
import type { Column, Place, Table } from "../schema/model";
import { printColumn, printTable } from "../schema/print/table";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";

export function hover(workspace: Workspace, file: string, offset: number, pageOf: (rule: string) => string | null): Hover | null {
  const lines = workspace.lines(file);
  if (!lines) return null;
  const parts: string[] = [];
  let range: Range | null = null;
  const finding = workspace.findings(file).find((candidate) => within(absolute(candidate.place), offset));
  if (finding) {
    parts.push(ruleText(workspace, finding, pageOf));
    range = absolute(finding.place);
  }
  const object = objectAt(workspace, file, offset);
  if (object) {
    parts.unshift(objectText(workspace, object));
    range ??= object.range;
  }
  const database = workspace.database(file);
  const statement = workspace.isCode(file) ? null : workspace.statementAt(file, offset);
  const locks = statement && database ? locksAt(database, file, statement, offset) : null;
  if (locks) {
    parts.push(locks.text);
    range ??= locks.range;
  }
  if (parts.length === 0 || !range) return null;
  return { contents: { kind: MarkupKind.Markdown, value: parts.join("\n\n---\n\n") }, range: toLspRange(lines, range) };
}

/** On the words that a statement begins with, and on the names and clauses that its locks come from. */
function locksAt(database: ProjectDatabase, file: string, statement: Statement, offset: number): Found | null {
  const report = lockReports(database, file).find((each) => each.statement === statement);
  const text = report && lockText(report);
  if (!report || !text) return null;
  const words = statement.parsed.tokens.slice(0, 2).map(({ start, end }) => ({ start, end }));
  const range = [...words, ...report.locks.map(({ from }) => from), ...report.work.map(({ from }) => from)].find((each) => within({ start: each.start + statement.start, end: each.end + statement.start }, offset));
  return range ? { text, range: { start: range.start + statement.start, end: range.end + statement.start } } : null;
}

function ruleText(workspace: Workspace, finding: Finding, pageOf: (rule: string) => string | null): string {
  const rule = workspace.settings.rule(finding.rule);
  const page = pageOf(finding.rule);
  const title = page === null ? `**${finding.rule}**` : `**[${finding.rule}](${page})**`;
  return rule ? `${title}: ${rule.summary}\n\n${rule.whatToDo}` : title;
}

interface Found {
  readonly text: string;
  readonly range: Range;
}

function objectText(workspace: Workspace, { database, view, table, column }: ObjectAt): string {
  return column ? columnText(workspace, view, table, column) : tableText(workspace, database, view, table);
}

function tableText(workspace: Workspace, database: ProjectDatabase, view: TrackedView, table: Table): string {
  const note = table.complete ? "" : `\n\nNot all of it is known: ${inCode(workspace, table.origin) ? "a part of its code cannot be told without running it" : "it was there before these migrations, or a statement about it could not be read"}.`;
  const access = accessSentences({ ...database.access.world, view }, table).map((sentence) => `\n\n${sentence}`);
  return `${code(printTable(view, table))}${access.join("")}\n\n${origin(workspace, table.origin, table.changed)}${note}`;
}

function columnText(workspace: Workspace, view: TrackedView, table: Table, column: Column): string {
  return `${code(printColumn(view, table, column))}\n\nof \`${table.schema}.${table.name}\`. ${origin(workspace, column.origin, null)}`;
}

const code = (sql: string): string => `\`\`\`sql\n${sql.trimEnd()}\n\`\`\``;

function origin(workspace: Workspace, created: Place | null, changed: Place | null): string {
  if (!created) return "It was there before these migrations.";
  const last = changed && writtenPlace(changed).anchor !== writtenPlace(created).anchor ? `, last changed in ${link(workspace, changed)}` : "";
  return `${inCode(workspace, created) ? "Declared" : "Created"} in ${link(workspace, created)}${last}.`;
}

const inCode = (workspace: Workspace, place: Place | null): boolean => place !== null && workspace.isCode(place.anchor.file);

function link(workspace: Workspace, declared: Place): string {
  const place = writtenPlace(declared);
  const { file } = place.anchor;
  const line = workspace.lines(file)?.positionAt(absolute(place).start).line ?? 0;
  return `[${file.split("/").at(-1)!}](${toUri(file)}#L${line + 1})`;
}
