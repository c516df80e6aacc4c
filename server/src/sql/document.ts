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

  /** In the order of the file. */
  get statements(): readonly Statement[] {
    return (this.derived.statements ??= this.groups.flatMap((group) => group.statements));
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
    let kept = first;
    // A group that started at 0 may have skipped a byte order mark, which is one nowhere else.
    while (kept < old.length && (old[kept]!.start < editEnd || (old[kept]!.start === 0 && delta !== 0))) kept++;
    for (let at = from; ; ) {
      while (kept < old.length && old[kept]!.start + delta < at) kept++;
      if (kept < old.length && old[kept]!.start + delta === at) break;
      const group = reader.read(at);
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
    const lex = (start: number, end: number): void => {
      // Most groups have none, and finding that out needs no lexer.
      const text = this.current.slice(start, end);
      if (!text.includes("--") && !text.includes("/*")) return;
      for (const token of tokenize(text)) {
        if (isComment(token) && token.unterminated !== true) comments.push({ text: text.slice(token.start, token.end), start: start + token.start });
      }
    };
    for (const group of this.groups) lex(group.start, group.start + group.codeLength);
    lex(endOf(this.groups[this.groups.length - 1]), this.current.length);
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

function endOf(group: Group | undefined): number {
  return group === undefined ? 0 : group.start + group.length;
}

function at(statement: Statement, range: Range): Range {
  return { start: statement.start + range.start, end: statement.start + range.end };
}

function move(group: Group, delta: number): void {
  group.start += delta;
  for (const statement of group.statements) statement.start += delta;
}

/** Statements whose text has not changed, at either end of what was read again, stay the same objects at their new place. */
function keepSame(old: readonly Group[], read: Group[]): DocumentChange {
  const removed = old.flatMap((group) => group.statements);
  const added = read.flatMap((group) => group.statements);
  const same = new Map<Statement, Statement>();
  const keep = (was: Statement | undefined, is: Statement | undefined): boolean => {
    if (was === undefined || is === undefined || was.parsed.text !== is.parsed.text) return false;
    if (was.parsed !== is.parsed && was.parsed.problem?.kind === "fault") return false;
    was.start = is.start;
    same.set(is, was);
    return true;
  };
  let first = 0;
  while (keep(removed[first], added[first])) first++;
  let last = 0;
  while (last < Math.min(removed.length, added.length) - first && keep(removed[removed.length - 1 - last], added[added.length - 1 - last])) last++;
  if (same.size > 0) {
    for (const [i, group] of read.entries()) {
      const put = (statement: Statement): Statement => same.get(statement) ?? statement;
      const unclosed = group.unclosed.map((one) => ({ ...one, statement: put(one.statement) }));
      read[i] = { ...group, statements: group.statements.map(put), unclosed };
    }
  }
  return { removed: removed.slice(first, removed.length - last), added: added.slice(first, added.length - last) };
}
