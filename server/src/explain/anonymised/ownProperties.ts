// The properties that Postgres prints, and the modules of its contrib: what stands under another name is somebody else's.

import { bufferNames, ioNames, walNames } from "../print/usage";

/** Expressions, as ruleutils.c prints them, or lists of them. */
const expressions = new Set([
  "Output", "Filter", "Join Filter", "Index Cond", "Recheck Cond", "Order By", "TID Cond", "Hash Cond", "Merge Cond", "One-Time Filter", "Run Condition", "Conflict Filter", "Function Call", "Table Function Call",
  "Sort Key", "Presorted Key", "Group Key", "Group Keys", "Hash Key", "Hash Keys", "Cache Key", "Params Evaluated", "Sampling Parameters", "Repeatable Seed", "Window", "Query Parameters", "Subplan Name",
]);

/** Numbers, switches and groups, of Postgres 13 to 18: ExplainNode and what it calls (src/backend/commands/explain.c). */
const others = new Set([
  ...bufferNames, ...ioNames, ...walNames,
  "Startup Cost", "Total Cost", "Plan Rows", "Plan Width", "Actual Startup Time", "Actual Total Time", "Actual Rows", "Actual Loops", "Parallel Aware", "Async Capable", "Disabled", "Single Copy", "Inner Unique",
  "Workers", "Worker Number", "Workers Planned", "Workers Launched", "Subplans Removed", "Heap Fetches", "Index Searches", "Exact Heap Blocks", "Lossy Heap Blocks",
  "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck", "Rows Removed by Conflict Filter", "Conflicting Tuples", "Tuples Inserted", "Tuples Updated", "Tuples Deleted", "Tuples Skipped",
  "Sort Space Used", "Full-sort Groups", "Pre-sorted Groups", "Group Count", "Sort Space Memory", "Sort Space Disk", "Average Sort Space Used", "Peak Sort Space Used", "Grouping Sets", "Target Tables",
  "Hash Buckets", "Original Hash Buckets", "Hash Batches", "Original Hash Batches", "Peak Memory Usage", "Planned Partitions", "HashAgg Batches", "Disk Usage", "Maximum Storage",
  "Cache Hits", "Cache Misses", "Cache Evictions", "Cache Overflows", "Estimated Capacity", "Estimated Distinct Lookup Keys", "Estimated Lookups", "Estimated Hit Percent", "Foreign File Size",
  "Planning", "Planning Time", "Execution Time", "Memory Used", "Memory Allocated", "Serialization", "Time", "Output Volume", "Triggers", "Calls", "Settings",
  "JIT", "Functions", "Options", "Inlining", "Optimization", "Expressions", "Deforming", "Timing", "Generation", "Deform", "Emission", "Total",
]);

export function isExpression(name: string): boolean {
  return expressions.has(name);
}

/** A number, a switch, or a group of properties. */
export function isMeasure(name: string): boolean {
  return others.has(name);
}
