// A plan as FORMAT TEXT prints it. Both formats come from the same code (src/backend/commands/explain.c), which says each
// fact in the same order: so the order of a node's properties is the order of its lines.

import type { Plan, PlanNode, PlanProperties } from "../plan";
import { numberOf, textOf } from "../properties";
import { titleOf } from "../title";
import { nodesOf } from "../tree";
import { measuresText, propertyLines, type Style } from "./lines";
import { statementLines } from "./statement";

/** With a line's end after every line. */
export function planText(plan: Plan): string {
  const style: Style = { fractionalRows: isFractional(plan), verbose: nodesOf(plan.root).some(({ properties }) => "Output" in properties) };
  const lines: string[] = [];
  const open: { readonly node: PlanNode; readonly indent: number }[] = [{ node: plan.root, indent: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = nodeLines(next.node, next.indent, style, lines);
    const { children } = next.node;
    for (let i = children.length - 1; i >= 0; i--) open.push({ node: children[i]!, indent: inner });
  }
  const { before, after } = statementLines(plan.properties, { verbose: style.verbose, severalTargets: writesSeveral(plan) });
  return [...before, ...lines, ...after].map((line) => `${line}\n`).join("");
}

function writesSeveral({ root }: Plan): boolean {
  const writing = nodesOf(root).filter(({ type }) => type === "ModifyTable");
  return writing.length > 1 || writing.some(({ properties }) => "Target Tables" in properties);
}

/** Since 18, which also says of every node whether it is disabled, rows of a loop are told with two digits after the point. */
function isFractional({ root }: Plan): boolean {
  return "Disabled" in root.properties;
}

/** Adds the node's own lines, and gives the indentation of its children, in steps of two spaces. */
function nodeLines(node: PlanNode, outer: number, style: Style, lines: string[]): number {
  const { properties } = node;
  let indent = outer;
  const subplan = textOf(properties, "Subplan Name");
  if (subplan !== null) lines.push(spaces(indent++) + subplan);
  const arrow = indent === 0 ? "" : "->  ";
  lines.push(`${spaces(indent)}${arrow}${titleOf(node)}${costText(properties)}${actualText(properties, style)}`);
  if (indent > 0) indent += 2;
  indent += 1;
  for (const line of propertyLines(properties, style)) lines.push(spaces(indent) + line);
  return indent;
}

function costText(properties: PlanProperties): string {
  const total = numberOf(properties, "Total Cost");
  if (total === null) return "";
  const start = numberOf(properties, "Startup Cost") ?? 0;
  return `  (cost=${start.toFixed(2)}..${total.toFixed(2)} rows=${numberOf(properties, "Plan Rows") ?? 0} width=${numberOf(properties, "Plan Width") ?? 0})`;
}

function actualText(properties: PlanProperties, style: Style): string {
  const loops = numberOf(properties, "Actual Loops");
  if (loops === null) return "";
  return loops === 0 ? " (never executed)" : ` (actual ${measuresText(properties, style)})`;
}

function spaces(indent: number): string {
  return "  ".repeat(indent);
}
