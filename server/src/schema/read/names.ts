import type { Node, RangeVar } from "@pgsql/types";
import { nameAtToken } from "../../sql/ranges";
import type { Name, ObjectName } from "../changes";
import { stringsOf } from "./nodes";
import { indexAt, itemsOf, rangeOf, type Source, type Span } from "./source";

// Names come from the tree (folded, U& escapes read), ranges from the tokens.

/** The name at a token, as Postgres read it. `parts` is the tree's, the last one the object's own. */
export function objectNameAt(source: Source, index: number, parts?: readonly string[]): ObjectName {
  const found = nameAtToken(source, index);
  const range = found?.range ?? rangeOf(source, { from: index, to: index + 1 });
  const read = parts ?? found?.parts ?? [];
  return { schema: read.at(-2) ?? null, name: read.at(-1) ?? "", range };
}

export function relationName(source: Source, relation: RangeVar | undefined): ObjectName {
  const at = objectNameAt(source, indexAt(source, relation?.location));
  return { schema: relation?.schemaname ?? null, name: relation?.relname ?? at.name, range: at.range };
}

/** A name of one part. */
export function nameAt(source: Source, index: number, name?: string): Name {
  const range = rangeOf(source, { from: index, to: index + 1 });
  return { name: name ?? nameAtToken(source, index)?.parts[0] ?? "", range };
}

/** The names that begin the items of a list. `read` are the tree's. */
export function namesIn(source: Source, span: Span, read: readonly string[]): Name[] {
  const items = itemsOf(source, span);
  return read.map((name, i) => nameAt(source, items[i]?.from ?? span.from, name));
}

/** As `namesIn`, from a list of String nodes. */
export function namesOf(source: Source, span: Span | null, nodes: readonly Node[] | undefined): Name[] {
  return span === null ? [] : namesIn(source, span, stringsOf(nodes));
}
