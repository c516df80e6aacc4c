// The plans of this session, by the query that they are of.

import type { ShownPlan } from "../../webview/explain/messages";

export interface PlanHistory {
  add(plan: ShownPlan): void;
  get(id: string): ShownPlan | undefined;
  /** The other plans of the same query, the newest first. */
  others(plan: ShownPlan): readonly ShownPlan[];
}

/** A plan may have some megabytes. */
const most = 50;

export function createPlanHistory(): PlanHistory {
  let plans: readonly ShownPlan[] = [];
  return {
    add(plan) {
      plans = [plan, ...plans.filter(({ id }) => id !== plan.id)].slice(0, most);
    },
    get: (id) => plans.find((plan) => plan.id === id),
    others: (plan) => plans.filter((other) => other.id !== plan.id && queryOf(other) === queryOf(plan)),
  };
}

/** A plan that does not say its query is told by where it comes from. */
const queryOf = ({ result: { query }, source }: ShownPlan): string => query?.replace(/\s+/g, " ").trim() ?? `\0${source}`;
