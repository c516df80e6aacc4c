// The small words of printed SQL: names, literals, lists, options.

import { quoteIdentifier, quoteQualified } from "../../sql/identifiers";
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
