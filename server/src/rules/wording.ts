// How messages and fixes write names and lists.

import { quoteIdentifier } from "../sql/identifiers";
import type { QualifiedName } from "../schema/model";

/** A name in a message: without the schema where that is `public`. */
export function display(name: QualifiedName): string {
  return name.schema === "public" || name.schema === "" ? name.name : `${name.schema}.${name.name}`;
}

/** A name in SQL. */
export function written(name: QualifiedName): string {
  const own = quoteIdentifier(name.name);
  return name.schema === "public" || name.schema === "" ? own : `${quoteIdentifier(name.schema)}.${own}`;
}

/** `a`, `a and b`, `a, b and c`, each once. */
export function enumerate(items: readonly string[]): string {
  const each = [...new Set(items)];
  return each.length < 2 ? (each[0] ?? "") : `${each.slice(0, -1).join(", ")} and ${each.at(-1)!}`;
}

/** As `enumerate`, the first three of them: `a, b, c and 2 more`. */
export function enumerateSome(items: readonly string[]): string {
  const each = [...new Set(items)];
  return each.length <= 3 ? enumerate(each) : `${each.slice(0, 3).join(", ")} and ${each.length - 3} more`;
}

/** Column names as a list in SQL: `user_id, "order"`. */
export function columnList(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(", ");
}

/** With a full stop at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
