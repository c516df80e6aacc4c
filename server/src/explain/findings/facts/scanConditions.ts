// All that the rows of one scan have to meet, an index's conditions among it.

import { conditionsOf, type Condition } from "./conditions";
import type { PlanNode } from "../../plan";
import { textOf, textsOf } from "../../properties";
import { nodesOf } from "../../tree";

export function conditionsOfScan(scan: PlanNode): readonly Condition[] {
  return [textOf(scan.properties, "Filter"), ...nodesOf(scan).flatMap(({ properties }) => textsOf(properties, "Index Cond"))].flatMap((each) => (each === null ? [] : conditionsOf(each)));
}

/** Plain columns, each once. */
export function columnsOf(conditions: readonly Condition[]): readonly string[] {
  return [...new Set(conditions.flatMap(({ column }) => column ?? []))];
}

/** Of equalities alone: an mcv list that does not have this pair of values would win over the dependency, and keep the error. */
export function kindFor(conditions: readonly Condition[]): "dependencies" | "mcv" {
  return conditions.every(({ kind }) => kind === "equality") ? "dependencies" : "mcv";
}
