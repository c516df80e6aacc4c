// What the server's statistics say of a node's tables: nothing where nobody asked it.

import { nodesOf } from "../../tree";
import type { PlanNode } from "../../plan";
import { textOf } from "../../properties";
import type { RelationStatistics, ServerStatistics } from "../../statistics";

/** Of the table that a node reads. */
export function knownOf({ properties }: PlanNode, statistics: ServerStatistics | null): RelationStatistics | null {
  const name = textOf(properties, "Relation Name");
  if (name === null || statistics === null) return null;
  const schema = textOf(properties, "Schema");
  const found = statistics.relations.filter((each) => each.name === name && (schema === null || each.schema === schema));
  // A plan without VERBOSE says no schema, and a name may stand in several.
  return found.length === 1 ? found[0]! : null;
}

/** Of every table below a node, each once. */
export function knownBelow(node: PlanNode, statistics: ServerStatistics | null): readonly RelationStatistics[] {
  return [...new Set(nodesOf(node).flatMap((each) => knownOf(each, statistics) ?? []))];
}
