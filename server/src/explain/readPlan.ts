import type { Plan } from "./plan";
import { PlanError } from "./planError";
import { unframed } from "./read/frame";
import { readJson } from "./read/json";

export type PlanFormat = "json";

export interface ReadPlan {
  readonly format: PlanFormat;
  readonly plan: Plan;
  /** What has to be known of how it was read, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * A plan that was saved or copied, with whatever a client or a log put around it.
 *
 * @throws PlanError with a message for a person, whatever the text is
 */
export function readPlan(text: string): ReadPlan {
  const lines = unframed(text);
  const own = lines.join("\n").trim();
  if (own === "") throw new PlanError("There is no plan here: the text is empty.");
  if (!/^[[{]/.test(own)) throw new PlanError("This is not a plan as EXPLAIN (FORMAT JSON) gives it.");
  const { plan, others } = readJson(own);
  return { format: "json", plan, notes: others === 0 ? [] : [`The text has ${others + 1} plans; this is the first.`] };
}
