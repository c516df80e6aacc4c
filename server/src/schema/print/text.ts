// The small words of printed SQL: names, literals, lists, options.

import { quoteIdentifier, quoteQualified } from "../../sql/identifiers";
import { tokenize } from "../../sql/lexer";
import type { Option, QualifiedName } from "../model";

/** `public.orders`, always with its schema. */
export function nameText(name: QualifiedName): string {
  return quoteQualified([name.schema, name.name]);
}

export function quoteLiteral(text: string): string {
  const doubled = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? `E${doubled.replaceAll("\\", "\\\\")}` : doubled;
}

/** `(a, b)` */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map(quoteIdentifier).join(", ")})`;
}

/** What Postgres's grammar takes after DEFAULT only in parentheses: `a_expr` without `b_expr` (src/backend/parser/gram.y). */
const looseWords = new Set("all and any at between collate ilike in is isnull like not notnull or overlaps similar some".split(" "));

export function defaultClause(expression: string): string {
  let depth = 0;
  const loose = tokenize(expression).some(({ kind, start, end }) => {
    const text = expression.slice(start, end);
    if (kind === "punctuation") depth += text === "(" ? 1 : text === ")" ? -1 : 0;
    return kind === "word" && depth === 0 && looseWords.has(text.toLowerCase());
  });
  return `DEFAULT ${loose ? `(${expression})` : expression}`;
}

/** Words of the grammar, not names: a role called so would be quoted. */
const roleWords = new Set(["current_role", "current_user", "session_user"]);

export function roleText(role: string): string {
  if (role === "public") return "PUBLIC";
  return roleWords.has(role) ? role.toUpperCase() : quoteIdentifier(role);
}

/** Storage parameters and the like; `toast.x` has its namespace in front. */
export function optionList(options: readonly Option[]): string {
  return `(${options.map(({ name, value }) => `${name.split(".").map(quoteIdentifier).join(".")} = ${optionValue(value)}`).join(", ")})`;
}

function optionValue(value: string): string {
  return /^[a-z_]+$/.test(value) || /^-?\d+(\.\d+)?$/.test(value) ? value : quoteLiteral(value);
}

export function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
