// Turns what a rule asks for into edits of SQL files, by the ways of the migration tool that the host knows.

import type { Finding, Fix, FixEdit } from "./finding";
import type { ColumnChange } from "../drizzle/edits/columns";
import { DeclaredStatement } from "../drizzle/statement";
import type { FixIntent, FixProposal } from "../rules/rule";
import type { DatabaseFacts, Version } from "../schema/history";
import { readChanges } from "../schema/read/index";
import type { Anchor, Place, QualifiedName } from "../schema/model";
import { quoteIdentifier } from "../sql/identifiers";
import { isComment, tokenize } from "../sql/lexer";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";

export interface MigrationDraft {
  /** What it does, in a few words: becomes part of its name. */
  readonly slug: string;
  /** Without their closing `;`. */
  readonly statements: readonly string[];
  readonly outsideTransaction: boolean;
}

/** What the files and their tool look like: the project's part in a fix. */
export interface FixHost {
  readonly facts: DatabaseFacts;
  readonly versions: readonly Version[];
  /** The version that a statement stands in. */
  versionOf(statement: Anchor): Version | undefined;
  text(file: string): string | null;
  /** Part of a schema in code, or of what uses it. */
  isCode(file: string): boolean;
  /** The last statement of a pending version that changed the table itself; null where none did. */
  lastChange(table: QualifiedName): Statement | null;
  /** Another statement of the same version, later than this one, changes the same objects or what hangs on them. */
  isBuiltUpon(statement: Statement): boolean;
  /** Before this statement a name without a schema means one in `public`. */
  findsPublic(statement: Statement): boolean;
  /** Stands between two statements of one file, after the `;`. */
  separator(file: string): string;
  /** A statement with its `;` and what its tool wants around it. */
  closed(statement: string): string;
  /** Nothing may be inserted into a file's part of a version before this offset: the tool's markers stand there. */
  regionStart(file: string, offset: number): number;
  /** The nearest offset to a statement's edge where another statement may stand. */
  edge(file: string, statement: Range, side: "before" | "after"): number;
  /** Edits that make a version run outside of a transaction; null where a text cannot say so. */
  withoutTransaction(version: Version): readonly FixEdit[] | null;
  /** New migrations after all others, in this order; null where the tool's files cannot be written. */
  newMigrations(drafts: readonly MigrationDraft[]): readonly FixEdit[] | null;
  /** Where the schema stands in code: statements written into that, and those for which it has no word; null where none can be. */
  amendCode(statements: readonly string[]): { readonly edits: readonly FixEdit[]; readonly left: readonly string[] } | null;
  /** Another text in what code declares; without one, what is declared goes. `shared`: other declarations may be made with that code too. */
  editCode(statement: DeclaredStatement, change: { readonly range: Range; readonly text: string } | null): CodeChange | null;
  changeColumn(table: QualifiedName, column: string, change: ColumnChange): CodeChange | null;
}

export interface CodeChange {
  readonly edits: readonly FixEdit[];
  readonly shared: boolean;
  /** What a person has to know. */
  readonly remark?: string;
}

/** The fixes of a finding that can be carried out here; what may not be edited gets none. */
export function lowerFixes(finding: Finding, host: FixHost): readonly Fix[] {
  const fixes = finding.proposals.flatMap((proposal) => lowerProposal(finding, proposal, host) ?? []);
  // In code, what SQL says in one way or in a new statement may be the same.
  return fixes.filter((fix, i) => !fixes.slice(0, i).some((other) => JSON.stringify(other.edits) === JSON.stringify(fix.edits)));
}

function lowerProposal(finding: Finding, proposal: FixProposal, host: FixHost): Fix | null {
  const lowering = new Lowering(finding, host);
  for (const intent of proposal.intents) if (!lowering.lower(intent)) return null;
  const edits = lowering.finish();
  return edits && edits.length > 0 ? { title: proposal.title + lowering.remark, kind: proposal.kind, edits } : null;
}

class Lowering {
  private readonly edits: FixEdit[] = [];
  private readonly drafts: MigrationDraft[] = [];
  private readonly inCode: Extract<FixIntent, { intent: "amend" }>[] = [];
  /** What the title says of how it is carried out here. */
  remark = "";

