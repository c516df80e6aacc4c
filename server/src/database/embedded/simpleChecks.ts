// Checks of simple form, as Postgres prints them: what the values of a column may be.

import { textLike, textMatching } from "./patterns";

export interface Limits {
  /** Both are allowed themselves. */
  least?: number;
  most?: number;
  /** Of a text, in characters. */
  shortest?: number;
  longest?: number;
  /** As SQL. */
  among?: readonly string[];
  /** A text that fits, as SQL; `{i}` stands for the row's number. */
  made?: string;
  /** Is never NULL. */
  filled?: boolean;
  /** Comes behind columns of a lower one: `starts < ends`. */
  rank?: number;
}

const name = String.raw`("[^"]+"|[a-z_]\w*)`;
const number = String.raw`'?(-?\d+(?:\.\d+)?)'?`;

/** By column, as it is written in SQL. What is not read limits nothing. */
export function limitsOf(checks: readonly string[]): ReadonlyMap<string, Limits> {
  const limits = new Map<string, Limits>();
  const of = (name: string): Limits => {
    const known = limits.get(name) ?? {};
    limits.set(name, known);
    return known;
  };
  for (const check of checks) {
    // A half of an OR holds for itself alone; often it is the one that tells when there may be no value.
    if (/\bOR\b/.test(check)) {
      for (const [, column] of check.matchAll(new RegExp(`${name}\\)* IS NOT NULL`, "g"))) of(column!).filled = true;
      continue;
    }
    for (const part of check.replace(/^CHECK\s*/, "").split(/\s+AND\s+/)) {
      const bare = part.replace(/::(?:[a-z_]+(?: varying| precision| with(?:out)? time zone)?)(?:\(\d+(?:,\d+)?\))?(?:\[\])?/g, "");
      if (!readPattern(bare, of)) readPart(stripped(bare), of);
    }
  }
  return limits;
}

/** Without parentheses around names and numbers, and around the whole. */
function stripped(text: string): string {
  let written = text.trim();
  for (let before = ""; before !== written; ) {
    before = written;
    written = written.replace(/(^|[^\w"])\((\s*(?:"[^"]+"|\w+|'?-?[\d.]+'?)\s*)\)/g, "$1$2").trim();
  }
  const open = (written.match(/\(/g) ?? []).length;
  const closed = (written.match(/\)/g) ?? []).length;
  if (open > closed) written = written.replace(new RegExp(`^\\({1,${open - closed}}`), "");
  if (closed > open) written = written.replace(new RegExp(`\\){1,${closed - open}}$`), "");
  while (/^\(.*\)$/.test(written) && !/\).*\(/.test(written.slice(1, -1))) written = written.slice(1, -1).trim();
  return written.trim();
}

/** `name ~ '^[A-Z]{3}$'`, or LIKE, which Postgres writes `~~`. */
function readPattern(part: string, of: (column: string) => Limits): boolean {
  const found = new RegExp(`^\\(*${name}\\)*\\s*(~~?)\\*?\\s*'((?:[^']|'')*)'\\)*$`).exec(part.trim());
  if (!found) return false;
  const pattern = found[3]!.replaceAll("''", "'");
  const made = found[2] === "~" ? textMatching(pattern) : textLike(pattern);
  if (made !== null) of(found[1]!).made = made;
  return true;
}

function readPart(part: string, of: (column: string) => Limits): void {
  const compared = new RegExp(`^${name}\\s*(>=|>|<=|<)\\s*${number}$`).exec(part);
  if (compared) {
    narrow(of(compared[1]!), compared[2]!, Number(compared[3]));
    return;
  }
  const measured = new RegExp(`^(?:char_length|character_length|octet_length|length)\\(+${name}\\)+\\s*(>=|>|<=|<|=)\\s*${number}$`).exec(part);
  if (measured) {
    const limits = of(measured[1]!);
    const length = Number(measured[3]);
    if (measured[2] === "=" || measured[2]!.startsWith(">")) limits.shortest = length + (measured[2] === ">" ? 1 : 0);
    if (measured[2] === "=" || measured[2]!.startsWith("<")) limits.longest = length - (measured[2] === "<" ? 1 : 0);
    return;
  }
  const listed = new RegExp(`^${name}\\s*= ANY \\(+ARRAY\\[(.*)\\]\\)*$`).exec(part);
  if (listed) {
    of(listed[1]!).among = listed[2]!.match(/'(?:[^']|'')*'|-?\d+(?:\.\d+)?/g) ?? [];
    return;
  }
  const ordered = new RegExp(`^${name}\\s*(>=|>|<=|<)\\s*${name}$`).exec(part);
  if (ordered) {
    const isFirst = ordered[2]!.startsWith("<");
    const [low, high] = isFirst ? [ordered[1]!, ordered[3]!] : [ordered[3]!, ordered[1]!];
    of(high).rank = (of(low).rank ?? 0) + 1;
  }
}

function narrow(limits: Limits, operator: string, value: number): void {
  const next = Number.isInteger(value) ? 1 : 0.01;
  if (operator.startsWith(">")) limits.least = Math.max(limits.least ?? -Infinity, operator === ">" ? value + next : value);
  else limits.most = Math.min(limits.most ?? Infinity, operator === "<" ? value - next : value);
}
