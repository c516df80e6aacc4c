// A plan that can be shown to others: names, values and texts of its owner are replaced, each by the same one wherever it
// stands; times, counts, costs, kinds of nodes, operators, types and functions of Postgres stay.

import { isBuiltInFunction } from "../builtIn";
import { isExpression, isMeasure } from "./ownProperties";
import { Replacements, type NameKind } from "./replacements";
import { isOwnSchema, rewritten, type SqlKind } from "./rewrite";
import type { Plan, PlanNode, PlanProperties, PlanValue } from "../plan";
import { groupsOf, isGroup, isList, scalarText, textOf } from "../properties";
import { nodesOf } from "../tree";
import { foldIdentifier } from "../../sql/identifiers";
import { tokenize } from "../../sql/lexer";

/** A plan with the statement that it is of; null: not known. */
export interface PlanOfQuery {
  readonly plan: Plan;
  readonly query: string | null;
}

/** Of plans that belong together: a name is replaced by the same one in all of them. */
export function anonymousPlans(originals: readonly PlanOfQuery[]): readonly PlanOfQuery[] {
  const taken = new Set<string>();
  for (const { plan, query } of originals) {
    for (const { properties } of nodesOf(plan.root)) collectWords(properties, taken);
    collectWords(plan.properties, taken);
    collectWords(query, taken);
  }
  const to = new Replacements(taken);
  // Structure comes first: an expression's names are told by what they were met as.
  for (const { plan } of originals) for (const { properties } of nodesOf(plan.root)) meetNames(properties, to);
  return originals.map(({ plan, query }) => ({ plan: anonymousPlan(plan, to), query: query === null ? null : rewritten(query, "query", to) }));
}

function anonymousPlan({ root, properties }: Plan, to: Replacements): Plan {
  const made = new Map<PlanNode, PlanNode & { readonly children: PlanNode[] }>();
  for (const from of nodesOf(root)) made.set(from, { ...from, properties: anonymousProperties(from.properties, to), children: [] });
  for (const [from, copy] of made) copy.children.push(...from.children.map((child) => made.get(child)!));
  return { root: made.get(root)!, properties: anonymousProperties(properties, to) };
}

function collectWords(value: PlanValue, words: Set<string>): void {
  if (typeof value === "string") for (const word of wordsIn(value)) words.add(word);
  else if (isList(value)) for (const each of value) collectWords(each, words);
  else if (isGroup(value)) for (const each of Object.values(value)) collectWords(each, words);
}

function wordsIn(text: string): readonly string[] {
  return text.match(/[\w$\u0080-\uffff]+/g) ?? [];
}

const names: Readonly<Record<string, NameKind>> = {
  "Relation Name": "table", Relation: "table", "CTE Name": "cte", "Tuplestore Name": "cte", Alias: "alias", "Index Name": "index", "Conflict Arbiter Indexes": "index", "Trigger Name": "trigger", "Constraint Name": "constraint", "Foreign File": "file", "Foreign Program": "file",
};
const sql: Readonly<Record<string, SqlKind>> = { "Query Text": "query", "Remote SQL": "query", Relations: "relations" };

/** One of a few words of Postgres's own. */
const kept = new Set([
  "Node Type", "Parent Relationship", "Strategy", "Partial Mode", "Operation", "Custom Plan Provider", "Table Function Name", "Scan Direction", "Command", "Join Type", "Cache Mode", "Sort Method", "Sort Methods Used", "Sort Space Type",
  "Storage", "Conflict Resolution", "Format",
]);

function meetNames(properties: PlanProperties, to: Replacements): void {
  const called = textOf(properties, "Function Name");
  const alias = textOf(properties, "Alias");
  if (alias !== null && ((called === alias && isBuiltInFunction(alias)) || isMadeAlias(alias))) to.keep("alias", alias);
  for (const name of ["Relation Name", "CTE Name", "Tuplestore Name", "Alias"]) {
    const value = textOf(properties, name);
    if (value !== null) to.name(names[name]!, value);
  }
  const schema = textOf(properties, "Schema");
  if (schema !== null && !isOwnSchema(schema)) to.name("schema", schema);
  for (const target of groupsOf(properties, "Target Tables")) meetNames(target, to);
}