  constructor(
    private readonly finding: Finding,
    private readonly host: FixHost,
  ) {}

  /** False where the intent cannot be carried out: then the whole fix is not offered. */
  lower(intent: FixIntent): boolean {
    if (intent.intent === "amend") return this.amend(intent);
    if (intent.intent === "replaceAt") return this.replaceAt(intent);
    if (intent.intent === "column") return this.changeColumn(intent);
    if (intent.intent === "removeStatement" && intent.place) return this.removeStatementAt(intent.place);
    const { subject } = this.finding;
    if (intent.intent === "laterVersion") {
      if (subject?.version.released === true) return false;
      this.drafts.push({ slug: intent.name, statements: intent.statements, outsideTransaction: intent.outsideTransaction ?? false });
      return true;
    }
    if (!subject || subject.version.released) return false;
    const { statement, offset, version } = subject;
    switch (intent.intent) {
      case "replace":
        if (offset === 0 && intent.range.start === 0 && intent.range.end === statement.parsed.text.length) return this.replaceStatement(statement, intent.text);
        this.edit(statement.file, { start: statement.start + offset + intent.range.start, end: statement.start + offset + intent.range.end }, intent.text);
        return true;
      case "insertStatement":
        // Inside a DO block there is no place for a statement of its own.
        return offset === 0 && this.insertStatement(statement, intent.where, intent.sql);
      case "removeStatement":
        return offset === 0 && this.removeStatement(statement);
      case "outsideTransaction":
        return offset === 0 && this.outsideTransaction(statement, version, intent);
      case "setLockTimeout":
        return this.setLockTimeout(version, intent.value);
    }
  }

  /** Null where a new migration is needed and cannot be made. */
  finish(): readonly FixEdit[] | null {
    if (!this.amendCode()) return null;
    const own = merged(this.edits).map((edit) => (edit.kind === "edit" ? { ...edit, newText: this.lineEnds(this.inCase(edit.newText), edit.file) } : edit));
    if (this.drafts.length === 0) return own;
    const style = this.host.versions.at(-1)?.files[0] ?? this.finding.place.anchor.file;
    const created = this.host.newMigrations(this.drafts.map((draft) => ({ ...draft, statements: draft.statements.map((sql) => this.inCase(sql)) })))?.map((edit) => (edit.kind === "create" ? { ...edit, text: this.lineEnds(edit.text, style) } : edit));
    return created ? [...own, ...created] : null;
  }

  /** Keywords as the migration has them. */
  private inCase(sql: string): string {
    const version = this.finding.subject?.version ?? this.host.versionOf(this.finding.place.anchor);
    const isLower = version !== undefined && version.statements.length > 0 && version.statements.every(({ parsed }) => /^[a-z]/.test(parsed.text));
    return isLower ? inLowerCase(sql) : sql;
  }

  /** Line ends as the file has them. */
  private lineEnds(text: string, file: string): string {
    return this.host.text(file)?.includes("\r\n") === true ? text.replaceAll(/\r?\n/g, "\r\n") : text;
  }

  private edit(file: string, range: Range, newText: string): void {
    this.edits.push({ kind: "edit", file, range, newText });
  }

  private replaceAt({ place, text }: Pick<Extract<FixIntent, { intent: "replaceAt" }>, "place" | "text">): boolean {
    if (place.anchor instanceof DeclaredStatement) return this.changeCode(this.host.editCode(place.anchor, { range: place.range, text }));
    const version = this.host.versionOf(place.anchor);
    if (version ? version.released : !this.host.isCode(place.anchor.file)) return false;
    const { start } = place.anchor;
    this.edit(place.anchor.file, { start: start + place.range.start, end: start + place.range.end }, text);
    return true;
  }

  private changeColumn(intent: Extract<FixIntent, { intent: "column" }>): boolean {
    return intent.place.anchor instanceof DeclaredStatement ? this.changeCode(this.host.changeColumn(intent.table, intent.column, intent.change)) : this.replaceAt(intent);
  }

