// Which rows a role may reach by which statement, put together from a table's policies as Postgres does it
// (get_row_security_policies in src/backend/rewrite/rowsecurity.c).

import { unreadable, type Condition } from "./condition";
import { implies, isAlwaysTrue, isNeverTrue } from "./decide";
import type { Facts } from "./evaluate";
import { onOneLine } from "./oneLine";
import { inherits } from "../schema/apply/roles";
import type { Expression, Policy, Table } from "../schema/model";
import type { SchemaView } from "../schema/view";

export type Command = "select" | "insert" | "update" | "delete";
export const commands: readonly Command[] = ["select", "insert", "update", "delete"];

/** What the policies of one command ask of a row: permissive ones ORed, restrictive ones ANDed to them. */
export interface RowRule {
  readonly command: Command;
  readonly permissive: readonly PolicyPart[];
  readonly restrictive: readonly PolicyPart[];
}
export interface PolicyPart {
  readonly policy: Policy;
  readonly expression: Expression;
}

export type StatementKind = "select" | "select for update" | "insert" | "insert returning" | "insert on conflict update" | "update" | "update of what it reads" | "delete" | "delete of what it reads" | "merge update" | "merge delete" | "merge insert";

/** All of them must hold. */
export interface Asked {
  /** Rows that do not pass are as if they were not there. */
  readonly filter: readonly RowRule[];
  /** An existing row that does not pass is an error (42501). */
  readonly existing: readonly RowRule[];
  /** A new row that does not pass is an error (42501). */
  readonly written: readonly RowRule[];
}

/** The role, and those that it has the privileges of without SET ROLE (roles_is_member_of in src/backend/utils/adt/acl.c). */
export function rolesOf(view: Pick<SchemaView, "role">, name: string, postgresVersion = 16): ReadonlySet<string> {
  const all = new Set([name]);
  for (const each of all) {
    const role = view.role(each);
    // From 16 on each membership says so for itself.
    for (const membership of role?.memberOf ?? []) if (postgresVersion < 16 ? inherits(role) : membership.inherit) all.add(membership.role);
  }
  return all.add("public");
}

/** Policies do not hold for it. (Nor for a table's owner, unless they are forced.) */
export function bypassesRowSecurity(view: Pick<SchemaView, "role">, name: string, platform: "supabase" | "neon" | null): boolean {
  if (platform === "supabase" && name === "service_role") return true;
  const options = view.role(name)?.options ?? [];
  return options.some((option) => (option.name === "bypassrls" || option.name === "superuser") && option.value !== "false");
}

/** By GRANT, as far as the history tells: of the whole table, of some columns, or not. */
export function privilegeOf(table: Table, roles: ReadonlySet<string>, command: Command): "table" | "columns" | "none" {
  const grants = table.grants.filter(({ grantee, privilege }) => roles.has(grantee) && (privilege === command || privilege === "all"));
  return grants.some(({ columns }) => columns.length === 0) ? "table" : grants.length > 0 && command !== "delete" ? "columns" : "none";
}

/** The rows that a command finds. INSERT finds none. */
export function usingRule(table: Table, roles: ReadonlySet<string>, command: Command): RowRule {
  return rowRule(table, roles, command, (policy) => policy.using);
}

/** The rows that a command may write. */
export function checkRule(table: Table, roles: ReadonlySet<string>, command: Command): RowRule {
  return rowRule(table, roles, command, (policy) => policy.withCheck ?? policy.using);
}

function rowRule(table: Table, roles: ReadonlySet<string>, command: Command, expressionOf: (policy: Policy) => Expression | null): RowRule {
  const parts = table.policies.flatMap((policy): readonly PolicyPart[] => {
    const expression = expressionOf(policy);
    // A policy without an expression lets nothing in, and keeps nothing out.
    return expression && (policy.command === "all" || policy.command === command) && policy.roles.some((role) => roles.has(role)) ? [{ policy, expression }] : [];
  });
  return { command, permissive: parts.filter(({ policy }) => policy.permissive), restrictive: parts.filter(({ policy }) => !policy.permissive) };
}

/** What a statement asks, row-level security being enabled: what reads a row needs the SELECT policies as well. */
export function asked(table: Table, roles: ReadonlySet<string>, kind: StatementKind): Asked {
  const using = (command: Command): RowRule => usingRule(table, roles, command);
  const check = (command: Command): RowRule => checkRule(table, roles, command);
  const ask = (parts: Partial<Asked>): Asked => ({ filter: [], existing: [], written: [], ...parts });
  switch (kind) {
    case "select":
      return ask({ filter: [using("select")] });
    case "select for update":
      return ask({ filter: [using("select"), using("update")] });
    case "insert":
      return ask({ written: [check("insert")] });
    case "insert returning":
      return ask({ written: [check("insert"), using("select")] });
    case "insert on conflict update":
      return ask({ existing: [using("update"), using("select")], written: [check("insert"), check("update"), using("select")] });
    case "update":
      return ask({ filter: [using("update")], written: [check("update")] });
    case "update of what it reads":
      return ask({ filter: [using("update"), using("select")], written: [check("update"), using("select")] });
    case "delete":
      return ask({ filter: [using("delete")] });
    case "delete of what it reads":
      return ask({ filter: [using("delete"), using("select")] });
    case "merge update":
      return ask({ filter: [using("select")], existing: [using("update")], written: [check("update"), using("select")] });
    case "merge delete":
      return ask({ filter: [using("select")], existing: [using("delete")] });
    case "merge insert":
      return ask({ filter: [using("select")], written: [check("insert")] });
  }
}

