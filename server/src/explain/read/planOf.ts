// From the value that FORMAT JSON has to a plan, whatever read the value.

import type { ParentRelationship, Plan, PlanNode, PlanProperties, PlanValue } from "../plan";
import { PlanError } from "../planError";
import { isGroup, isList } from "../properties";

/** A plan deeper than this is refused: everything after the reader may then rely on JSON and on the stack. */
export const deepest = 1000;

const relationships: ReadonlySet<string> = new Set<ParentRelationship>(["Outer", "Inner", "Member", "InitPlan", "SubPlan", "Subquery"]);

/** A plan, and how many others stood beside it: a rewritten statement has several. */
export interface ReadPlans {
  readonly plan: Plan;
  readonly others: number;
}

/**
 * What EXPLAIN (FORMAT JSON) gives: an array of objects with "Plan" in them; one of them; or only a node. Also a row or
 * a list of rows of a client's result, whose one column is that, as a value or as text.
 *
 * @throws PlanError
 */
export function plansOfValue(value: PlanValue): ReadPlans {
  const statements = statementsOf(value);
  const plans = statements.filter((each) => isGroup(each["Plan"]));
  const [first] = plans;
  if (first === undefined) throw new PlanError(noPlan(statements));
  return { plan: planOfStatement(first), others: plans.length - 1 };
}

function planOfStatement(statement: PlanProperties): Plan {
  const { Plan: plan, ...properties } = statement;
  if (!isGroup(plan) || typeof plan["Node Type"] !== "string") throw new PlanError("The plan's root has no \"Node Type\": this is no plan of Postgres.");
  return { root: nodeOf(plan), properties };
}

function statementsOf(value: PlanValue): readonly PlanProperties[] {
  const list = isList(value) ? value : [value];
  return list.flatMap((each): readonly PlanProperties[] => {
    if (!isGroup(each)) return [];
    if ("Plan" in each) return [each];
    if (typeof each["Node Type"] === "string") return [{ Plan: each }];
    // A client's row: {"QUERY PLAN": [...]}.
    const inner = each["QUERY PLAN"];
    if (inner === undefined) return [each];
    const read = typeof inner === "string" ? parsed(inner) : inner;
    return (isList(read) ? read : [read]).filter(isGroup);
  });
}

function parsed(text: string): PlanValue {
  try {
    return JSON.parse(text) as PlanValue;
  } catch {
    return null;
  }
}

function noPlan(statements: readonly PlanProperties[]): string {
  const [first] = statements;
  if (first !== undefined && "query_block" in first) return "This is a plan of MySQL or MariaDB. Plumbline reads those of Postgres.";
  if (first !== undefined && "Utility Statement" in first) return "This is a utility statement, for which Postgres has no plan.";
  return "This JSON has no \"Plan\" in it: it is not what EXPLAIN (FORMAT JSON) gives.";
}

interface Open {
  readonly node: PlanProperties;
  readonly path: string;
  readonly depth: number;
  /** Where it goes once it is made. */
  readonly into: PlanNode[];
}

/** Children are made before they are known: each node's list is filled after it is handed to its parent. */
function nodeOf(value: PlanProperties): PlanNode {
  const made: PlanNode[] = [];
  const open: Open[] = [{ node: value, path: "0", depth: 1, into: made }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, path, depth, into } = next;
    if (depth > deepest) throw new PlanError(`This plan is nested more than ${deepest} levels deep.`);
    const { Plans: plans, ...properties } = node;
    const children: PlanNode[] = [];
    const type = properties["Node Type"];
    const parent = properties["Parent Relationship"];
    into.push({ path, type: typeof type === "string" ? type : "?", parent: isRelationship(parent) ? parent : null, properties, children });
    const groups = isList(plans) ? plans.filter(isGroup) : [];
    for (let i = groups.length - 1; i >= 0; i--) open.push({ node: groups[i]!, path: `${path}.${i}`, depth: depth + 1, into: children });
  }
  return made[0]!;
}

function isRelationship(value: PlanValue | undefined): value is ParentRelationship {
  return typeof value === "string" && relationships.has(value);
}
