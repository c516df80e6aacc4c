import { commonEnds } from "../text/difference";
import { LineIndex } from "../text/lines";
import type { Range } from "../text/range";
import { isComment, tokenize } from "./lexer";
import type { SqlParser } from "./parser";
import { Reader, type Group } from "./reader";
import type { Comment, ReadProblem, Statement } from "./statement";
import { templateIn } from "./templates";

/** A problem at its place: `range` is UTF-16 offsets in the document. */
export interface DocumentProblem {
  readonly problem: ReadProblem;
  readonly range: Range;
  readonly statement: Statement;
}

/** What an edit changed. Statements elsewhere are the same objects as before. */
export interface DocumentChange {
  readonly removed: Statement[];
  readonly added: Statement[];
}

/**
 * The statements of one file. An update reads again only what the edit touches: the groups that depend on the changed text, until one
 * starts where a group of before started.
 */
export class SqlDocument {
  private current: string;
  private groups: Group[];
  private derived: Derived = {};

  constructor(
    readonly file: string,
    text: string,
    private readonly parser: SqlParser,
  ) {
    this.current = text;
    this.groups = readAll(new Reader(file, text, parser), 0);
  }

  get text(): string {
    return this.current;
  }

  /** Reads other text as this document's is read. */
  get parse(): SqlParser["parse"] {
    return this.parser.parse;
  }

  /** In the order of the file. */
  get statements(): readonly Statement[] {
    return (this.derived.statements ??= statementsOf(this.groups));
  }

  get lines(): LineIndex {
    return (this.derived.lines ??= new LineIndex(this.current));
  }

  /** All comments of the file, in order: between statements and inside them, not inside quotes or bodies. */
  get comments(): readonly Comment[] {
    return (this.derived.comments ??= this.readComments());
  }

  /** What could not be read, in order. */
  get problems(): readonly DocumentProblem[] {
    return (this.derived.problems ??= this.findProblems());
  }

  /**
   * The first place of a template's mark (`{{`, `${`, `<%`, `{%`) in a statement that cannot be read: the file is no SQL yet. Marks inside
   * quotes, comments and bodies do not count.
   */
  get templated(): Range | null {
    if (this.derived.templated === undefined) this.derived.templated = this.findTemplate();
    return this.derived.templated;
  }

  update(newText: string): DocumentChange {
    const before = this.current;
    const old = this.groups;
    const { prefix, suffix } = commonEnds(before, newText);
    const delta = newText.length - before.length;
    // The first group that depends on what has changed. All before it end before the edit.
    let first = 0;
    while (first < old.length && old[first]!.start + old[first]!.reach <= prefix) first++;
    if (first === old.length && prefix === before.length && delta === 0) return { removed: [], added: [] };
    const from = first < old.length ? old[first]!.start : endOf(old[first - 1]);

    const reader = new Reader(this.file, newText, this.parser);
    const read: Group[] = [];
    const editEnd = before.length - suffix;
    let reused = first;
    let kept = first;
    // A group that started at 0 may have skipped a byte order mark, which is one nowhere else.
    while (kept < old.length && (old[kept]!.start < editEnd || (old[kept]!.start === 0 && delta !== 0))) kept++;
    for (let at = from; ; ) {
      while (kept < old.length && old[kept]!.start + delta < at) kept++;
      if (kept < old.length && old[kept]!.start + delta === at) break;
      while (reused < kept && old[reused]!.start < at) reused++;
      // Before the edit, between groups that depend on it, most do not.
      const same = reused < kept ? old[reused]! : undefined;
      const group = same?.start === at && at + same.reach <= prefix ? same : reader.read(at);
      if (group === null) {
        kept = old.length;
        break;
      }
      read.push(group);
      at = endOf(group);
    }

    const change = keepSame(old.slice(first, kept), read);
    const after = old.slice(kept);
    if (delta !== 0) for (const group of after) move(group, delta);
    this.current = newText;
    this.groups = [...old.slice(0, first), ...read, ...after];
    this.derived = {};
    return change;
  }

