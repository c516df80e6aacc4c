// The plans of this session, by the query that they are of.

import type { ShownPlan } from "../../webview/explain/messages";

export interface PlanHistory {
  add(plan: ShownPlan): void;
  get(id: string): ShownPlan | undefined;
  /** The other plans of the same query, the newest first. */
  others(plan: ShownPlan): readonly ShownPlan[];
}

const most = 50;
/** In characters of their texts, beside the newest one: a plan takes about ten times as much memory. */
const mostText = 5_000_000;

export function createPlanHistory(): PlanHistory {
  let plans: readonly ShownPlan[] = [];
  return {
    add(plan) {
      const others = plans.filter(({ id }) => id !== plan.id).slice(0, most - 1);
      let length = 0;
      const tooMany = others.findIndex(({ result: { text } }) => (length += text.length) > mostText);
      plans = [plan, ...(tooMany < 0 ? others : others.slice(0, tooMany))];
    },
    get: (id) => plans.find((plan) => plan.id === id),
    others: (plan) => plans.filter((other) => other.id !== plan.id && queryOf(other) === queryOf(plan)),
  };
}

/** A plan that does not say its query is told by where it comes from. */
const queryOf = ({ result: { query }, source }: ShownPlan): string => query?.replace(/\s+/g, " ").trim() ?? `\0${source}`;
