import { LineIndex } from "../text/lines";
import type { Range } from "../text/range";
import { isComment, tokenize } from "./lexer";
import type { SqlParser } from "./parser";
import { splitStatements } from "./splitter";
import type { Comment, ReadProblem, Statement } from "./statement";

/** A problem at its place: `range` is UTF-16 offsets in the document. */
export interface DocumentProblem {
  readonly problem: ReadProblem;
  readonly range: Range;
  readonly statement: Statement;
}

export class SqlDocument {
  private current: string;
  private list: Statement[];

  constructor(
    readonly file: string,
    text: string,
    private readonly parser: SqlParser,
  ) {
    this.current = text;
    this.list = this.read();
  }

  get text(): string {
    return this.current;
  }

  get statements(): readonly Statement[] {
    return this.list;
  }

  get lines(): LineIndex {
    return new LineIndex(this.current);
  }

  get comments(): readonly Comment[] {
    return tokenize(this.current)
      .filter(isComment)
      .map(({ start, end }) => ({ text: this.current.slice(start, end), start }));
  }

  get problems(): readonly DocumentProblem[] {
    return this.list.flatMap((statement) => {
      const { problem } = statement.parsed;
      if (problem === null) return [];
      return [{ problem, statement, range: { start: statement.start + problem.range.start, end: statement.start + problem.range.end } }];
    });
  }

  get templated(): Range | null {
    return null;
  }

  update(newText: string): { removed: Statement[]; added: Statement[] } {
    const removed = this.list;
    this.current = newText;
    this.list = this.read();
    return { removed, added: this.list };
  }

  private read(): Statement[] {
    return splitStatements(this.current)
      .filter((chunk) => chunk.kind === "statement")
      .map(({ first, last }) => ({ file: this.file, start: first, parsed: this.parser.parse(this.current.slice(first, last)) }));
  }
}
