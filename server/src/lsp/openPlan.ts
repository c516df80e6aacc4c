import { explainResult } from "../explain/explainResult";
import { PlanError } from "../explain/planError";
import { readPlan } from "../explain/readPlan";
import type { OpenPlanOutcome, OpenPlanParams } from "../protocol";

/** A plan that was saved or copied, read. */
export function openPlan({ text }: OpenPlanParams): OpenPlanOutcome {
  try {
    const { plan, notes } = readPlan(text);
    return { kind: "plan", result: explainResult(plan, { server: { version: null, kind: "file" }, query: null, notes }) };
  } catch (error) {
    if (error instanceof PlanError) return { kind: "fault", message: error.message };
    throw error;
  }
}
