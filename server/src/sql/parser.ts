import type { Node } from "@pgsql/types";
import { byteOffsets, codePointToUtf16, isAscii, utf8Length, type ByteOffsets } from "../text/utf8";
import type { Range } from "../text/range";
import { readBody } from "./body";
import { TextCache } from "./cache";
import { guard } from "./guard";
import { isComment, tokenize } from "./lexer";
import type { Body, GrammarVersion, ParsedStatement, ReadProblem } from "./statement";
import type { Token } from "./tokens";
import { normalize } from "./versions";
import { instantiate, parseRaw, type PgQueryFactory, type PgQueryInstance, type RawResult, type WasmModule } from "./wasm";

/** Total length of the cached statements, in UTF-16 units. A tree takes about 75 bytes a character. */
const defaultCacheLimit = 2_000_000;

export interface SqlParserOptions {
  readonly version: GrammarVersion;
  readonly cacheLimit?: number;
}

/** Loads the grammar and its spare. `factory` and `module` are of the same version; both are loaded by the caller. */
export async function createSqlParser(factory: PgQueryFactory, module: WasmModule, options: SqlParserOptions): Promise<SqlParser> {
  const [instance, spare] = await Promise.all([instantiate(factory, module), instantiate(factory, module)]);
  return new SqlParser(options, () => instantiate(factory, module), instance, spare);
}

/** Postgres's own parser of one version. It never throws: what could not be read is a problem of the statement. */
export class SqlParser {
  readonly version: GrammarVersion;
  /** Resolves when a lost instance has been replaced. Until then, if no spare is left, statements get a `fault`. */
  ready: Promise<void> = Promise.resolve();
  private readonly cache: TextCache<Statement>;

  constructor(
    options: SqlParserOptions,
    private readonly create: () => Promise<PgQueryInstance>,
    private instance: PgQueryInstance | null,
    private spare: PgQueryInstance | null,
  ) {
    this.version = options.version;
    this.cache = new TextCache(options.cacheLimit ?? defaultCacheLimit);
  }

  /** Reads one statement: its text without the closing `;` and without comments around it. */
  readonly parse = (text: string): ParsedStatement => {
    const known = this.cache.get(text);
    if (known !== undefined) return known;
    const { node, problem, keep } = this.read(text);
    const parsed = new Statement(text, node, problem, this.parse, this.readAgain);
    if (keep) this.cache.set(text, parsed);
    return parsed;
  };

  private readonly readAgain = (text: string): Node | null => this.read(text).node;

  private read(text: string): Reading {
    const stopped = guard(text);
    if (stopped !== null) return { node: null, problem: stopped, keep: true };
    const { instance } = this;
    if (instance === null) {
      const message = "The SQL parser is starting again.";
      return { node: null, problem: { kind: "fault", message, range: wholeOf(text) }, keep: false };
    }
    // A lone surrogate has no UTF-8: its replacement has the same length in both units.
    const sent = isAscii(text) ? text : text.replace(/\p{Surrogate}/gu, "\ufffd");
    try {
      const bytes = utf8Length(sent);
      let raw = parseRaw(instance, sent, bytes);
      if (!raw.ok) {
        const plain = withoutVariables(sent);
        const again = plain === null ? raw : parseRaw(instance, plain, bytes);
        if (again.ok) raw = again;
      }
      return this.judge(text, raw);
    } catch (error) {
      // Stack overflow, memory, abort: after some of these an instance hangs or fails for good.
      this.replaceInstance();
      const reason = error instanceof Error ? error.message : String(error);
      return { node: null, problem: { kind: "fault", message: `The SQL parser failed: ${reason}`, range: wholeOf(text) }, keep: true };
    }
  }

  private judge(text: string, raw: RawResult): Reading {
    if (!raw.ok) {
      const problem: ReadProblem = { kind: "syntax", message: raw.message, range: errorRange(text, raw.cursor) };
      return { node: null, problem, keep: true };
    }
    const tree = JSON.parse(raw.json) as { stmts?: { stmt?: Node; stmt_location?: number }[] };
    const statements = tree.stmts ?? [];
    const node = statements[0]?.stmt;
    if (node === undefined || statements.length > 1) {
      const message = node === undefined ? "no statement" : "more than one statement";
      return { node: null, problem: { kind: "syntax", message, range: wholeOf(text) }, keep: true };
    }
    return { node: this.version < 18 ? normalize(node, raw.json) : node, problem: null, keep: true };
  }

  private replaceInstance(): void {
    this.instance = this.spare;
    this.spare = null;
    this.ready = Promise.all([this.ready, this.create()]).then(([, created]) => {
      if (this.instance === null) this.instance = created;
      else this.spare = created;
    });
  }
}

interface Reading {
  readonly node: Node | null;
  readonly problem: ReadProblem | null;
  readonly keep: boolean;
}

class Statement implements ParsedStatement {
  private tree: WeakRef<Node> | null;
  private lexed: readonly Token[] | undefined;
  private offsets: ByteOffsets | undefined;
  private embedded: Body | null | undefined;

  constructor(
    readonly text: string,
    node: Node | null,
    readonly problem: ReadProblem | null,
    private readonly parse: (text: string) => ParsedStatement,
    private readonly readAgain: (text: string) => Node | null,
  ) {
    this.tree = node && new WeakRef(node);
  }

  /** A tree takes 75 bytes a character, and is asked for once or twice: it may go, and is made again if need be. */
  get node(): Node | null {
    const known = this.tree?.deref() ?? null;
    if (known || !this.tree) return known;
    const again = this.readAgain(this.text);
    if (again) this.tree = new WeakRef(again);
    return again;
  }

  get tokens(): readonly Token[] {
    this.lexed ??= tokenize(this.text).filter((token) => !isComment(token));
    return this.lexed;
  }

  readonly utf16 = (byteOffset: number): number => {
    this.offsets ??= byteOffsets(this.text);
    return this.offsets(byteOffset);
  };

  get body(): Body | null {
    if (this.embedded === undefined) this.embedded = readBody(this, this.parse);
    return this.embedded;
  }
}

/**
 * psql replaces :name, :'name' and :"name" before Postgres sees them. Without the colon each is an expression or a name in the same place, of
 * what name is not known. Null where there are none.
 */
function withoutVariables(text: string): string | null {
  if (!text.includes(":")) return null;
  let plain = text;
  for (const { kind, start } of tokenize(text)) {
    if (kind === "variable" && text.charAt(start + 1) !== "{") plain = `${plain.slice(0, start)} ${plain.slice(start + 1)}`;
  }
  return plain === text ? null : plain;
}

/** The token at Postgres's cursor (1-based, code points); without one, or at the end of the input, the last token. */
function errorRange(text: string, cursor: number): Range {
  const tokens = tokenize(text);
  const offset = cursor > 0 ? codePointToUtf16(text, cursor - 1) : text.length;
  let last: Token | undefined;
  for (const token of tokens) {
    if (token.start <= offset && offset < token.end) return { start: token.start, end: token.end };
    if (!isComment(token)) last = token;
  }
  return last === undefined ? wholeOf(text) : { start: last.start, end: last.end };
}

function wholeOf(text: string): Range {
  return { start: 0, end: text.length };
}
