// Tokens of Postgres's lexer (src/backend/parser/scan.l), with what psql adds: meta commands and COPY data.

export type TokenKind =
  | "word" // unquoted identifier or keyword
  | "quoted" // "identifier", U&"identifier"
  | "string" // '...', E'...', B'...', X'...', N'...', U&'...'
  | "dollar" // $tag$...$tag$
  | "number"
  | "parameter" // $1
  | "variable" // psql's :name, :'name', :"name"
  | "operator"
  | "punctuation" // ( ) [ ] , ; . : and ::
  | "lineComment"
  | "blockComment"
  | "metaCommand"; // psql's \connect and the like, to the end of the line

/** Offsets are UTF-16, relative to the text that was lexed. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** The closing quote, dollar tag or `* /` is missing: the token runs to the end of the text. */
  readonly unterminated?: true;
}
