// An order by distance (`ORDER BY embedding <=> $1 LIMIT 10`) that is computed for every row and sorted, where an index
// would give the nearest rows first.

import { conditionsOf, qualifierOf, unwrapped, type Condition } from "./conditions";
import { relationSql } from "./names";
import { inputsOf, rowsOf } from "./rows";
import type { FindingContext } from "../finding";
import type { PlanNode } from "../../plan";
import { numberOf, textOf, textsOf } from "../../properties";
import { nodesOf } from "../../tree";

export interface NearestSort {
  readonly sort: PlanNode;
  readonly limit: PlanNode;
  /** Where the rows come from. */
  readonly scan: PlanNode;
  /** "embedding <=> '[1,2]'::vector" */
  readonly distance: Condition;
  /** What the order is written as, where it is not the bare operator, the nearest first: no index knows that. */
  readonly wrapped: string | null;
  /** What is asked of the rows beside it. */
  readonly filters: readonly Condition[];
}

/** Null: no such order, or a filter leaves so few rows that measuring them all is right: it finds the nearest for sure. */
export function nearestSort(sort: PlanNode, { measures, analyzed }: Pick<FindingContext, "measures" | "analyzed">): NearestSort | null {
  const [key] = textsOf(sort.properties, "Sort Key");
  const limit = sort.type === "Sort" && key !== undefined ? limitAbove(sort, (node) => measures(node).parent) : null;
  const order = limit === null ? null : distanceIn(key!);
  const scan = order === null ? null : scanOf(sort, order.distance);
  if (limit === null || order === null || scan === null) return null;
  const filters = nodesOf(scan).flatMap(({ properties }) => ["Filter", "Index Cond"].flatMap((name) => conditionsOf(textOf(properties, name) ?? ""))).filter(({ text, kind }) => text !== "" && kind !== "distance" && !/<(?:->|=>|#>|\+>|~>|%>)/.test(text));
  const rows = analyzed ? rowsOf(scan) : (numberOf(scan.properties, "Plan Rows") ?? 0);
  if (filters.some(({ kind }) => kind === "equality" || kind === "contains") && rows <= fewRows) return null;
  return { sort, limit, scan, ...order, filters };
}

/** So many distances take a few milliseconds, of 1,536 dimensions too. */
const fewRows = 5000;

function limitAbove(node: PlanNode, parentOf: (node: PlanNode) => PlanNode | null): PlanNode | null {
  for (let parent = parentOf(node); parent !== null; parent = parentOf(parent)) {
    if (parent.type === "Limit") return parent;
    if (parent.type !== "Gather" && parent.type !== "Gather Merge" && parent.type !== "Result" && parent.type !== "Incremental Sort") return null;
  }
  return null;
}

function distanceIn(key: string): Pick<NearestSort, "distance" | "wrapped"> | null {
  const bare = key.replace(/ NULLS (?:FIRST|LAST)$/, "");
  const descending = / DESC$/.test(bare);
  const text = unwrapped(bare.replace(/ DESC$/, ""));
  const direct = operatorOf(text);
  if (direct !== null) return descending ? null : { distance: direct, wrapped: null };
  // Similarity, the largest first, is the distance, the smallest first.
  const inner = descending ? (/^(?:'?1(?:\.0)?'?(?:::[\w ]+)?) - \((.*)\)$/s.exec(text)?.[1] ?? /^\((.*)\) \* '?-1'?(?:::[\w ]+)?$/s.exec(text)?.[1] ?? /^\(?- \((.*)\)\)?$/s.exec(text)?.[1]) : undefined;
  const distance = inner === undefined ? calledDistance(text, descending) : operatorOf(unwrapped(inner));
  return distance === null ? null : { distance, wrapped: text };
}

function operatorOf(text: string): Condition | null {
  const [condition, ...others] = conditionsOf(text);
  return condition?.kind === "distance" && others.length === 0 ? condition : null;
}

const calls: Readonly<Record<string, string>> = { cosine_distance: "<=>", l2_distance: "<->", l1_distance: "<+>", hamming_distance: "<~>", jaccard_distance: "<%>" };

/** "cosine_distance(embedding, $1)" is what `<=>` computes. */
function calledDistance(text: string, descending: boolean): Condition | null {
  const [, name, first, second] = /^(\w+)\(([^,]+), (.*)\)$/s.exec(text) ?? [];
  const operator = calls[name ?? ""];
  return operator === undefined || descending ? null : operatorOf(`(${first!}) ${operator} ${second!}`);
}

/** The scan of the table whose column it is, through joins; of one that stands alone no name is written before columns. */
function scanOf(sort: PlanNode, { text, column, expression }: Condition): PlanNode | null {
  const alias = qualifierOf(text);
  const open = [...inputsOf(sort)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const isScan = /^(?:Seq|Index|Index Only|Bitmap Heap) Scan$/.test(node.type) && relationSql(node) !== null;
    if (isScan && (alias === null || alias === textOf(node.properties, "Alias"))) return column !== null || expression !== null ? node : null;
    if (/^(?:Nested Loop|Hash Join|Merge Join|Hash|Gather|Result|Materialize)$/.test(node.type)) open.push(...inputsOf(node));
  }
  return null;
}