  private changeCode(change: CodeChange | null): boolean {
    if (!change) return false;
    this.edits.push(...change.edits);
    this.remark = change.remark ?? (change.shared ? ", for all that is made with this code" : "");
    return true;
  }

  private insertStatement(statement: Statement, where: "before" | "after", sql: string): boolean {
    const { file } = statement;
    const text = this.host.text(file);
    if (text === null) return false;
    const separator = this.host.separator(file);
    const indent = indentation(text, statement.start);
    const range = { start: statement.start, end: endWithSemicolon(text, statement) };
    const body = indented(sql, indent);
    if (where === "before") {
      const edge = this.host.edge(file, { start: beforeItsComments(text, statement, this.host.regionStart(file, statement.start)), end: range.end }, "before");
      this.edit(file, { start: edge, end: edge }, `${body};${separator}${indent}`);
    } else {
      const edge = this.host.edge(file, range, "after");
      this.edit(file, { start: edge, end: edge }, `${endsOpen(text, statement) ? ";" : ""}${separator}${indent}${body};`);
    }
    return true;
  }

  /** Where it stands in brackets of its tool already, or the tool wants none, it keeps its own `;`. */
  private replaceStatement(statement: Statement, sql: string): boolean {
    const { file, start } = statement;
    const text = this.host.text(file);
    if (text === null) return false;
    const own = { start, end: start + statement.parsed.text.length };
    const end = endWithSemicolon(text, statement);
    const closed = this.host.closed(sql);
    if (closed === `${sql};` || this.host.edge(file, { start, end }, "before") !== start) this.edit(file, own, sql);
    else this.edit(file, { start, end }, closed);
    return true;
  }

  private removeStatementAt(place: Place): boolean {
    if (place.anchor instanceof DeclaredStatement) return this.changeCode(this.host.editCode(place.anchor, null));
    const version = this.host.versionOf(place.anchor);
    const statement = version?.statements.find((candidate) => candidate === place.anchor);
    return version?.released === false && statement !== undefined && this.removeStatement(statement);
  }

  private removeStatement(statement: Statement): boolean {
    const text = this.host.text(statement.file);
    if (text === null) return false;
    this.edit(statement.file, wholeLines(text, { start: statement.start, end: endWithSemicolon(text, statement) }), "");
    return true;
  }

  /** The new migration takes back itself what has moved to it. */
  private removeWayBack(statement: Statement, version: Version): boolean {
    // Liquibase keeps its way back in comments.
    if (version.tool === "liquibase") return true;
    const [made] = readChanges(statement.parsed);
    const index = made?.change.change === "createIndex" ? made.change.index.name?.name : undefined;
    const back = version.down?.find(({ parsed }) => {
      const [first, ...others] = readChanges(parsed);
      return index !== undefined && others.length === 0 && first?.change.change === "drop" && first.change.kind === "index" && first.change.names.length === 1 && first.change.names[0]?.name === index;
    });
    return back === undefined || this.removeStatement(back);
  }

  private outsideTransaction(statement: Statement, version: Version, intent: Extract<FixIntent, { intent: "outsideTransaction" }>): boolean {
    const alone = version.statements.length === 1;
    const { wayOut, disabled, wraps, implicit } = version.transaction;
    const whole = { start: 0, end: statement.parsed.text.length };
    const inPlace = (): boolean => this.lower({ intent: "replace", range: whole, text: intent.sql });
    const free = (wraps === "nothing" || disabled) && (!implicit || alone);
    if (free) return inPlace();
    if (wayOut.way === "by hand") return false;
    if (alone || (wayOut.way === "marker" && !wayOut.alone && onlyFreeStatements(version, statement))) {
      if (wayOut.way === "marker") {
        const marker = this.host.withoutTransaction(version);
        if (!marker) return false;
        this.edits.push(...marker);
      }
      return inPlace();
    }
    // What is built upon it in this version would come too early.
    if (this.host.isBuiltUpon(statement)) return false;
    this.drafts.push({ slug: intent.name, statements: [intent.sql], outsideTransaction: true });
    return this.removeStatement(statement) && this.removeWayBack(statement, version);
  }

