import type { Range } from "../text/range";
import { isComment, tokenize } from "./lexer";
import { sqlInLiteral, type AlignedText } from "./literal";
import { splitStatements } from "./splitter";
import type { EmbeddedStatement, ParsedStatement } from "./statement";
import type { Token } from "./tokens";
import { isWord } from "./words";

// A tolerant reader of PL/pgSQL (src/pl/plpgsql/src/pl_gram.y): it knows where statements begin and end and what encloses them, and
// leaves expressions alone. What it does not understand it steps over to the next `;`.

/** The static SQL in a body, and where SQL is made at run time. Offsets are those of the text's source. */
export function plpgsqlStatements(
  source: AlignedText,
  parse: (text: string) => ParsedStatement,
): { readonly statements: EmbeddedStatement[]; readonly dynamic: Range[] } {
  return new Reader(source, parse).read();
}

interface Frame {
  readonly kind: "block" | "if" | "case" | "loop";
  /** How many statements had been found where it began. */
  readonly from: number;
  handler: boolean;
}

interface Found extends EmbeddedStatement {
  guarded: boolean;
}

const querySymbols = new Set(["select", "with", "values", "table", "insert", "update", "delete", "merge", "show", "explain"]);
/** PL/pgSQL's own statements that hold no SQL statement. */
const ownStatements = new Set(["raise", "assert", "get", "null", "exit", "continue", "fetch", "move", "close"]);

class Reader {
  private readonly text: string;
  private readonly base: number;
  private readonly tokens: readonly Token[];
  private readonly frames: Frame[] = [];
  private readonly statements: Found[] = [];
  private readonly dynamic: Range[] = [];
  private index = 0;

  constructor(
    source: AlignedText,
    private readonly parse: (text: string) => ParsedStatement,
  ) {
    this.text = source.text;
    this.base = source.start;
    this.tokens = tokenize(source.text).filter((token) => !isComment(token));
  }

  read(): { readonly statements: EmbeddedStatement[]; readonly dynamic: Range[] } {
    while (this.index < this.tokens.length) this.statement();
    return { statements: this.statements, dynamic: this.dynamic };
  }

  /** One step from where a statement may begin. */
  private statement(): void {
    const word = this.word(this.index);
    const next = this.mark(this.index + 1);
    // A variable may be called like any keyword.
    if (next === ":=" || next === "=" || next === "." || next === "[") {
      this.index = this.end() + 1;
      return;
    }
    switch (word) {
      case "declare":
        this.index++;
        this.declarations();
        return;
      case "begin":
        this.open("block");
        return;
      case "exception":
        this.exception();
        return;
      case "if":
        this.open("if");
        this.skipTo("then");
        return;
      case "elsif":
      case "elseif":
      case "when":
        this.skipTo("then");
        return;
      case "else":
        this.index++;
        return;
      case "case":
        this.open("case");
        // Up to the first WHEN stands an expression, or nothing.
        this.skipTo("when", false);
        return;
      case "loop":
        this.open("loop");
        return;
      case "while":
        this.skipTo("loop", false);
        return;
      case "for":
      case "foreach":
        this.loopHead();
        return;
      case "end":
        this.frames.pop();
        this.index = this.end() + 1;
        return;
      case null:
        this.other();
        return;
      default:
        this.simple(word);
    }
  }

  private other(): void {
    // <<label>> has no `;` after it.
    this.index = this.mark(this.index) === "<<" && this.mark(this.index + 2) === ">>" ? this.index + 3 : this.end() + 1;
  }

  /** A statement that ends in `;`. */
  private simple(word: string): void {
    const first = this.index;
    const end = this.end();
    this.index = end + 1;
    if (ownStatements.has(word)) return;
    switch (word) {
      case "return":
        if (this.word(first + 1) === "query") this.query(first + 2, end);
        return;
      case "open": {
        const query = this.find("for", first + 1, end);
        if (query >= 0) this.query(query + 1, end);
        return;
      }
      default:
        this.query(first, end);
    }
  }

  private declarations(): void {
    while (this.index < this.tokens.length && this.word(this.index) !== "begin") {
      const first = this.index;
      const end = this.end();
      this.index = end + 1;
      if (this.mark(first) === "<<") {
        this.index = first + 3;
        continue;
      }
      const cursor = this.find("cursor", first + 1, Math.min(end, first + 4));
      if (cursor < 0) continue;
      const query = [this.find("for", cursor, end), this.find("is", cursor, end)].filter((at) => at >= 0);
      if (query.length > 0) this.query(Math.min(...query) + 1, end);
    }
  }

  private exception(): void {
    const block = this.frames.findLast((frame) => frame.kind === "block");
    this.index++;
    if (block === undefined) return;
    // What stands in the block so far, however deep, may fail and be rolled back to the block's beginning.
    for (const statement of this.statements.slice(block.from)) statement.guarded = true;
    block.handler = true;
  }

