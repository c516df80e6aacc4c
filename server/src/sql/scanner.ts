import type { TokenKind } from "./tokens";

// The lexer's core, without an allocation per token: `next()` moves on and the fields say what was found. It follows
// Postgres's src/backend/parser/scan.l and psql's src/fe_utils/psqlscan.l, and never fails: what has no closing
// quote runs to the end of the text, and a character that starts nothing is an operator of its own.

/** Beyond this many open block comments the rest of the text is one comment: Postgres itself is quadratic there. */
export const commentDepthLimit = 500;

// Character classes of ASCII; every other character is part of an identifier (scan.l: ident_start has \200-\377).
const SPACE = 1;
const IDENT = 2;
const DIGIT = 4;
const OPERATOR = 8;
const SELF = 16;

const classes = new Uint8Array(128);
for (const c of " \t\n\r\f\v") classes[c.charCodeAt(0)] = SPACE;
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") classes[c.charCodeAt(0)] = IDENT;
for (const c of "0123456789") classes[c.charCodeAt(0)] = DIGIT;
for (const c of "~!@#^&|`?+-*/%<>=") classes[c.charCodeAt(0)] = OPERATOR;
for (const c of "()[],;.:") classes[c.charCodeAt(0)] = SELF;

const LF = 10;
const CR = 13;
const QUOTE = 39; // '
const DOUBLE = 34; // "
const DOLLAR = 36;
const AMPERSAND = 38;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const BYTE_ORDER_MARK = 0xfeff;

function classOf(code: number): number {
  return code < 128 ? classes[code]! : IDENT;
}

function isIdentifierPart(code: number): boolean {
  return code >= 128 || (classes[code]! & (IDENT | DIGIT)) !== 0 || code === DOLLAR;
}

/** Letters, digits, underscore and non-ASCII: what a dollar tag and a psql variable's name are made of. */
function isTagPart(code: number): boolean {
  return code >= 128 || (classes[code]! & (IDENT | DIGIT)) !== 0;
}

export class Scanner {
  kind: TokenKind = "word";
  /** UTF-16 offsets in `text` of the token found last. */
  start: number;
  end: number;
  /** The token found last lacks its closing quote, tag or comment end. */
  unterminated = false;
  /** A block comment was met that nests deeper than the limit. */
  tooDeep = false;
  /** The last token was an E'' string: a string on a following line continues it, escapes and all (scan.l: xqs). */
  private afterEscapeString = false;

  constructor(
    readonly text: string,
    from = 0,
    private readonly to = text.length,
  ) {
    this.start = from;
    this.end = from;
  }

  /** Goes on at another place with fresh state. */
  seek(offset: number): void {
    this.end = offset;
    this.afterEscapeString = false;
  }

  /** Finds the next token, comments included; false at the end of the text. */
  next(): boolean {
    const { text, to } = this;
    let at = this.end;
    if (at === 0 && text.charCodeAt(0) === BYTE_ORDER_MARK) at = 1;
    let code = 0;
    for (; at < to; at++) {
      code = text.charCodeAt(at);
      if (code > 32 || classes[code] !== SPACE) break;
    }
    const continues = this.afterEscapeString;
    const gap = this.end;
    this.afterEscapeString = false;
    this.unterminated = false;
    this.start = at;
    if (at >= to) {
      this.end = to;
      return false;
    }
    switch (classOf(code)) {
      case IDENT:
        this.wordOrPrefixedString(at, code);
        return true;
      case DIGIT:
        this.number(at);
        return true;
      case SELF:
        this.self(at, code);
        return true;
      case OPERATOR:
        if (code === MINUS && text.charCodeAt(at + 1) === MINUS) this.lineComment(at);
        else if (code === SLASH && text.charCodeAt(at + 1) === STAR) this.blockComment(at);
        else this.operator(at, code);
        return true;
    }
    switch (code) {
      case QUOTE:
        if (continues && hasNewline(text, gap, at)) this.escapeString(at + 1);
        else this.quoted("string", at + 1, QUOTE);
        return true;
      case DOUBLE:
        this.quoted("quoted", at + 1, DOUBLE);
        return true;
      case DOLLAR:
        this.dollar(at);
        return true;
      case BACKSLASH:
        this.metaCommand(at);
        return true;
    }
    this.token("operator", at + 1);
    return true;
  }

