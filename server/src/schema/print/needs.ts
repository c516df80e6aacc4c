// What must exist before a statement can be run: keys of the store.

import { functionKey, relationKey, schemaKey, typeKey } from "../keys";
import type { DataType, Expression, ObjectReference, QualifiedName, SourceText } from "../model";
import { tokenize } from "../../sql/lexer";
import { foldIdentifier } from "../../sql/identifiers";

/** A user's type may also be a relation's row. */
export function needsOfType({ schema, name }: Pick<DataType, "schema" | "name">): string[] {
  if (schema === "pg_catalog") return [];
  const type = { schema: schema === "" ? "public" : schema, name };
  return [typeKey(type), relationKey(type)];
}

export function needsOfSchema(name: QualifiedName): string[] {
  return [schemaKey(name.schema)];
}

export function needsOfReference(reference: ObjectReference): string[] {
  switch (reference.kind) {
    case "column":
      return [relationKey(reference.relation)];
    case "relation":
      return [relationKey(reference.name)];
    // SUBTYPE_DIFF = f and the like are types as far as the grammar can tell.
    case "type":
      return [...needsOfType(reference.name), functionKey(reference.name)];
    case "function":
      return [functionKey(reference.name)];
  }
}

export function needsOfSource(source: SourceText): string[] {
  return [...source.names.flatMap(({ refers }) => needsOfReference(refers)), ...wordsOf(source.text).map(keyOfKept)];
}

/** Objects without a model (collations, servers, text search configurations, ...) are known by their bare names alone. */
export function keyOfKept(name: string): string {
  return `kept:${name}`;
}

function wordsOf(text: string): string[] {
  return tokenize(text).flatMap((token) => (token.kind === "word" || token.kind === "quoted" ? [foldIdentifier(text.slice(token.start, token.end))] : []));
}

/**
 * Whatever the expression's words may mean: functions, types, sequences and relations that it names. A word that means
 * none of those only asks for something that is not there.
 */
export function needsOfExpression(expression: Expression | null): string[] {
  return expression === null ? [] : needsOfText(expression.text, expression.columns);
}

/** A bare word that is one of `columns` means that. */
export function needsOfText(text: string, columns: readonly string[] = []): string[] {
  const needs: string[] = [];
  const tokens = tokenize(text);
  tokens.forEach((token, i) => {
    const written = text.slice(token.start, token.end);
    if (token.kind === "string") {
      // nextval('public.orders_id_seq'), 'orders'::regclass
      const name = /^'((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)'$/.exec(written)?.[1];
      if (name !== undefined) needs.push(...needsOfName(name.split(".").map((part) => part.replace(/^"(.*)"$/, "$1"))));
      return;
    }
    if (token.kind !== "word" && token.kind !== "quoted") return;
    const name = foldIdentifier(written);
    const after = tokens[i + 1];
    const second = tokens[i + 2];
    const qualified = after !== undefined && second !== undefined && text.slice(after.start, after.end) === "." && (second.kind === "word" || second.kind === "quoted");
    if (!qualified && columns.includes(name) && (after === undefined || text.slice(after.start, after.end) !== "(")) return;
    needs.push(...needsOfName(qualified ? [name, foldIdentifier(text.slice(second.start, second.end))] : [name]));
  });
  return needs;
}

function needsOfName(parts: readonly string[]): string[] {
  const name = { schema: parts.length > 1 ? parts[0]! : "public", name: parts.at(-1)! };
  return [functionKey(name), typeKey(name), relationKey(name), keyOfKept(name.name)];
}
