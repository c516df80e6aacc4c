// A query as loggers write it, with its parameters: Drizzle's (drizzle-orm/logger), Prisma's events and Postgres's own log
// (errdetail_params in src/backend/tcop/postgres.c).

export interface LoggedQuery {
  readonly sql: string;
  /** By "$1"; null: NULL. Empty: the line says none. */
  readonly parameters: Readonly<Record<string, string | null>>;
}

/** Null: the text is no line of theirs. What stands before it (a time, a level, colours) does not matter. */
export function readLoggedQuery(text: string): LoggedQuery | null {
  const plain = text.replace(/\x1b\[[0-9;]*m/g, "").trim();
  return fromPostgres(plain) ?? fromDrizzle(plain) ?? fromPrisma(plain);
}

/** "Query: select ... -- params: [1, "a"]", all on one line but for what the query itself breaks. */
function fromDrizzle(text: string): LoggedQuery | null {
  const found = /(?:^|\s)Query: ([^]*?)(?: -- params: (\[[^]*\]))?$/.exec(text);
  if (!found || /\n\s*params:/i.test(found[1]!)) return null;
  // It writes undefined as nothing, and no list where there are no parameters.
  const values = found[2] === undefined ? [] : found[2] === "[]" ? [null] : listed(found[2]);
  return values && { sql: found[1]!.trim(), parameters: numbered(values) };
}

/** "prisma:query SELECT ...", or "Query: ..." and "Params: [...]" on lines of their own, as Prisma's guide prints the event. */
function fromPrisma(text: string): LoggedQuery | null {
  const found = /(?:^|\s)(?:prisma:query|Query:)\s+([^]*?)(?:\n\s*params:\s*(\[[^]*\])[ \t]*(?:\n\s*duration:.*)?)?$/i.exec(text);
  if (!found) return null;
  const values = found[2] === undefined ? [] : listed(found[2]);
  return values && { sql: found[1]!.trim(), parameters: numbered(values) };
}

/** "LOG:  [duration: ... ms  ]execute name: ..." or "statement: ...", and "DETAIL:  Parameters: $1 = '...', $2 = NULL". */
function fromPostgres(text: string): LoggedQuery | null {
  const found = /\bLOG:\s+(?:duration: [\d.]+ ms\s+)?(?:statement|(?:execute|bind|parse) [^:\n]*): ([^]*?)(?:\n[^\n]*\bDETAIL:\s+parameters: ([^]*?))?(?:\n[^\n]*\b(?:LOG|STATEMENT|CONTEXT|ERROR):\s[^]*)?$/i.exec(text);
  if (!found) return null;
  // Lines of a message that go on begin with a tab in the log.
  const sql = found[1]!.replace(/\n\t/g, "\n").trim();
  const parameters: Record<string, string | null> = {};
  for (const [, number, quoted] of (found[2] ?? "").matchAll(/(\$\d+) = (?:NULL|'((?:[^']|'')*)'(?:\.\.\.)?)/g)) parameters[number!] = quoted === undefined ? null : quoted.replaceAll("''", "'");
  return { sql, parameters };
}

const numbered = (values: readonly (string | null)[]): Record<string, string | null> => Object.fromEntries(values.map((value, i) => [`$${i + 1}`, value]));

/** The elements of a list of JSON values, with words of JavaScript and of Prisma's among them; null: it does not end. */
function listed(text: string): (string | null)[] | null {
  const values: (string | null)[] = [];
  let at = 1;
  for (;;) {
    at += /^\s*/.exec(text.slice(at))![0].length;
    if (text[at] === "]" && values.length === 0) break;
    const end = elementEnd(text, at);
    if (end === null) return null;
    values.push(parameterText(text.slice(at, end).trim()));
    if (text[end] === "]") return text.slice(end + 1).trim() === "" ? values : null;
    at = end + 1;
  }
  return values;
}

/** Where an element ends: at a comma or the bracket of its list. */
function elementEnd(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      const string = /^"(?:[^"\\]|\\.)*"/s.exec(text.slice(at));
      if (!string) return null;
      at += string[0].length - 1;
    } else if (depth === 0 && (character === "," || character === "]")) return at;
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
  }
  return null;
}

/** A value as the text that a driver would send for it. */
function parameterText(written: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    // What is not defined goes as NULL; others are Prisma's: 2026-01-02 00:00:00 UTC.
    return written === "undefined" || written === "" ? null : written;
  }
  return value === null ? null : asText(value);
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? `{${value.map(arrayElement).join(",")}}` : JSON.stringify(value);
}

/** Postgres's array literal (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO). */
function arrayElement(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (Array.isArray(value)) return asText(value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `"${asText(value).replace(/["\\]/g, "\\$&")}"`;
}
