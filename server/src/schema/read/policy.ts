import type { AlterPolicyStmt, CreatePolicyStmt } from "@pgsql/types";
import { skipExists } from "../../sql/ranges";
import type { Change, Name, PlacedExpression } from "../changes";
import type { PolicyCommand } from "../model";
import { readGroup } from "./expression";
import { nameAt, relationName } from "./names";
import { roleName } from "./options";
import { find, rangeOf, wholeSpan, type Source } from "./source";

export function readCreatePolicy(source: Source, node: CreatePolicyStmt): Change {
  return {
    change: "createPolicy",
    range: rangeOf(source, wholeSpan(source)),
    table: relationName(source, node.table),
    name: policyName(source, node.policy_name),
    command: (node.cmd_name ?? "all") as PolicyCommand,
    permissive: node.permissive === true,
    roles: (node.roles ?? []).map(roleName),
    ...conditions(source, node),
  };
}

export function readAlterPolicy(source: Source, node: AlterPolicyStmt): Change {
  return {
    change: "alterPolicy",
    range: rangeOf(source, wholeSpan(source)),
    table: relationName(source, node.table),
    name: policyName(source, node.policy_name),
    roles: node.roles === undefined ? null : node.roles.map(roleName),
    ...conditions(source, node),
  };
}

function policyName(source: Source, name: string | undefined): Name {
  return nameAt(source, skipExists(source, source.first + 2), name);
}

function conditions(source: Source, node: CreatePolicyStmt | AlterPolicyStmt): { using: PlacedExpression | null; withCheck: PlacedExpression | null } {
  const whole = wholeSpan(source);
  return {
    using: node.qual === undefined ? null : readGroup(source, find(source, whole, "using") + 1, node.qual),
    withCheck: node.with_check === undefined ? null : readGroup(source, find(source, whole, "with", "check") + 2, node.with_check),
  };
}
