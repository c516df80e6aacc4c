import type { PlanProperties, PlanValue } from "../plan";
import { groupOf, isGroup, numberOf, scalarText } from "../properties";

/** See ExplainPrintJIT. */
export function jitLines(jit: PlanProperties): readonly string[] {
  const options = groupOf(jit, "Options");
  const timing = groupOf(jit, "Timing");
  return [
    "JIT:",
    `  Functions: ${numberOf(jit, "Functions") ?? 0}`,
    ...(options === null ? [] : [`  Options: ${Object.entries(options).map(([name, value]) => `${name} ${scalarText(value)}`).join(", ")}`]),
    ...(timing === null ? [] : [`  Timing: ${Object.entries(timing).map(([name, value]) => `${name} ${phase(value)}`).join(", ")}`]),
  ];
}

/** Since 17 generation is told with the part that made code to read rows. */
function phase(value: PlanValue): string {
  if (!isGroup(value)) return ms(value);
  const inner = Object.entries(value).filter(([name]) => name !== "Total");
  return `${ms(value["Total"] ?? 0)} (${inner.map(([name, each]) => `${name} ${ms(each)}`).join(", ")})`;
}

const ms = (value: PlanValue): string => `${Number(value).toFixed(3)} ms`;