  private setLockTimeout(version: Version, value: string): boolean {
    const first = version.statements[0];
    if (!first) return false;
    // SET lasts for the session, which some tools keep for the next migration: inside their transaction SET LOCAL ends with it.
    const local = version.transaction.wraps !== "nothing" && !version.transaction.disabled;
    return this.insertStatement(first, "before", `SET ${local ? "LOCAL " : ""}lock_timeout = '${value}'`);
  }

  /**
   * After the last statement that changed the table, if that is in the version that made it; else at the end of the
   * newest pending version, where the table is live; else in a new one.
   */
  private amend(intent: Extract<FixIntent, { intent: "amend" }>): boolean {
    const { host } = this;
    // A schema file that owns the tables would take an index made in SQL for drift.
    if (host.facts.owner !== "sql") return this.inCode.push(intent) > 0;
    const own = host.versionOf(this.finding.place.anchor);
    const last = host.lastChange(intent.table);
    const home = last && host.versionOf(last);
    if (last && home && !home.released && home === own && home.id === intent.createdIn) return intent.onlyLive !== true && this.insertAfter(later(home, last, this.finding.place.anchor), intent, false);
    const newest = host.versions.filter((version) => !version.released && !version.repeatable && version.statements.length > 0).at(-1);
    const outside = intent.statements.some((statement) => statement.concurrently !== undefined);
    const { wayOut } = (newest ?? host.versions.at(-1))?.transaction ?? { wayOut: { way: "none needed" as const } };
    if (outside && wayOut.way === "by hand") return false;
    const target = newest?.statements.at(-1);
    if (newest && target && (!outside || (wayOut.way === "none needed" && !insideExplicit(newest, target)))) return this.insertAfter(target, intent, true);
    this.drafts.push({ slug: intent.name, statements: this.statementsOf(intent, true), outsideTransaction: outside });
    return true;
  }

  /** All that a fix asks of the code at once: its parts may stand in one list. */
  private amendCode(): boolean {
    const [first] = this.inCode;
    if (!first) return true;
    const amended = this.host.amendCode(this.inCode.flatMap(({ statements }) => statements.map(({ sql }) => sql)));
    if (!amended) return false;
    this.edits.push(...amended.edits);
    if (amended.left.length === 0) return true;
    // Only a table that a migration has made can be altered by the next one.
    if (this.host.versions.some(({ id }) => id === first.createdIn)) {
      this.drafts.push({ slug: first.name, statements: amended.left, outsideTransaction: false });
      this.remark = ", with a migration for what the schema's code cannot say";
    } else {
      this.remark = ` (the schema's code has no word for ${amended.left.map((sql) => sql.replace(/^ALTER TABLE \S+ /, "")).join(", ")})`;
    }
    return true;
  }

  private statementsOf(intent: Extract<FixIntent, { intent: "amend" }>, live: boolean): string[] {
    return intent.statements.map((statement) => (live ? (statement.concurrently ?? statement.sql) : statement.sql));
  }

  private insertAfter(target: Statement, intent: Extract<FixIntent, { intent: "amend" }>, live: boolean): boolean {
    const separator = this.host.separator(target.file);
    const statements = this.statementsOf(intent, live).map((sql) => (this.host.findsPublic(target) ? sql : withSchema(sql, intent.table)));
    return this.insertStatement(target, "after", statements.join(`;${separator}`));
  }

}

/** All words in capitals, those of a dollar-quoted body too: a name among them means the same in lower case. */
function inLowerCase(sql: string): string {
  let result = "";
  let at = 0;
  for (const { kind, start, end } of tokenize(sql)) {
    const text = sql.slice(start, end);
    const body = kind === "dollar" ? /^(\$\w*\$)([^]*)\1$/.exec(text) : null;
    const written = kind === "word" && /^[A-Z_]+$/.test(text) ? text.toLowerCase() : body === null ? text : `${body[1]!}${inLowerCase(body[2]!)}${body[1]!}`;
    result += sql.slice(at, start) + written;
    at = end;
  }
  return result + sql.slice(at);
}

