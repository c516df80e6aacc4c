// Parameters of a statement: Postgres's own $1, and what stands in its place in files that a program reads: :name
// (psql, and many libraries), @name and sqlc.arg(name) (sqlc, Npgsql), ${}.

import { Scanner } from "./scanner";
import { isWord } from "./words";
import type { Range } from "../text/range";

/** One place where a value goes. */
export interface Placeholder {
  readonly range: Range;
  /** As it is called: "$1", ":name", "@name", "${userId}". */
  readonly name: string;
  /** What stands there instead of a value: sqlc.embed(users) is users.*. */
  readonly sql?: string;
}

/** In order. Strings, comments, casts and the bounds of array slices hold none. */
export function placeholdersIn(text: string): readonly Placeholder[] {
  const found: Placeholder[] = [];
  const scanner = new Scanner(text);
  const brackets = new Brackets();
  while (scanner.next()) {
    const { kind, start, end } = scanner;
    if (kind === "parameter") found.push({ range: { start, end }, name: text.slice(start, end) });
    else if (kind === "operator") {
      const mark = text.indexOf("${", start);
      const close = mark < 0 || mark >= end ? -1 : closingBrace(text, mark + 2);
      const placeholder = close < 0 ? namedAt(text, start, end) : { range: { start: mark, end: close }, name: text.slice(mark, close) };
      if (placeholder) {
        found.push(placeholder);
        scanner.seek(placeholder.range.end);
      }
    } else if (kind === "word" && end === start + 4 && isWord(text, start, end, "sqlc")) {
      const call = sqlcAt(text, start);
      if (call === null) continue;
      found.push(call);
      scanner.seek(call.range.end);
    } else if (kind === "variable" || (kind === "punctuation" && text[start] === ":" && end === start + 1 && brackets.isArray)) {
      // The lexer takes ARRAY[:a] for a slice's bound, as psql does.
      const variable = brackets.isSlice ? null : variableAt(text, start);
      if (variable === null) continue;
      found.push(variable);
      scanner.seek(variable.range.end);
    }
    brackets.see(text, scanner);
  }
  return found;
}

/** The text with each placeholder as `$n`, and the names by n. Postgres's own come first, in their order. */
export function numbered(text: string, placeholders: readonly Placeholder[]): { readonly sql: string; readonly names: readonly string[] } {
  const names = [...new Set(placeholders.flatMap(({ name, sql }) => (sql === undefined ? [name] : [])))];
  const own = names.filter(isOwn).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const order = [...own, ...names.filter((name) => !isOwn(name))];
  let sql = "";
  let at = 0;
  for (const { range, name, sql: instead } of placeholders) {
    sql += text.slice(at, range.start) + (instead ?? `$${order.indexOf(name) + 1}`);
    // $1 and a digit behind it would be $11.
    if (/[\w$]/.test(text.charAt(range.end))) sql += " ";
    at = range.end;
  }
  return { sql: sql + text.slice(at), names: order };
}

/** Of Postgres: the text is plain SQL with it. */
export const isOwn = (name: string): boolean => /^\$\d/.test(name);

/** Those that plain SQL can be read with too, as something else: @name as the absolute value of a column. */
export const isNamed = (name: string): boolean => name.startsWith("@");

/** `@name`, also right behind a comparison (`id=@id`), which Postgres's lexer takes for one operator. Behind `<` it is `<@`. */
function namedAt(text: string, start: number, end: number): Placeholder | null {
  if (!/^(?:=|<=|>=|<>|!=|>|\|\||[+*/-])?@$/.test(text.slice(start, end))) return null;
  const name = /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/.exec(text.slice(end, end + 130))?.[0];
  return name === undefined ? null : { range: { start: end - 1, end: end + name.length }, name: `@${name}` };
}

/** `sqlc.arg(name)`, `sqlc.narg('name')`, `sqlc.slice(name)`, `sqlc.embed(table)`. */
function sqlcAt(text: string, start: number): Placeholder | null {
  const found = /^sqlc\s*\.\s*(arg|narg|slice|embed)\s*\(\s*(?:'([^']+)'|"([^"]+)"|([\w\u0080-\uffff]+))\s*\)/i.exec(text.slice(start, start + 300));
  if (!found) return null;
  const [whole, kind, ...written] = found;
  const name = written.join("");
  const range = { start, end: start + whole.length };
  return kind!.toLowerCase() === "embed" ? { range, name: whole, sql: `${name}.*` } : { range, name: `@${name}` };
}

/** `:name`, or `:'name'`: a value either way. `:"name"` is an identifier, which no value can stand for. */
function variableAt(text: string, start: number): Placeholder | null {
  const found = /^:(?:([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|'([\w\u0080-\uffff]+)')/.exec(text.slice(start, start + 130));
  if (!found) return null;
  // PgTyped marks what must not be NULL.
  const required = found[1] !== undefined && /^!(?!=)/.test(text.slice(start + found[0].length, start + found[0].length + 2)) ? 1 : 0;
  return { range: { start, end: start + found[0].length + required }, name: `:${found[1] ?? found[2]!}` };
}

/** After the brace that closes the one before `from`: what stands between is code, strings and braces included. -1: none does. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== "") {
      if (character === "\\") at++;
      else if (character === quote) quote = "";
    } else if (character === "'" || character === '"' || character === "`") quote = character;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return -1;
}

/** What kind of brackets stand around a token: of ARRAY[...], of a subscript, or parentheses. */
class Brackets {
  private readonly open: ("array" | "subscript" | "parenthesis")[] = [];
  private afterArray = false;

  get isArray(): boolean {
    return this.open.at(-1) === "array";
  }

  get isSlice(): boolean {
    return this.open.at(-1) === "subscript";
  }

  see(text: string, { kind, start, end }: Scanner): void {
    if (kind === "lineComment" || kind === "blockComment") return;
    if (kind === "punctuation") {
      const mark = text[start];
      // ARRAY[[1, 2], [3, 4]]: those within are of its kind.
      if (mark === "[") this.open.push(this.afterArray || (this.isArray && this.afterOpening) ? "array" : "subscript");
      else if (mark === "(") this.open.push("parenthesis");
      else if (mark === "]" || mark === ")") this.open.pop();
      this.afterOpening = mark === "[" || mark === ",";
    } else this.afterOpening = false;
    this.afterArray = kind === "word" && isWord(text, start, end, "array");
  }

  private afterOpening = false;
}
