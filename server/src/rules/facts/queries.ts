// Queries in code, as rules speak of them: which calls are Drizzle's is told by their tables.

import { placeOf, sourceOf } from "../../drizzle/module";
import type { Code } from "../../drizzle/templates";
import { askingIn } from "../../drizzle/uses";
import type { Table } from "../../drizzle/orm/model";
import type { TypeScript as ts } from "../../drizzle/typescript";
import type { Place } from "../../schema/model";

export const placeOfNode = (node: ts.Node): Place => placeOf(sourceOf(node));

export const callsOf = ({ module, compiler }: Code): readonly ts.CallExpression[] => module.statements.flatMap(({ node }) => askingIn(node, compiler).calls);

/** The table that a call's first argument is; null where it is none, or not known. */
export function tableOf(code: Code, call: ts.CallExpression): Table | null {
  const [first] = call.arguments;
  const value = first ? code.valueOf(first) : null;
  return value?.kind === "table" ? value.table : null;
}

export interface Chain {
  /** From the first call to the last one that is chained to it. */
  readonly whole: ts.Expression;
  /** The names of the calls behind the first. */
  readonly methods: readonly string[];
}

/** `db.delete(t)` with all that is called on it. */
export function chainFrom(call: ts.CallExpression, { compiler }: Code): Chain {
  const methods: string[] = [];
  let whole: ts.Expression = call;
  for (;;) {
    const { parent } = whole as { parent: ts.Node };
    if (compiler.isPropertyAccessExpression(parent) && parent.expression === whole && compiler.isCallExpression(parent.parent) && parent.parent.expression === parent) {
      methods.push(parent.name.text);
      whole = parent.parent;
    } else if (compiler.isParenthesizedExpression(parent) || compiler.isNonNullExpression(parent)) {
      whole = parent;
    } else {
      return { whole, methods };
    }
  }
}

/** Runs as it stands: awaited, returned, chained to `then`, or an element of a list that is. Kept in a variable, or given away, it may get more calls. */
export function isRun({ whole }: Chain, { compiler }: Code): boolean {
  const { parent } = whole as { parent: ts.Node };
  return compiler.isAwaitExpression(parent) || compiler.isReturnStatement(parent) || compiler.isExpressionStatement(parent) || compiler.isVoidExpression(parent) || compiler.isYieldExpression(parent) || (compiler.isArrowFunction(parent) && parent.body === whole) || compiler.isArrayLiteralExpression(parent);
}

export { methodOf as method } from "../../drizzle/uses";

/** Scripts that fill or empty a database on purpose. */
export const isScript = (file: string): boolean => /(?:^|[/._-])(?:seed|seeds|seeder|seeding|reset|truncate|cleanup|clean|teardown|fixtures?|mocks?|tests?|testing|e2e|scripts?)(?:[/._-]|$)/i.test(file.replace(/\.[cm]?[jt]sx?$/, ""));
