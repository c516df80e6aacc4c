import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explainResult } from "../../server/src/explain/explainResult";
import type { ExplainResult } from "../../server/src/explain/result";
import { readPlan, type ReadPlan } from "../../server/src/explain/readPlan";

/** A file of `plans/`: what a real server said. */
export function planFile(name: string): string {
  return readFileSync(join(import.meta.dirname, "plans", name), "utf8");
}

export function resultOf(text: string): ExplainResult {
  const { plan, notes } = readPlan(text);
  return explainResult(plan, { server: { version: null, kind: "file" }, query: null, notes });
}

export function problemOf(read: () => ReadPlan): string {
  try {
    read();
  } catch (error) {
    if (error instanceof Error && error.name === "PlanError") return error.message;
    throw error;
  }
  throw new Error("it was read");
}
