// What stands under the pointer: a table or a column, as it is at this point of the history, and where it comes from.

import { MarkupKind, type Hover } from "vscode-languageserver";
import { absolute, toLspRange, toUri } from "./convert";
import { lockText } from "./lockWords";
import { nameAt, viewsAround, within } from "./nameAt";
import { lockReports } from "../project/lockReport";
import type { ProjectDatabase } from "../project/database";
import type { Workspace } from "../project/workspace";
import type { Finding } from "../lint/finding";
import { accessSentences } from "../policies/sentences";
import type { ObjectName } from "../schema/changes";
import type { TrackedView } from "../schema/keys";
import type { Column, Place, Table } from "../schema/model";
import { printColumn, printTable } from "../schema/print/table";
import { readChanges } from "../schema/read/index";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";

export function hover(workspace: Workspace, file: string, offset: number, pageOf: (rule: string) => string | null): Hover | null {
  const document = workspace.document(file);
  if (!document) return null;
  const parts: string[] = [];
  let range: Range | null = null;
  const finding = workspace.findings(file).find((candidate) => within(absolute(candidate.place), offset));
  if (finding) {
    parts.push(ruleText(workspace, finding, pageOf));
    range = absolute(finding.place);
  }
  const statement = workspace.statementAt(file, offset);
  const database = workspace.database(file);
  const object = statement && database ? objectAt(workspace, database, statement, offset) : null;
  if (object) {
    parts.unshift(object.text);
    range ??= object.range;
  }
  const locks = statement && database ? locksAt(database, file, statement, offset) : null;
  if (locks) {
    parts.push(locks.text);
    range ??= locks.range;
  }
  if (parts.length === 0 || !range) return null;
  return { contents: { kind: MarkupKind.Markdown, value: parts.join("\n\n---\n\n") }, range: toLspRange(document.lines, range) };
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

function objectAt(workspace: Workspace, database: ProjectDatabase, statement: Statement, offset: number): Found | null {
  const at = nameAt(statement, offset);
  if (!at) return null;
  const { qualifier, name, range } = at;
  // What the statement drops is shown as it was; what it makes, as it is after it.
  for (const view of viewsAround(database, statement)) {
    const table = view.resolveTable({ schema: qualifier, name }) ?? (qualifier === null ? undefined : view.resolveTable({ schema: null, name }));
    if (table && (qualifier === null || table.schema === qualifier)) return { text: tableText(workspace, database, view, table), range };
    const owner = ownerOf(view, statement, qualifier, name);
    if (owner) return { text: columnText(workspace, view, owner.table, owner.column), range };
  }
  return null;
}

/** The column of that name in a table that the statement works on. */
function ownerOf(view: TrackedView, statement: Statement, qualifier: string | null, column: string): { table: Table; column: Column } | null {
  for (const named of namesIn(statement)) {
    if (qualifier !== null && named.name !== qualifier) continue;
    const table = view.resolveTable(named);
    const found = table?.columns.find((candidate) => candidate.name === column);
    if (table && found) return { table, column: found };
  }
  return null;
}

/** The tables that a statement names, in the order in which it does. */
function namesIn(statement: Statement): readonly ObjectName[] {
  return readChanges(statement.parsed).flatMap(({ change }): readonly ObjectName[] => {
    switch (change.change) {
      case "createTable":
      case "alterTable":
        return [change.name];
      case "createIndex":
      case "createPolicy":
      case "alterPolicy":
      case "createTrigger":
        return [change.table];
      case "write":
        return change.tables;
      case "createView":
        return change.reads;
      case "renamePart":
        return [change.of];
      case "comment":
        return [change.name];
      default:
        return [];
    }
  });
}

function tableText(workspace: Workspace, database: ProjectDatabase, view: TrackedView, table: Table): string {
  const note = table.complete ? "" : "\n\nNot all of it is known: it was there before these migrations, or a statement about it could not be read.";
  const access = accessSentences({ ...database.access.world, view }, table).map((sentence) => `\n\n${sentence}`);
  return `${code(printTable(view, table))}${access.join("")}\n\n${origin(workspace, table.origin, table.changed)}${note}`;
}

function columnText(workspace: Workspace, view: TrackedView, table: Table, column: Column): string {
  return `${code(printColumn(view, table, column))}\n\nof \`${table.schema}.${table.name}\`. ${origin(workspace, column.origin, null)}`;
}

const code = (sql: string): string => `\`\`\`sql\n${sql.trimEnd()}\n\`\`\``;

function origin(workspace: Workspace, created: Place | null, changed: Place | null): string {
  if (!created) return "It was there before these migrations.";
  const last = changed && changed.anchor !== created.anchor ? `, last changed in ${link(workspace, changed)}` : "";
  return `Created in ${link(workspace, created)}${last}.`;
}

function link(workspace: Workspace, place: Place): string {
  const { file } = place.anchor;
  const line = workspace.document(file)?.lines.positionAt(absolute(place).start).line ?? 0;
  return `[${file.split("/").at(-1)!}](${toUri(file)}#L${line + 1})`;
}
