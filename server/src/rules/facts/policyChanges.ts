// What a version makes of a table's policies, and who reaches more rows by it.

import { checkRule, commands, conditionOfRule, rolesOf, usingRule, type Command } from "../../policies/effective";
import { letsInMore } from "../../policies/decide";
import type { Change } from "../../schema/changes";
import type { Policy, Table } from "../../schema/model";
import type { StatementContext } from "../rule";
import { rowFacts } from "./policyLogic";
import { laterChanges, sameName } from "./version";

/** The table as the policies of the version's end would have it; null where the version drops it. */
export function tableAtEnd(context: StatementContext, table: Table): Table | null {
  let policies = table.policies;
  const isOfIt = (name: Parameters<typeof sameName>[1]): boolean => sameName(context, name, table);
  for (const change of [context.change, ...laterChanges(context)]) {
    if (change.change === "drop" && change.kind === "table" && change.names.some(isOfIt)) return null;
    if (change.change === "drop" && change.kind === "policy" && change.table !== null && isOfIt(change.table)) policies = policies.filter((policy) => !change.names.some(({ name }) => name === policy.name));
    else if (change.change === "createPolicy" && isOfIt(change.table)) policies = [...policies.filter((policy) => policy.name !== change.name.name), madeBy(change)];
    else if (change.change === "alterPolicy" && isOfIt(change.table)) policies = policies.map((policy) => (policy.name === change.name.name ? { ...policy, roles: change.roles ?? policy.roles, using: change.using ?? policy.using, withCheck: change.withCheck ?? policy.withCheck } : policy));
    else if (change.change === "renamePart" && change.part === "policy" && isOfIt(change.of)) policies = policies.map((policy) => (policy.name === change.name.name ? { ...policy, name: change.to.name } : policy));
  }
  return { ...table, policies };
}

function madeBy({ name, command, permissive, roles, using, withCheck }: Extract<Change, { change: "createPolicy" }>): Policy {
  return { name: name.name, command, permissive, roles, using, withCheck, origin: null, changed: null, createdIn: null, comment: null };
}

/** The commands that a policy holds for. */
export function commandsOf({ command }: Pick<Policy, "command">): readonly Command[] {
  return command === "all" ? commands : [command];
}

/** The roles that a policy for these holds for, as far as the table's policies name them: for everyone, all of those. */
export function heldFor(roles: readonly string[], ...tables: readonly Table[]): readonly string[] {
  return roles.includes("public") ? [...new Set(["public", ...tables.flatMap(({ policies }) => policies.flatMap((policy) => policy.roles))])] : roles;
}

/** Whether a role reaches more rows by a command: those that it finds, or those that it may write. Null: cannot be told. */
export function reachesMore({ before: view, condition }: Pick<StatementContext, "before" | "condition">, before: Table, after: Table, role: string, command: Command): boolean | null {
  const roles = rolesOf(view, role);
  const rules = command === "insert" ? [checkRule] : command === "update" ? [usingRule, checkRule] : [usingRule];
  const answers = rules.map((rule) => letsInMore(conditionOfRule(rule(before, roles, command), condition), conditionOfRule(rule(after, roles, command), condition), rowFacts(before)));
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}
