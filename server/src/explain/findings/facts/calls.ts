// Which functions a node calls itself, for each of its rows.

import { isBuiltInFunction, isCheapCall } from "../../builtIn";
import type { PlanNode } from "../../plan";
import { isList, textOf } from "../../properties";

export interface Call {
  /** As it is written, with its schema where that is. */
  readonly name: string;
  /** Of Postgres or a module of its contrib: nobody's to rewrite. */
  readonly builtIn: boolean;
}

/** Without Postgres's cheap ones: what is named has to be worth a look. What a child has computed already stands in parentheses of its own. */
export function computedCalls({ properties }: PlanNode): readonly Call[] {
  const output = properties["Output"];
  const items = isList(output) ? output.filter((item) => typeof item === "string") : [];
  const computed = [...items.filter((item) => !isFromBelow(item)), ...["Filter", "Join Filter", "One-Time Filter"].flatMap((name) => textOf(properties, name) ?? [])];
  return [...new Map(computed.flatMap(callsIn).map((call) => [call.name, call])).values()];
}

/** "(spent(id))", "((a + b))": an expression is printed with parentheses once where it is computed, and once more above. */
function isFromBelow(item: string): boolean {
  return /^\(\(.*\)\)$/s.test(item) || /^\((?:\w+\.|"[^"]+"\.)*(?:\w+|"[^"]+")\(.*\)\)$/s.test(item);
}

/** A type's modifier is no call: "::character varying(200)", "::vector(1536)". */
const typeModifier = /::(?:(?:\w+|"[^"]+")\.)?(?:\w+|"[^"]+")(?: varying| second| \w+ to second)?\(/g;

function callsIn(expression: string): readonly Call[] {
  const bare = expression.replace(/'(?:[^']|'')*'/g, "''").replace(typeModifier, "::(");
  return [...bare.matchAll(/((?:\w+|"[^"]+")\.)?(\w+|"[^"]+")\(/g)].flatMap(([, schema = "", name]) => {
    if (/^\d/.test(name!)) return [];
    // A name that is a keyword too is printed with quotes: "substring"(body, 1, 9).
    const own = name!.startsWith('"') ? name!.slice(1, -1) : name!.toLowerCase();
    const isPostgres = schema === "" || schema === "pg_catalog.";
    if (isPostgres && isCheapCall(own)) return [];
    // SQL's own syntax is printed in upper case, as no function's name is: XMLELEMENT(...), JSON_QUERY(...).
    return [{ name: `${schema}${name!}`, builtIn: isPostgres && (isBuiltInFunction(own) || /^[A-Z_]+$/.test(name!)) }];
  });
}
