// What a node says beyond its measures, ready to be read.

import { countText, kilobytesText } from "./numbers";
import type { PlanNode, PlanProperties, PlanValue } from "./plan";
import { groupsOf, isGroup, isList, numberOf } from "./properties";

type Detail = readonly [name: string, value: string];

/** Stands elsewhere: in the title, in the measures, or in the tree. */
const elsewhere = new Set([
  "Node Type", "Strategy", "Partial Mode", "Operation", "Parent Relationship", "Subplan Name", "Custom Plan Provider", "Parallel Aware", "Async Capable",
  "Scan Direction", "Index Name", "Relation Name", "Function Name", "Table Function Name", "CTE Name", "Tuplestore Name", "Schema", "Alias", "Join Type", "Command",
  "Startup Cost", "Total Cost", "Plan Rows", "Actual Startup Time", "Actual Total Time", "Actual Rows", "Actual Loops",
]);

/** Said only where it is so. */
const quietWhenFalse = new Set(["Disabled", "Single Copy", "Inner Unique"]);
const kilobytes = new Set(["Sort Space Used", "Peak Memory Usage", "Disk Usage", "Average Sort Space Used", "Peak Sort Space Used", "Maximum Storage", "Memory Used", "Memory Allocated", "Output Volume"]);
const bytes = new Set(["WAL Bytes", "Foreign File Size", "Plan Width"]);

/** Counts that are printed for every node, and mean something only above zero. */
const quietWhenZero = /^(?:(?:Shared|Local|Temp) .*Blocks|.*I\/O (?:Read|Write) Time|WAL .*|Rows Removed by .*|Cache Overflows|Lossy Heap Blocks|Exact Heap Blocks|Planned Partitions|Disk Usage)$/;

export function detailsOf({ properties }: PlanNode): readonly Detail[] {
  return [...listed(properties, ""), ...groupsOf(properties, "Workers").flatMap((worker, i) => listed(worker, `Worker ${numberOf(worker, "Worker Number") ?? i}: `))];
}

function listed(properties: PlanProperties, prefix: string): Detail[] {
  return Object.entries(properties).flatMap(([name, value]): Detail[] => {
    if (name === "Workers" || name === "Worker Number" || (prefix === "" && elsewhere.has(name))) return [];
    if ((value === false && quietWhenFalse.has(name)) || (value === 0 && quietWhenZero.test(name))) return [];
    return [[`${prefix}${name}`, valueText(name, value)]];
  });
}

function valueText(name: string, value: PlanValue): string {
  if (typeof value === "number") {
    if (kilobytes.has(name)) return kilobytesText(value);
    if (bytes.has(name)) return `${countText(value)} bytes`;
    if (name.endsWith(" Time")) return `${value.toFixed(3)} ms`;
    return name.endsWith("Identifier") ? String(value) : countText(value);
  }
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (isList(value)) return value.map((each) => (isList(each) ? `(${each.map((inner) => valueText(name, inner)).join(", ")})` : valueText(name, each))).join(", ");
  if (isGroup(value)) return Object.entries(value).map(([inner, each]) => `${inner}: ${isGroup(each) ? `(${valueText(inner, each)})` : valueText(inner, each)}`).join(", ");
  return value === null ? "" : value;
}