/** The later one of two statements of a version. */
function later(version: Version, one: Statement, other: Anchor): Statement {
  const at = version.statements.findIndex((statement) => statement === other);
  return at > version.statements.indexOf(one) ? version.statements[at]! : one;
}

/** The table's name with its schema, where the search path would not find it. */
function withSchema(sql: string, table: QualifiedName): string {
  const name = quoteIdentifier(table.name);
  const at = new RegExp(`\\b(ON|TABLE|ONLY) (?=${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w.]))`);
  return sql.replace(at, `$1 ${quoteIdentifier(table.schema)}.`);
}

/** Some statement of the version opened a transaction that is still open at `target`. */
function insideExplicit(version: Version, target: Statement): boolean {
  let open = false;
  for (const statement of version.statements) {
    if (statement === target) return open;
    const node = statement.parsed.node;
    if (node && "TransactionStmt" in node) {
      const kind = String(node.TransactionStmt.kind);
      if (kind === "TRANS_STMT_BEGIN" || kind === "TRANS_STMT_START") open = true;
      if (kind === "TRANS_STMT_COMMIT" || kind === "TRANS_STMT_ROLLBACK") open = false;
    }
  }
  return open;
}

/** Every other statement of the version can do without the transaction as well as with it: none stands there but SET. */
function onlyFreeStatements(version: Version, statement: Statement): boolean {
  return version.statements.every((other) => other === statement || (other.parsed.node !== null && "VariableSetStmt" in other.parsed.node));
}

/** The offset after a statement's `;`, or after its last token where it has none. */
export function endWithSemicolon(text: string, statement: Statement): number {
  const end = statement.start + statement.parsed.text.length;
  const next = tokenize(text.slice(end, end + 4000)).find((token) => !isComment(token));
  return next && text[end + next.start] === ";" ? end + next.end : end;
}

const endsOpen = (text: string, statement: Statement): boolean => endWithSemicolon(text, statement) === statement.start + statement.parsed.text.length;

function indentation(text: string, offset: number): string {
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))![0];
}

const indented = (sql: string, indent: string): string => (indent === "" ? sql : sql.replaceAll("\n", `\n${indent}`));

/** Comments on the lines right above a statement belong to it: what is put before it goes above them. */
function beforeItsComments(text: string, statement: Statement, regionStart: number): number {
  let at = statement.start;
  for (;;) {
    const lineStart = text.lastIndexOf("\n", at - 1) + 1;
    if (text.slice(lineStart, at).trim() !== "" || lineStart <= regionStart) return at;
    const above = text.lastIndexOf("\n", lineStart - 2) + 1;
    const line = text.slice(above, lineStart);
    if (!/^[ \t]*--/.test(line) || above < regionStart) return at;
    at = above + /^[ \t]*/.exec(line)![0].length;
  }
}

/** A range with the rest of its lines, if nothing else stands on them, and one empty line after it. */
function wholeLines(text: string, range: Range): Range {
  const lineStart = text.lastIndexOf("\n", range.start - 1) + 1;
  const lineEnd = text.indexOf("\n", range.end);
  const rest = text.slice(range.end, lineEnd === -1 ? text.length : lineEnd);
  if (text.slice(lineStart, range.start).trim() !== "" || rest.trim() !== "") return range;
  let end = lineEnd === -1 ? text.length : lineEnd + 1;
  const next = /^[ \t]*\r?\n/.exec(text.slice(end));
  if (next) end += next[0].length;
  return { start: lineStart, end };
}

/** Insertions at one offset become one edit, in the order in which they were asked for. */
function merged(edits: readonly FixEdit[]): readonly FixEdit[] {
  const result: FixEdit[] = [];
  for (const edit of edits) {
    const at = result.findIndex((other) => other.kind === "edit" && edit.kind === "edit" && other.file === edit.file && other.range.start === edit.range.start && other.range.end === other.range.start && edit.range.end === edit.range.start);
    const other = result[at];
    if (other?.kind === "edit" && edit.kind === "edit") result[at] = { ...other, newText: other.newText + edit.newText };
    else result.push(edit);
  }
  return result;
}
