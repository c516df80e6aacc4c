// What several rules ask of a table's policies.

import type { Condition } from "../../policies/condition";
import { isAlwaysTrue, scopedBy } from "../../policies/decide";
import { rowFacts } from "../../policies/rowFacts";
import type { DatabaseFacts } from "../../schema/history";
import type { Column, Expression, Place, Policy, Table } from "../../schema/model";
import { clausesOf, policyPlace } from "./policies";
import { tenantColumn } from "./rowSecurity";

/** Roles that anyone with an account has, or that anyone has: everyone's, and those of Supabase's and Neon's APIs. */
export const everyones: ReadonlySet<string> = new Set(["public", "anon", "anonymous", "authenticated"]);

export function isForEveryone(policy: Policy): boolean {
  return policy.roles.some((role) => everyones.has(role));
}

/** Those of them that it is for, as a message names them. */
export function whoOf(policy: Policy): string {
  if (policy.roles.includes("public")) return "every role";
  return policy.roles.length === 1 ? `role ${policy.roles[0]!}` : `roles ${policy.roles.join(", ")}`;
}

export { rowFacts };

/** Where a clause's expression stands, else its policy's name. */
export function placeOfClause(policy: Policy, word: "using" | "with check"): Place | null {
  const clause = clausesOf(policy).find((each) => each.clause === word);
  return clause ? clause.place(clause.range) : policyPlace(policy);
}

/** The column that tells whose a row is: the tenant's, one that a policy of the table ties to the caller, or one that refers to the users. */
export function ownerColumn(database: DatabaseFacts, table: Table, condition: (expression: Expression) => Condition): string | null {
  const tenant = tenantColumn(database, table);
  if (tenant !== null) return tenant;
  const tied = table.policies.flatMap(({ using, withCheck }) => [using, withCheck]).flatMap((expression) => (expression ? scopedBy(condition(expression), rowFacts(table)) : []));
  const own = tied.find(({ by }) => by === "comparison");
  if (own) return own.column;
  const ofUsers = table.columns.filter((column) => refersToUser(table, column));
  // created_by beside user_id tells who wrote it, not whose it is.
  return (ofUsers.find(({ name }) => /user|owner/i.test(name)) ?? (ofUsers.length === 1 ? ofUsers[0] : undefined))?.name ?? null;
}

/** By its foreign key to the platform's users, or by a default that is the caller. */
export function refersToUser(table: Table, column: Column): boolean {
  if (column.default?.functions.some((name) => name === "auth.uid" || name === "auth.user_id") === true) return true;
  return table.constraints.some((constraint) => constraint.kind === "foreign key" && constraint.columns.join() === column.name && (constraint.references.schema === "auth" || constraint.references.schema === "neon_auth"));
}

/** Another permissive policy of the same command, for roles that this one is for, that this one leaves without effect. */
export function overruledBy(table: Table, policy: Policy, condition: (expression: Expression) => Condition): Policy | null {
  const covers = (other: Policy): boolean => policy.roles.includes("public") || other.roles.every((role) => policy.roles.includes(role));
  return table.policies.find((other) => other !== policy && other.permissive && other.command === policy.command && covers(other) && other.using !== null && !isAlwaysTrue(condition(other.using), rowFacts(table))) ?? null;
}
