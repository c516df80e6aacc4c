import type { Node } from "@pgsql/types";
import type { Range } from "../text/range";
import type { Token } from "./tokens";

/** The grammars that can be asked for. A version above the newest one is read with the newest. */
export const grammarVersions = [15, 16, 17, 18] as const;
export type GrammarVersion = (typeof grammarVersions)[number];

/** Why a piece of SQL was not read. `range` is relative to the statement's start. */
export type ReadProblem =
  /** Postgres's own error, its message word for word. */
  | { readonly kind: "syntax"; readonly message: string; readonly range: Range }
  /** A guard stopped us before Postgres's parser was asked: too large, too deeply nested, a NUL byte. */
  | { readonly kind: "guard"; readonly reason: "size" | "nesting" | "nul"; readonly message: string; readonly range: Range }
  /** The parser itself failed (stack, memory): nothing is known of this statement. */
  | { readonly kind: "fault"; readonly message: string; readonly range: Range };

/**
 * What one statement's text says, wherever it stands: cached by text, so everything in it is relative to the
 * statement's first character and never mutated.
 */
export interface ParsedStatement {
  /** From the first token to the last one, without the closing `;` and without the comments around it. */
  readonly text: string;
  /** The statement's node (`{ CreateStmt: {...} }`), or null where it could not be read. */
  readonly node: Node | null;
  readonly problem: ReadProblem | null;
  /** All tokens without comments, lexed on first use. */
  readonly tokens: readonly Token[];
  /** UTF-16 offset for a UTF-8 byte offset as Postgres's nodes carry it (`location`). */
  readonly utf16: (byteOffset: number) => number;
  /** SQL inside a function's body or a DO block, read on first use. */
  readonly body: Body | null;
}

/** A function's body or a DO block: the SQL statements in it, and what could not be read because it is made at run time. */
export interface Body {
  readonly kind: "do" | "function";
  readonly language: string;
  readonly statements: readonly EmbeddedStatement[];
  /** EXECUTE of a string: what it does is not known. Relative to the outer statement's start. */
  readonly dynamic: readonly Range[];
}

export interface EmbeddedStatement {
  /** UTF-16 offset of the embedded statement's first character, relative to the outer statement's start. */
  readonly start: number;
  readonly parsed: ParsedStatement;
  /** Runs only if something else holds: inside IF, CASE, a loop, or an exception handler. */
  readonly conditional: boolean;
  /** Inside a block with an EXCEPTION clause: an error of this statement is swallowed. */
  readonly guarded: boolean;
}

/** A statement at its place in a document. The object lives as long as its text does: edits elsewhere only move `start`. */
export interface Statement {
  readonly file: string;
  /** UTF-16 offset of `parsed.text` in the document. */
  start: number;
  readonly parsed: ParsedStatement;
}

/** A comment at its place in a document, markers included. */
export interface Comment {
  readonly text: string;
  readonly start: number;
}
