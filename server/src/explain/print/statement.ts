// What EXPLAIN says of the statement as a whole, before and after the tree.

import { jitLines } from "./jit";
import { bufferLines, ioLine } from "./usage";
import type { PlanProperties, PlanValue } from "../plan";
import { isGroup, isList, numberOf, scalarText, textOf } from "../properties";

interface StatementStyle {
  /** VERBOSE names the trigger of a constraint too. */
  readonly verbose: boolean;
  /** Several tables are written: a trigger is told with its own. */
  readonly severalTargets: boolean;
}

export function statementLines(properties: PlanProperties, style: StatementStyle): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const before: string[] = [];
  const after: string[] = [];
  for (const [name, value] of Object.entries(properties)) {
    if (name === "Query Text" || name === "Query Parameters") before.push(`${name}: ${scalarText(value)}`);
    else after.push(...lines(name, value, style));
  }
  return { before, after };
}

function lines(name: string, value: PlanValue, style: StatementStyle): readonly string[] {
  if (name === "Settings" && isGroup(value)) return [`Settings: ${Object.entries(value).map(([setting, each]) => `${setting} = '${scalarText(each)}'`).join(", ")}`];
  if (name === "Planning" && isGroup(value)) return planningLines(value);
  if (name === "Triggers" && isList(value)) return triggerLines(value.filter(isGroup), style);
  if (name === "JIT" && isGroup(value)) return jitLines(value);
  if (name === "Serialization" && isGroup(value)) return serializationLines(value);
  if (typeof value === "number" && name.endsWith(" Time")) return [`${name}: ${value.toFixed(3)} ms`];
  const text = scalarText(value);
  return text.includes("\n") ? [`${name}:`, ...text.split("\n").map((line) => `  ${line}`)] : [`${name}: ${text}`];
}

function planningLines(planning: PlanProperties): readonly string[] {
  const memory = "Memory Used" in planning ? [`Memory: used=${numberOf(planning, "Memory Used") ?? 0}kB  allocated=${numberOf(planning, "Memory Allocated") ?? 0}kB`] : [];
  const inner = [...bufferLines(planning), ...ioLine(planning), ...memory];
  return inner.length === 0 ? [] : ["Planning:", ...inner.map((line) => `  ${line}`)];
}

/** A constraint's trigger goes by the constraint; the table is told where there are several. */
function triggerLines(triggers: readonly PlanProperties[], { verbose, severalTargets }: StatementStyle): readonly string[] {
  const several = severalTargets || new Set(triggers.map((trigger) => textOf(trigger, "Relation"))).size > 1;
  return triggers.map((trigger) => {
    const constraint = textOf(trigger, "Constraint Name");
    const relation = textOf(trigger, "Relation");
    const time = numberOf(trigger, "Time");
    const name = constraint === null || verbose ? ` ${textOf(trigger, "Trigger Name") ?? ""}` : "";
    const what = `${name}${constraint === null ? "" : ` for constraint ${constraint}`}`;
    return `Trigger${what}${several && relation !== null ? ` on ${relation}` : ""}: ${time === null ? "" : `time=${time.toFixed(3)} `}calls=${numberOf(trigger, "Calls") ?? 0}`;
  });
}

function serializationLines(value: PlanProperties): readonly string[] {
  const time = numberOf(value, "Time");
  const first = `Serialization: ${time === null ? "" : `time=${time.toFixed(3)} ms  `}output=${numberOf(value, "Output Volume") ?? 0}kB  format=${textOf(value, "Format") ?? "text"}`;
  return [first, ...[...bufferLines(value), ...ioLine(value)].map((line) => `  ${line}`)];
}