  private token(kind: TokenKind, end: number): void {
    this.kind = kind;
    this.end = end > this.to ? this.to : end;
  }

  private runsOut(kind: TokenKind): void {
    this.unterminated = true;
    this.token(kind, this.to);
  }

  private wordOrPrefixedString(at: number, code: number): void {
    const { text } = this;
    const next = text.charCodeAt(at + 1);
    if (next === QUOTE) {
      switch (code | 32) {
        case 101: // e
          this.escapeString(at + 2);
          return;
        case 98: // b
        case 120: // x
        case 110: // n
          this.quoted("string", at + 2, QUOTE);
          return;
      }
    } else if (next === AMPERSAND && (code | 32) === 117) {
      const quote = text.charCodeAt(at + 2);
      if (quote === QUOTE || quote === DOUBLE) {
        this.quoted(quote === QUOTE ? "string" : "quoted", at + 3, quote);
        return;
      }
    }
    let end = at + 1;
    while (end < this.to && isIdentifierPart(text.charCodeAt(end))) end++;
    this.token("word", end);
  }

  private quoted(kind: TokenKind, from: number, quote: number): void {
    const { text, to } = this;
    const mark = quote === QUOTE ? "'" : '"';
    for (let at = from; ; at += 2) {
      at = text.indexOf(mark, at);
      if (at < 0 || at >= to) {
        this.runsOut(kind);
        return;
      }
      if (text.charCodeAt(at + 1) !== quote || at + 1 >= to) {
        this.token(kind, at + 1);
        return;
      }
    }
  }