/** As one condition. */
export function conditionOfRule(rule: RowRule, condition: (expression: Expression) => Condition): Condition {
  const of = (part: PolicyPart): Condition => condition(part.expression);
  return { form: "and", of: [{ form: "or", of: rule.permissive.map(of) }, ...rule.restrictive.map(of)] };
}

export type Rows = { readonly rows: "none" } | { readonly rows: "all" } | { readonly rows: "some"; readonly where: string };

/** Which rows it lets through, in words of SQL. */
export function rowsOf(rule: RowRule, condition: (expression: Expression) => Condition, facts: Facts): Rows {
  return rowsOfAll([rule], condition, facts);
}

/** Which rows get through all of them, and through what else is asked. */
export function rowsOfAll(rules: readonly RowRule[], condition: (expression: Expression) => Condition, facts: Facts, wheres: readonly Expression[] = []): Rows {
  const key = [...rules.map((rule) => `${partsKey(rule.permissive)} ${partsKey(rule.restrictive)}`), ...wheres.map(({ text }) => text)].join("\n");
  const all = [...rules.flatMap((rule) => [...rule.permissive, ...rule.restrictive].map((part) => part.expression)), ...wheres];
  let byKey = known.get(facts);
  if (byKey === undefined) known.set(facts, (byKey = new Map<string, Rows>()));
  const before = byKey.get(key);
  if (before) return before;
  const rows = decideRows(rules, condition, facts, wheres);
  // What could not be read may be read the next time.
  if (all.some((expression) => condition(expression) === unreadable)) return rows;
  if (byKey.size >= keptRows) byKey.clear();
  byKey.set(key, rows);
  return rows;
}

/** By what is asked: the same expressions stand in several policies, and are asked by several roles and commands. */
const known = new WeakMap<Facts, Map<string, Rows>>();
const keptRows = 2000;

const partsKey = (parts: readonly PolicyPart[]): string => JSON.stringify(parts.map(({ expression }) => expression.text));

function decideRows(rules: readonly RowRule[], condition: (expression: Expression) => Condition, facts: Facts, wheres: readonly Expression[]): Rows {
  const whole: Condition = { form: "and", of: [...rules.map((rule) => conditionOfRule(rule, condition)), ...wheres.map(condition)] };
  if (isNeverTrue(whole, facts)) return { rows: "none" };
  if (isAlwaysTrue(whole, facts)) return { rows: "all" };
  const own = wheres.map((expression): Demand => ({ text: onOneLine(expression.text), condition: condition(expression) }));
  const needed = asksFor([...rules.flatMap((rule) => demandsOf(rule, condition, facts)), ...own.filter((demand) => !isAlwaysTrue(demand.condition, facts))], facts);
  return { rows: "some", where: needed.map(({ text }) => text).map(bracketed(needed.length > 1)).join(" AND ") };
}

interface Demand {
  readonly text: string;
  readonly condition: Condition;
}

/** What a rule asks that is not always so: its permissive policies together, and each restrictive one. */
function demandsOf(rule: RowRule, condition: (expression: Expression) => Condition, facts: Facts): readonly Demand[] {
  const each = (parts: readonly PolicyPart[]): readonly Demand[] => parts.map(({ expression }) => ({ text: onOneLine(expression.text), condition: condition(expression) }));
  const permissive = distinct(each(rule.permissive));
  const restrictive = each(rule.restrictive).filter((demand) => !isAlwaysTrue(demand.condition, facts));
  if (permissive.some((demand) => isAlwaysTrue(demand.condition, facts))) return restrictive;
  const possible = permissive.filter((demand) => !isNeverTrue(demand.condition, facts));
  return [{ text: possible.map(({ text }) => text).map(bracketed(possible.length > 1)).join(" OR "), condition: { form: "or", of: possible.map((demand) => demand.condition) } }, ...restrictive];
}

const distinct = (demands: readonly Demand[]): readonly Demand[] => demands.filter(({ text }, i) => demands.findIndex((other) => other.text === text) === i);

/** Without what another one asks already. */
function asksFor(demands: readonly Demand[], facts: Facts): readonly Demand[] {
  const needed = [...distinct(demands)];
  for (let i = needed.length - 1; i >= 0 && needed.length > 1; i--) {
    const own = needed[i]!;
    if (needed.some((other) => other !== own && implies(other.condition, own.condition, facts))) needed.splice(i, 1);
  }
  return needed;
}

const bracketed = (needed: boolean) => (text: string): string => (needed ? `(${text})` : text);
