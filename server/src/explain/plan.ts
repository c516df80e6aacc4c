// A plan as Postgres tells it, whatever format it came in. The names of properties are those of FORMAT JSON
// (src/backend/commands/explain.c): a reader of another format is right when it gives what the JSON reader gives.

export type PlanValue = string | number | boolean | null | readonly PlanValue[] | { readonly [name: string]: PlanValue };
export type PlanProperties = Readonly<Record<string, PlanValue>>;

/** "Parent Relationship"; null for the root. */
export type ParentRelationship = "Outer" | "Inner" | "Member" | "InitPlan" | "SubPlan" | "Subquery";

export interface PlanNode {
  /** The way from the root by the children's places: the root is "0", its second child "0.1". */
  readonly path: string;
  /** "Node Type", as "Seq Scan". */
  readonly type: string;
  readonly parent: ParentRelationship | null;
  /** All that was said of it but its children, unknown names included. */
  readonly properties: PlanProperties;
  readonly children: readonly PlanNode[];
}

export interface Plan {
  readonly root: PlanNode;
  /** What stands beside "Plan": "Planning Time", "Execution Time", "Triggers", "JIT", "Settings", "Query Text" and others. */
  readonly properties: PlanProperties;
}
