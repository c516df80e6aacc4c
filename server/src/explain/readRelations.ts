// What a plan reads, and which triggers it ran: what a server is asked about beside the plan.

import type { NodeMetrics } from "./metrics";
import type { Plan, PlanNode } from "./plan";
import { groupsOf, textOf } from "./properties";
import type { QualifiedName } from "../schema/model";

/** A plan of thousands of partitions asks for those that matter. */
const mostRelations = 40;

/** The one that takes most of the time comes first, or of the cost where no time was measured. */
export function relationsRead(metrics: ReadonlyMap<PlanNode, NodeMetrics>): readonly QualifiedName[] {
  const found = new Map<string, { readonly name: QualifiedName; weight: number }>();
  for (const [{ properties }, { selfMs, selfCost }] of metrics) {
    const name = textOf(properties, "Relation Name");
    const schema = textOf(properties, "Schema");
    if (name === null || schema === null) continue;
    const key = JSON.stringify([schema, name]);
    const weight = selfMs ?? selfCost ?? 0;
    const before = found.get(key);
    if (before) before.weight += weight;
    else found.set(key, { name: { schema, name }, weight });
  }
  return [...found.values()].sort((a, b) => b.weight - a.weight).slice(0, mostRelations).map(({ name }) => name);
}

/** Their names, which have a number of their own in foreign keys' triggers: "RI_ConstraintTrigger_a_16390". */
export function triggersRun({ properties }: Plan): readonly string[] {
  return groupsOf(properties, "Triggers").flatMap((trigger) => textOf(trigger, "Trigger Name") ?? []).slice(0, mostRelations);
}
