// Which rows a role may reach by which statement, put together from a table's policies as Postgres does it
// (get_row_security_policies in src/backend/rewrite/rowsecurity.c).

import type { Condition } from "./condition";
import { isAlwaysTrue, isNeverTrue } from "./decide";
import type { Facts } from "./evaluate";
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

/** The role, and those that it has the privileges of without SET ROLE. */
export function rolesOf(view: Pick<SchemaView, "role">, name: string): ReadonlySet<string> {
  const all = new Set([name]);
  for (const each of all) {
    const role = view.role(each);
    if (role && !role.options.some((option) => option.name === "inherit" && option.value === "false")) for (const of of role.memberOf) all.add(of.role);
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
  const whole = conditionOfRule(rule, condition);
  if (isNeverTrue(whole, facts)) return { rows: "none" };
  if (isAlwaysTrue(whole, facts)) return { rows: "all" };
  const texts = (parts: readonly PolicyPart[]): readonly string[] => [...new Set(parts.map(({ expression }) => expression.text.replace(/\s+/g, " ")))];
  const permissive = rule.permissive.some((part) => isAlwaysTrue(condition(part.expression), facts)) ? [] : texts(rule.permissive);
  const restrictive = texts(rule.restrictive.filter((part) => !isAlwaysTrue(condition(part.expression), facts)));
  const either = permissive.length === 0 ? [] : [permissive.map(bracketed(permissive.length > 1)).join(" OR ")];
  const all = [...either, ...restrictive];
  return { rows: "some", where: all.map(bracketed(all.length > 1)).join(" AND ") };
}

const bracketed = (needed: boolean) => (text: string): string => (needed ? `(${text})` : text);