  private readComments(): Comment[] {
    const comments: Comment[] = [];
    for (const group of this.groups) {
      group.comments ??= commentsIn(this.current, group.start, group.start + group.codeLength);
      for (const comment of group.comments) comments.push(comment);
    }
    comments.push(...commentsIn(this.current, endOf(this.groups[this.groups.length - 1]), this.current.length));
    return comments;
  }

  private findProblems(): DocumentProblem[] {
    const problems: DocumentProblem[] = [];
    for (const group of this.groups) {
      for (const statement of group.statements) {
        const { problem } = statement.parsed;
        if (problem !== null) problems.push({ problem, statement, range: at(statement, problem.range) });
      }
      for (const { statement, message, range } of group.unclosed) {
        problems.push({ problem: { kind: "syntax", message, range }, statement, range: at(statement, range) });
      }
    }
    return problems;
  }

  private findTemplate(): Range | null {
    for (const { statement } of this.problems) {
      if (statement.parsed.problem?.kind !== "syntax") continue;
      const range = templateIn(statement.parsed);
      if (range !== null) return at(statement, range);
    }
    return null;
  }
}

/** Computed on demand from the text and its groups. */
interface Derived {
  statements?: readonly Statement[];
  lines?: LineIndex;
  comments?: readonly Comment[];
  problems?: readonly DocumentProblem[];
  templated?: Range | null;
}

function readAll(reader: Reader, from: number): Group[] {
  const groups: Group[] = [];
  for (let group = reader.read(from); group !== null; group = reader.read(endOf(group))) groups.push(group);
  return groups;
}

function statementsOf(groups: readonly Group[]): Statement[] {
  const statements: Statement[] = [];
  for (const group of groups) statements.push(...group.statements);
  return statements;
}

function endOf(group: Group | undefined): number {
  return group === undefined ? 0 : group.start + group.length;
}

function commentsIn(text: string, start: number, end: number): Comment[] {
  // Most groups have none, and that can be seen without the lexer.
  const part = text.slice(start, end);
  if (!part.includes("--") && !part.includes("/*")) return [];
  return tokenize(part)
    .filter((token) => isComment(token) && token.unterminated !== true)
    .map((token) => ({ text: part.slice(token.start, token.end), start: start + token.start }));
}

function at(statement: Statement, range: Range): Range {
  return { start: statement.start + range.start, end: statement.start + range.end };
}

function move(group: Group, delta: number): void {
  group.start += delta;
  for (const statement of group.statements) statement.start += delta;
  for (const comment of group.comments ?? []) comment.start += delta;
}

/** Statements whose text has not changed, at either end of what was read again, stay the same objects at their new place. */
function keepSame(old: readonly Group[], read: Group[]): DocumentChange {
  const removed = statementsOf(old);
  const added = statementsOf(read);
  const same = new Map<Statement, Statement>();
  const keep = (was: Statement | undefined, is: Statement | undefined): boolean => {
    if (was === undefined || is === undefined) return false;
    if (was === is) return true;
    if (was.parsed.text !== is.parsed.text || (was.parsed !== is.parsed && was.parsed.problem?.kind === "fault")) return false;
    was.start = is.start;
    same.set(is, was);
    return true;
  };
  let first = 0;
  while (keep(removed[first], added[first])) first++;
  let last = 0;
  while (last < Math.min(removed.length, added.length) - first && keep(removed[removed.length - 1 - last], added[added.length - 1 - last])) last++;
  for (const [i, group] of read.entries()) {
    if (!group.statements.some((statement) => same.has(statement))) continue;
    const put = (statement: Statement): Statement => same.get(statement) ?? statement;
    const unclosed = group.unclosed.map((one) => ({ ...one, statement: put(one.statement) }));
    read[i] = { ...group, statements: group.statements.map(put), unclosed };
  }
  // A group taken over as it is, between two that were not, is no change.
  const gone = removed.slice(first, removed.length - last);
  const come = added.slice(first, added.length - last);
  if (gone.length === 0 || come.length === 0) return { removed: gone, added: come };
  const before = new Set(gone);
  const after = new Set(come);
  return { removed: gone.filter((one) => !after.has(one)), added: come.filter((one) => !before.has(one)) };
}