/** That Postgres gives where a query has none. */
function isMadeAlias(alias: string): boolean {
  return /^(?:\*[A-Z]+\*(?: \d+)?|ANY_subquery|unnamed_(?:subquery|join)(?:_\d+)?)$/.test(alias);
}

function anonymousProperties(properties: PlanProperties, to: Replacements): PlanProperties {
  // A fingerprint of the statement's objects.
  const entries = Object.entries(properties).filter(([name]) => name !== "Query Identifier");
  return Object.fromEntries(entries.map(([name, value]) => (name === "Settings" && isGroup(value) ? [name, settings(value, to)] : [propertyName(name, to), anonymousValue(name, value, to)])));
}

/** An extension's own may tell who uses it. A capital, as FORMAT TEXT needs it to read it back. */
function propertyName(name: string, to: Replacements): string {
  const isOwn = kept.has(name) || isExpression(name) || isMeasure(name) || name === "Schema" || name === "Function Name" || Object.hasOwn(names, name) || Object.hasOwn(sql, name);
  return isOwn ? name : to.name("property", name).replace("p", "P");
}

function anonymousValue(name: string, value: PlanValue, to: Replacements): PlanValue {
  if (typeof value === "string") return anonymousText(name, value, to);
  if (isList(value)) return value.map((each) => anonymousValue(name, each, to));
  return isGroup(value) ? anonymousProperties(value, to) : value;
}

function anonymousText(name: string, text: string, to: Replacements): string {
  if (kept.has(name)) return text;
  if (Object.hasOwn(names, name)) return to.name(names[name]!, text);
  switch (name) {
    case "Schema":
      return isOwnSchema(text) ? text : to.name("schema", text);
    case "Function Name":
      return isBuiltInFunction(text) ? text : to.name("function", text);
    case "Sampling Method":
      return text === "bernoulli" || text === "system" ? text : to.name("function", text);
    case "Subplan Name":
      return subplanName(text, to);
    case "Window": {
      const [, window, definition] = /^("(?:[^"]|"")+"|[^\s"]+)( AS .*)$/s.exec(text) ?? [];
      return window === undefined ? rewritten(text, "expression", to) : `${to.name("window", window)}${rewritten(definition!, "expression", to)}`;
    }
    default:
      return Object.hasOwn(sql, name) ? rewritten(text, sql[name]!, to) : isExpression(name) ? rewritten(text, "expression", to) : to.value(text);
  }
}

function subplanName(text: string, to: Replacements): string {
  const cte = /^CTE (.*)$/s.exec(text)?.[1];
  if (cte !== undefined) return `CTE ${to.name("cte", cte)}`;
  return /^(?:hashed )?(?:SubPlan|InitPlan) \d+(?: \(returns [$\d, ]+\))?$/.test(text) ? text : rewritten(text, "expression", to);
}

/** The planner's own, switched or with a size, are needed to read a plan; an extension's may hold names. */
function settings(values: PlanProperties, to: Replacements): PlanProperties {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (name === "search_path" && typeof value === "string") return [name, searchPath(value, to)];
      const isOwn = !name.includes(".") || /^(?:hnsw|ivfflat|pg_trgm)\./.test(name);
      const isPlain = typeof value !== "string" || /^(?:on|off|auto|partition|regress|force_(?:custom|generic)_plan|-?\d+(?:\.\d+)?\s?(?:B|kB|MB|GB|TB|us|ms|s|min|h|d)?)$/.test(value);
      return [isOwn ? name : to.name("setting", name), isOwn && isPlain ? value : to.value(scalarText(value))];
    }),
  );
}

/** `"$user", app, public`: schemas, each by its name. */
function searchPath(value: string, to: Replacements): string {
  const schemas = tokenize(value).filter(({ kind }) => kind === "word" || kind === "quoted" || kind === "string").map(({ start, end }) => value.slice(start, end));
  return schemas.map((written) => (written === '"$user"' ? written : isOwnSchema(foldIdentifier(written)) ? written : to.name("schema", foldIdentifier(written.replace(/^'(.*)'$/s, "$1"))))).join(", ");
}
