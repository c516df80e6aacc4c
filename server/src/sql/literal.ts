import { tokenize } from "./lexer";
import type { Token } from "./tokens";

/** What a string constant holds, so written that each of its tokens starts where it starts in the constant. */
export interface AlignedText {
  readonly text: string;
  /** UTF-16 offset of the text's first character in what the constant stands in. */
  readonly start: number;
}

/**
 * The SQL in a string constant: as it is for `$$...$$`; with '' and backslash escapes resolved for '...' and E'...', and spaces added
 * behind each token, so that an offset in the text tells the place in the source. Null for what is no plain string (U&'', B'', X'').
 */
export function sqlInLiteral(source: string, token: Token): AlignedText | null {
  if (token.unterminated === true) return null;
  if (token.kind === "dollar") {
    const tag = source.indexOf("$", token.start + 1) + 1 - token.start;
    return { text: source.slice(token.start + tag, token.end - tag), start: token.start + tag };
  }
  if (token.kind !== "string") return null;
  const prefix = source.charAt(token.start).toLowerCase();
  if (prefix !== "'" && prefix !== "e") return null;
  const start = token.start + (prefix === "e" ? 2 : 1);
  const raw = source.slice(start, token.end - 1);
  if (!raw.includes("'") && (prefix !== "e" || !raw.includes("\\"))) return { text: raw, start };
  const decoded = decode(raw, prefix === "e");
  return decoded === null ? null : { text: align(decoded, raw.length), start };
}

interface Decoded {
  readonly text: string;
  /** For each character of the text, and for its end: where it stands in the constant. */
  readonly at: readonly number[];
}

const simpleEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Null where an escape stands for a character by its number: no one writes SQL so. */
function decode(raw: string, backslashes: boolean): Decoded | null {
  let text = "";
  const at: number[] = [];
  for (let i = 0; i < raw.length; i++) {
    at.push(i);
    let character = raw.charAt(i);
    if (character === "'") i++;
    else if (character === "\\" && backslashes) {
      i++;
      const escaped = raw.charAt(i);
      if (/[0-7xuU]/.test(escaped)) return null;
      character = simpleEscapes[escaped] ?? escaped;
    }
    text += character;
  }
  at.push(raw.length);
  return { text, at };
}

function align({ text, at }: Decoded, length: number): string {
  let aligned = "";
  // White space between two tokens begins where the first ends, shortened to what has room: a newline ends a comment.
  let done = 0;
  for (const { start, end } of tokenize(text)) {
    aligned = (aligned + text.slice(done, start)).padEnd(at[start]!) + text.slice(start, end);
    done = end;
  }
  return (aligned + text.slice(done)).padEnd(length);
}
