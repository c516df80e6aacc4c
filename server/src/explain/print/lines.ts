// What a node says below its first line. Facts that FORMAT TEXT says together on one line are printed where the first of
// them stands.

import { bufferLines, bufferNames, ioLine, ioNames, walLine, walNames } from "./usage";
import { jitLines } from "./jit";
import type { PlanProperties, PlanValue } from "../plan";
import { groupOf, isGroup, isList, numberOf, scalarText, textOf, textsOf } from "../properties";
import { targetOf } from "../title";

export interface Style {
  /** Rows of a loop with two digits after the point: since 18. */
  readonly fractionalRows: boolean;
  readonly verbose: boolean;
}

type Lines = readonly string[];

/** In the title, or in its measures. */
const inTitle = new Set([
  "Node Type", "Strategy", "Partial Mode", "Operation", "Parent Relationship", "Subplan Name", "Custom Plan Provider", "Parallel Aware", "Async Capable",
  "Scan Direction", "Index Name", "Relation Name", "Function Name", "Table Function Name", "CTE Name", "Tuplestore Name", "Schema", "Alias", "Join Type", "Command",
  "Startup Cost", "Total Cost", "Plan Rows", "Plan Width", "Actual Startup Time", "Actual Total Time", "Actual Rows", "Actual Loops", "Worker Number",
]);
const onlyWhenTrue = new Set(["Disabled", "Single Copy", "Parallel Aware", "Async Capable"]);

/** Without indentation but their own, below the first. */
export function propertyLines(properties: PlanProperties, style: Style): Lines {
  const said = new Set<Together>();
  const lines: string[] = [];
  for (const [name, value] of Object.entries(properties)) {
    if (inTitle.has(name)) continue;
    const group = groupsByName.get(name)?.find((each) => each.with === undefined || each.with in properties);
    if (group === undefined) lines.push(...(name === "Target Tables" && isList(value) ? value.filter(isGroup).flatMap((target) => targetTable(target, textOf(properties, "Operation") ?? "", style)) : alone(name, value, style)));
    else if (!said.has(group)) {
      said.add(group);
      lines.push(...group.lines(properties, style));
    }
  }
  return lines;
}

interface Together {
  readonly names: readonly string[];
  /** Only of nodes that have this property too: "Peak Memory Usage" is said by three kinds of node. */
  readonly with?: string;
  readonly lines: (properties: PlanProperties, style: Style) => Lines;
}

const groups: readonly Together[] = [
  { names: ["Sort Method", "Sort Space Used", "Sort Space Type"], lines: sortMethod },
  { names: ["Hash Buckets", "Original Hash Buckets", "Hash Batches", "Original Hash Batches", "Peak Memory Usage"], with: "Hash Buckets", lines: hashLine },
  { names: ["Cache Hits", "Cache Misses", "Cache Evictions", "Cache Overflows", "Peak Memory Usage"], with: "Cache Hits", lines: memoizeLine },
  { names: ["Estimated Capacity", "Estimated Distinct Lookup Keys", "Estimated Lookups", "Estimated Hit Percent"], lines: memoizeEstimates },
  { names: ["Planned Partitions", "HashAgg Batches", "Peak Memory Usage", "Disk Usage"], lines: aggregateLine },
  { names: ["Exact Heap Blocks", "Lossy Heap Blocks"], lines: heapBlocks },
  { names: ["Storage", "Maximum Storage"], lines: (node) => [`Storage: ${textOf(node, "Storage") ?? ""}  Maximum Storage: ${count(node, "Maximum Storage")}kB`] },
  { names: ["Sampling Method", "Sampling Parameters", "Repeatable Seed"], lines: sampling },
  { names: ["Tuples Inserted", "Tuples Updated", "Tuples Deleted", "Tuples Skipped"], with: "Tuples Updated", lines: mergedTuples },
  { names: bufferNames, lines: bufferLines },
  { names: ioNames, lines: ioLine },
  { names: walNames, lines: walLine },
];