  /** FOR r IN query LOOP; the loop itself is opened at LOOP. */
  private loopHead(): void {
    const first = this.index;
    this.skipTo("loop", false);
    const end = this.index;
    const within = this.find("in", first + 1, end);
    if (within < 0 || this.word(first) === "foreach") return;
    let query = within + 1;
    while (this.mark(query) === "(") query++;
    const word = this.word(query);
    if (word !== null && (querySymbols.has(word) || word === "execute")) this.query(within + 1, end);
  }

  /** A SQL statement or EXECUTE in the tokens `[first, end)`. */
  private query(first: number, end: number): void {
    const from = this.tokens[first];
    const last = this.tokens[end - 1];
    if (from === undefined || last === undefined || first >= end) return;
    if (this.word(first) === "execute") {
      this.execute(first, end, { start: this.base + from.start, end: this.base + last.end });
      return;
    }
    let sql = this.text.slice(from.start, last.end);
    const blank = (start: number, length: number, by = ""): void => {
      sql = sql.slice(0, start - from.start) + by.padEnd(length) + sql.slice(start - from.start + length);
    };
    if (this.word(first) === "perform") blank(from.start, "perform".length, "select");
    const into = this.into(first, end);
    if (into !== null) blank(into.start, into.end - into.start);
    // Blanks at the end belong to no statement.
    this.add(this.base + from.start, sql.trimEnd());
  }

  /** EXECUTE of a constant is as good as the statement itself. */
  private execute(first: number, end: number, range: Range): void {
    const literal = this.tokens[first + 1];
    const after = first + 2 >= end ? "using" : this.word(first + 2);
    const sql = literal !== undefined && (after === "using" || after === "into") ? sqlInLiteral(this.text, literal) : null;
    if (sql === null) {
      this.dynamic.push(range);
      return;
    }
    for (const chunk of splitStatements(sql.text)) this.add(this.base + sql.start + chunk.first, sql.text.slice(chunk.first, chunk.last));
  }

  private add(start: number, text: string): void {
    const conditional = this.frames.some((frame) => frame.kind !== "block" || frame.handler);
    this.statements.push({ start, parsed: this.parse(text), conditional, guarded: false });
  }

  /** INTO [STRICT] target [, ...] where it is PL/pgSQL's (make_execsql_stmt): anywhere but in INSERT INTO, MERGE INTO and IMPORT. */
  private into(first: number, end: number): Range | null {
    if (this.word(first) === "import") return null;
    for (let index = first + 1; index < end; index++) {
      if (this.word(index) !== "into") continue;
      const before = this.word(index - 1);
      if (before === "insert" || before === "merge") continue;
      let at = this.word(index + 1) === "strict" ? index + 2 : index + 1;
      let last = at - 1;
      for (;;) {
        if (this.word(at) === null && this.tokens[at]?.kind !== "quoted" && this.tokens[at]?.kind !== "parameter") break;
        last = at++;
        while (at < end && (this.mark(at) === "." || this.mark(at) === "[")) {
          if (this.mark(at) === ".") at += 2;
          else at = this.closing(at) + 1;
          last = at - 1;
        }
        if (this.mark(at) !== ",") break;
        at++;
      }
      const lastToken = this.tokens[Math.min(last, end - 1)]!;
      return { start: this.tokens[index]!.start, end: lastToken.end };
    }
    return null;
  }

  private open(kind: Frame["kind"]): void {
    this.frames.push({ kind, from: this.statements.length, handler: false });
    this.index++;
  }

  /** Index of the next `;` or the end. */
  private end(): number {
    let index = this.index;
    while (index < this.tokens.length && this.mark(index) !== ";") index++;
    return index;
  }

  /** Steps to a word outside of parentheses and CASE expressions, and over it; stops at `;`. */
  private skipTo(word: string, over = true): void {
    let depth = 0;
    for (; this.index < this.tokens.length; this.index++) {
      const mark = this.mark(this.index);
      if (mark === ";") return;
      if (mark === "(" || mark === "[") depth++;
      else if (mark === ")" || mark === "]") depth--;
      const found = this.word(this.index);
      if (found === word && depth <= 0) {
        if (over) this.index++;
        return;
      }
      if (found === "case") depth++;
      else if (found === "end") depth--;
    }
  }

  private find(word: string, from: number, to: number): number {
    let depth = 0;
    for (let index = from; index < to; index++) {
      const mark = this.mark(index);
      if (mark === "(") depth++;
      else if (mark === ")") depth--;
      else if (depth === 0 && this.is(index, word)) return index;
    }
    return -1;
  }

  private closing(open: number): number {
    let depth = 0;
    for (let index = open; index < this.tokens.length; index++) {
      const mark = this.mark(index);
      if (mark === "[") depth++;
      else if (mark === "]" && --depth === 0) return index;
    }
    return this.tokens.length - 1;
  }

  private is(index: number, word: string): boolean {
    const token = this.tokens[index];
    return token?.kind === "word" && isWord(this.text, token.start, token.end, word);
  }

  private word(index: number): string | null {
    const token = this.tokens[index];
    return token?.kind === "word" ? this.text.slice(token.start, token.end).toLowerCase() : null;
  }

  private mark(index: number): string | null {
    const token = this.tokens[index];
    return token?.kind === "punctuation" || token?.kind === "operator" ? this.text.slice(token.start, token.end) : null;
  }
}