  private escapeString(from: number): void {
    const { text, to } = this;
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) {
        if (text.charCodeAt(at + 1) === QUOTE && at + 1 < to) at++;
        else {
          this.token("string", at + 1);
          this.afterEscapeString = true;
          return;
        }
      }
    }
    this.runsOut("string");
  }

  private dollar(at: number): void {
    const { text, to } = this;
    let end = at + 1;
    const code = text.charCodeAt(end);
    if (end < to && code < 128 && classes[code] === DIGIT) {
      while (end < to && text.charCodeAt(end) < 128 && classes[text.charCodeAt(end)] === DIGIT) end++;
      this.token("parameter", end);
      return;
    }
    while (end < to && isTagPart(text.charCodeAt(end))) end++;
    if (end >= to || text.charCodeAt(end) !== DOLLAR) {
      this.token("operator", at + 1);
      return;
    }
    const tag = text.slice(at, end + 1);
    const close = text.indexOf(tag, end + 1);
    if (close < 0 || close + tag.length > to) this.runsOut("dollar");
    else this.token("dollar", close + tag.length);
  }

  private lineComment(at: number): void {
    const { text, to } = this;
    let end = at + 2;
    for (; end < to; end++) {
      const code = text.charCodeAt(end);
      if (code === LF || code === CR) break;
    }
    this.token("lineComment", end);
  }

  private blockComment(from: number): void {
    const { text, to } = this;
    let depth = 1;
    let close = text.indexOf("*/", from + 2);
    let open = text.indexOf("/*", from + 2);
    for (;;) {
      if (close < 0 || close + 2 > to) {
        this.runsOut("blockComment");
        return;
      }
      if (open >= 0 && open < close) {
        if (++depth > commentDepthLimit) {
          this.tooDeep = true;
          this.runsOut("blockComment");
          return;
        }
        // `/*/` opens only: its star cannot close as well.
        if (close < open + 2) close = text.indexOf("*/", open + 2);
        open = text.indexOf("/*", open + 2);
        continue;
      }
      if (--depth === 0) {
        this.token("blockComment", close + 2);
        return;
      }
      const after = close + 2;
      close = text.indexOf("*/", after);
      if (open >= 0 && open < after) open = text.indexOf("/*", after);
    }
  }

  private operator(at: number, first: number): void {
    const { text, to } = this;
    // Longest run, but `--` and `/*` end it, and a trailing + or - belongs to it only if it holds one of ~!@#^&|`?%.
    let strange = isStrange(first);
    let end = at + 1;
    for (; end < to; end++) {
      const code = text.charCodeAt(end);
      if (code >= 128 || classes[code] !== OPERATOR) break;
      const next = text.charCodeAt(end + 1);
      if ((code === MINUS && next === MINUS) || (code === SLASH && next === STAR)) break;
      if (!strange) strange = isStrange(code);
    }
    if (!strange) {
      while (end > at + 1) {
        const last = text.charCodeAt(end - 1);
        if (last !== PLUS && last !== MINUS) break;
        end--;
      }
    }
    this.token("operator", end);
  }

  private self(at: number, code: number): void {
    const { text } = this;
    const next = text.charCodeAt(at + 1);
    if (code === DOT) {
      if (next >= 48 && next <= 57) this.number(at);
      else this.token("punctuation", next === DOT ? at + 2 : at + 1);
    } else if (code === COLON) {
      if (next === COLON || next === EQUALS) this.token("punctuation", at + 2);
      else this.variable(at, next);
    } else this.token("punctuation", at + 1);
  }

  /** psqlscan.l: `:name`, `:'name'`, `:"name"`, `:{?name}`. */
  private variable(at: number, next: number): void {
    const { text, to } = this;
    // A slice's bound is no variable: a[1:n], a[:n], a[f(x):n].
    const before = at > 0 ? text.charCodeAt(at - 1) : 32;
    const closing = next === QUOTE || next === DOUBLE ? next : next === OPEN_BRACE && text.charCodeAt(at + 2) === 63 ? CLOSE_BRACE : 0;
    if (isIdentifierPart(before) || before === 91 || before === 93 || before === 41) {
      this.token("punctuation", at + 1);
      return;
    }
    let end = at + (closing === CLOSE_BRACE ? 3 : closing === 0 ? 1 : 2);
    const name = end;
    while (end < to && isTagPart(text.charCodeAt(end))) end++;
    if (end === name || (closing !== 0 && (end >= to || text.charCodeAt(end) !== closing))) this.token("punctuation", at + 1);
    else this.token("variable", closing === 0 ? end : end + 1);
  }

  private number(at: number): void {
    const { text } = this;
    const second = text.charCodeAt(at + 1) | 32;
    if (text.charCodeAt(at) === 48 && (second === 120 || second === 111 || second === 98)) {
      const base = second === 120 ? 16 : second === 111 ? 8 : 2;
      const end = this.digits(at + 2, base);
      if (end > at + 2) {
        this.token("number", end);
        return;
      }
    }
    let end = this.digits(at, 10);
    // `1..10` is an integer, two dots, an integer (scan.l: numericfail).
    if (text.charCodeAt(end) === DOT && (text.charCodeAt(end + 1) !== DOT || end === at)) {
      const fraction = end + 1;
      end = text.charCodeAt(fraction) === UNDERSCORE ? fraction : this.digits(fraction, 10);
    }
    if ((text.charCodeAt(end) | 32) === 101) {
      const sign = text.charCodeAt(end + 1);
      const from = sign === PLUS || sign === MINUS ? end + 2 : end + 1;
      const exponent = text.charCodeAt(from) === UNDERSCORE ? from : this.digits(from, 10);
      if (exponent > from) end = exponent;
    }
    this.token("number", end);
  }

  /** Digits with single underscores between them (or, in 0x_1F, before them). */
  private digits(from: number, base: number): number {
    const { text, to } = this;
    let end = from;
    for (; end < to; end++) {
      let code = text.charCodeAt(end);
      if (code === UNDERSCORE && end + 1 < to) {
        code = text.charCodeAt(end + 1);
        if (!isDigit(code, base)) break;
        end++;
      } else if (!isDigit(code, base)) break;
    }
    return end;
  }

  /** To the end of the line; `\;` stands for itself (psqlscan.l sends both statements at once). */
  private metaCommand(at: number): void {
    const { text, to } = this;
    if (text.charCodeAt(at + 1) === SEMICOLON) {
      this.token("metaCommand", at + 2);
      return;
    }
    let end = at + 1;
    for (; end < to; end++) {
      const code = text.charCodeAt(end);
      if (code === LF || code === CR) break;
    }
    this.token("metaCommand", end);
  }
}

function hasNewline(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === LF || code === CR) return true;
  }
  return false;
}

function isStrange(code: number): boolean {
  switch (code) {
    case 126: // ~
    case 33: // !
    case 64: // @
    case 35: // #
    case 94: // ^
    case AMPERSAND:
    case 124: // |
    case 96: // `
    case 63: // ?
    case 37: // %
      return true;
  }
  return false;
}

function isDigit(code: number, base: number): boolean {
  if (base === 16) return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 102);
  return code >= 48 && code < 48 + base;
}