const groupsByName = new Map<string, readonly Together[]>();
for (const group of groups) for (const name of group.names) groupsByName.set(name, [...(groupsByName.get(name) ?? []), group]);

function alone(name: string, value: PlanValue, style: Style): Lines {
  if (name === "Workers") return isList(value) ? value.filter(isGroup).flatMap((worker) => workerLines(worker, style)) : [];
  if (name === "JIT" && isGroup(value)) return jitLines(value);
  if (name === "Grouping Sets" && isList(value)) return value.filter(isGroup).flatMap(groupingSet);
  
  if (name === "Full-sort Groups" || name === "Pre-sorted Groups") return isGroup(value) ? [sortGroups(name, value)] : [];
  if (name === "Inner Unique") return value === true && style.verbose ? ["Inner Unique: true"] : [];
  if (value === false && onlyWhenTrue.has(name)) return [];
  if (value === 0 && (/^Rows Removed by /.test(name) || name === "Subplans Removed")) return [];
  if (name === "Foreign File Size") return [`${name}: ${scalarText(value)} b`];
  if (isList(value)) return [`${name}: ${value.map(scalarText).join(", ")}`];
  return isGroup(value) ? [`${name}:`, ...Object.entries(value).flatMap(([inner, each]) => alone(inner, each, style).map((line) => `  ${line}`))] : [`${name}: ${scalarText(value)}`];
}

function count(properties: PlanProperties, name: string): string {
  return String(numberOf(properties, name) ?? 0);
}

function sortMethod(node: PlanProperties): Lines {
  const type = textOf(node, "Sort Space Type");
  return [`Sort Method: ${textOf(node, "Sort Method") ?? ""}${type === null ? "" : `  ${type}: ${count(node, "Sort Space Used")}kB`}`];
}

function hashLine(node: PlanProperties): Lines {
  const changed = numberOf(node, "Hash Buckets") !== numberOf(node, "Original Hash Buckets") || numberOf(node, "Hash Batches") !== numberOf(node, "Original Hash Batches");
  const originally = (name: string): string => (changed && `Original ${name}` in node ? ` (originally ${count(node, `Original ${name}`)})` : "");
  return [`Buckets: ${count(node, "Hash Buckets")}${originally("Hash Buckets")}  Batches: ${count(node, "Hash Batches")}${originally("Hash Batches")}  Memory Usage: ${count(node, "Peak Memory Usage")}kB`];
}

function memoizeLine(node: PlanProperties): Lines {
  return [`Hits: ${count(node, "Cache Hits")}  Misses: ${count(node, "Cache Misses")}  Evictions: ${count(node, "Cache Evictions")}  Overflows: ${count(node, "Cache Overflows")}  Memory Usage: ${count(node, "Peak Memory Usage")}kB`];
}

function memoizeEstimates(node: PlanProperties): Lines {
  return [`Estimates: capacity=${count(node, "Estimated Capacity")} distinct keys=${count(node, "Estimated Distinct Lookup Keys")} lookups=${count(node, "Estimated Lookups")} hit percent=${(numberOf(node, "Estimated Hit Percent") ?? 0).toFixed(2)}%`];
}

function aggregateLine(node: PlanProperties): Lines {
  const planned = numberOf(node, "Planned Partitions") ?? 0;
  const peak = numberOf(node, "Peak Memory Usage") ?? 0;
  const batches = numberOf(node, "HashAgg Batches") ?? 0;
  const parts = [
    ...(planned > 0 ? [`Planned Partitions: ${planned}`] : []),
    ...(peak > 0 ? [`Batches: ${batches}`, `Memory Usage: ${peak}kB`] : []),
    ...(peak > 0 && batches > 1 ? [`Disk Usage: ${count(node, "Disk Usage")}kB`] : []),
  ];
  return parts.length === 0 ? [] : [parts.join("  ")];
}

function heapBlocks(node: PlanProperties): Lines {
  const parts = [["exact", "Exact Heap Blocks"], ["lossy", "Lossy Heap Blocks"]].flatMap(([word, name]) => ((numberOf(node, name!) ?? 0) > 0 ? [`${word}=${count(node, name!)}`] : []));
  return parts.length === 0 ? [] : [`Heap Blocks: ${parts.join(" ")}`];
}

function sampling(node: PlanProperties): Lines {
  const seed = textOf(node, "Repeatable Seed");
  return [`Sampling: ${textOf(node, "Sampling Method") ?? ""} (${textsOf(node, "Sampling Parameters").join(", ")})${seed === null ? "" : ` REPEATABLE (${seed})`}`];
}

function mergedTuples(node: PlanProperties): Lines {
  const parts = ["Inserted", "Updated", "Deleted", "Skipped"].flatMap((word) => ((numberOf(node, `Tuples ${word}`) ?? 0) > 0 ? [`${word.toLowerCase()}=${count(node, `Tuples ${word}`)}`] : []));
  return parts.length === 0 ? [] : [`Tuples: ${parts.join(" ")}`];
}

function sortGroups(name: string, value: PlanProperties): string {
  const methods = textsOf(value, "Sort Methods Used");
  const space = (word: string): string => {
    const group = groupOf(value, `Sort Space ${word}`);
    return group === null ? "" : `  Average ${word}: ${count(group, "Average Sort Space Used")}kB  Peak ${word}: ${count(group, "Peak Sort Space Used")}kB`;
  };
  return `${name}: ${count(value, "Group Count")}  Sort Method${methods.length > 1 ? "s" : ""}: ${methods.join(", ")}${space("Memory")}${space("Disk")}`;
}

function groupingSet(set: PlanProperties): Lines {
  const sort = textsOf(set, "Sort Key");
  const indent = sort.length > 0 ? "  " : "";
  const keys = (["Group Keys", "Hash Keys"] as const).flatMap((name) => {
    const value = set[name];
    return isList(value) ? value.map((each) => `${indent}${name.slice(0, -1)}: ${isList(each) && each.length > 0 ? each.map(scalarText).join(", ") : "()"}`) : [];
  });
  return [...(sort.length > 0 ? [`Sort Key: ${sort.join(", ")}`] : []), ...keys];
}

function targetTable(target: PlanProperties, operation: string, style: Style): Lines {
  const { "Relation Name": relation, Schema: schema, Alias: alias, ...rest } = target;
  const named: Record<string, PlanValue> = {};
  for (const [name, value] of [["Relation Name", relation], ["Schema", schema], ["Alias", alias]] as const) if (value !== undefined) named[name] = value;
  const foreign = Object.keys(rest).length > 0 ? "Foreign " : "";
  return [`${foreign}${operation}${targetOf(named)}`, ...propertyLines(rest, style).map((line) => `  ${line}`)];
}

/** The first line stands behind the worker's number; what follows is indented. */
function workerLines(worker: PlanProperties, style: Style): Lines {
  const [first, ...rest] = [...("Actual Loops" in worker ? [`actual ${measuresText(worker, style)}`] : []), ...propertyLines(worker, style)];
  return first === undefined ? [] : [`Worker ${count(worker, "Worker Number")}:  ${first}`, ...rest.map((line) => `  ${line}`)];
}

/** "time=0.010..0.020 rows=3 loops=1", of a node or of a worker. */
export function measuresText(properties: PlanProperties, style: Style): string {
  const total = numberOf(properties, "Actual Total Time");
  const time = total === null ? "" : `time=${(numberOf(properties, "Actual Startup Time") ?? 0).toFixed(3)}..${total.toFixed(3)} `;
  return `${time}rows=${(numberOf(properties, "Actual Rows") ?? 0).toFixed(style.fractionalRows ? 2 : 0)} loops=${count(properties, "Actual Loops")}`;
}
