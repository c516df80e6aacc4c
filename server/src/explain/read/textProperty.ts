// One line of FORMAT TEXT below a node, a worker or the statement: the properties that JSON has for it. Lines that say
// several facts are those of print/lines.ts.

import type { PlanValue } from "../plan";
import { isListName, itemsOf, valueOf } from "./names";
import { buffersOf, ioOf, walOf } from "./usage";

export type Properties = Record<string, PlanValue>;

/** `name: value`, put into `properties`. */
export function readProperty(name: string, value: string, properties: Properties): void {
  const read = Object.hasOwn(readers, name) ? readers[name]!(value, properties) : null;
  if (read !== null) Object.assign(properties, read);
  else if (isListName(name)) properties[name] = itemsOf(value);
  else properties[name] = valueOf(name, value);
}

/** Null where the line is not as Postgres writes it: then it is kept as a text. */
type Reader = (value: string, properties: Properties) => Properties | null;

const readers: Readonly<Record<string, Reader>> = {
  Buffers: buffersOf,
  "I/O Timings": ioOf,
  WAL: walOf,
  "Sort Method": sortMethod,
  Buckets: hashBuckets,
  Batches: aggregateBatches,
  "Planned Partitions": aggregateBatches,
  Hits: memoize,
  Estimates: (value) => named(value, { capacity: "Estimated Capacity", "distinct keys": "Estimated Distinct Lookup Keys", lookups: "Estimated Lookups", "hit percent": "Estimated Hit Percent" }),
  "Heap Blocks": (value) => ({ "Exact Heap Blocks": 0, "Lossy Heap Blocks": 0, ...named(value, { exact: "Exact Heap Blocks", lossy: "Lossy Heap Blocks" }) }),
  Storage: storage,
  Sampling: sampling,
  Tuples: (value) => named(value, { inserted: "Tuples Inserted", updated: "Tuples Updated", deleted: "Tuples Deleted", skipped: "Tuples Skipped" }),
  "Full-sort Groups": (value) => sortGroups("Full-sort Groups", value),
  "Pre-sorted Groups": (value) => sortGroups("Pre-sorted Groups", value),
  Memory: (value) => named(value, { used: "Memory Used", allocated: "Memory Allocated" }),
  "Foreign File Size": (value) => (/^\d+ b$/.test(value) ? { "Foreign File Size": Number.parseInt(value, 10) } : null),
  "Planning Time": (value) => milliseconds("Planning Time", value),
  "Execution Time": (value) => milliseconds("Execution Time", value),
  // Before 11, and before 9.4.
  "Planning time": (value) => milliseconds("Planning Time", value),
  "Execution time": (value) => milliseconds("Execution Time", value),
  "Total runtime": (value) => milliseconds("Execution Time", value),
  Options: (value, properties) => ("Functions" in properties ? { Options: Object.fromEntries(value.split(", ").map((each) => [each.replace(/ \w+$/, ""), each.endsWith(" true")])) } : null),
  Timing: jitTiming,
};

/** "exact=3 lossy=4", "used=9kB  allocated=16kB" */
function named(value: string, names: Readonly<Record<string, string>>): Properties {
  const properties: Properties = {};
  for (const [, word, number] of value.matchAll(/([a-z]+(?: [a-z]+)?)=(\d+(?:\.\d+)?)/g)) {
    const name = names[word!] ?? names[word!.replace(/^\w+ /, "")];
    if (name !== undefined) properties[name] = Number(number);
  }
  return properties;
}

function milliseconds(name: string, value: string): Properties | null {
  const match = /^([\d.]+) ms$/.exec(value);
  return match === null ? null : { [name]: Number(match[1]) };
}

function sortMethod(value: string): Properties | null {
  const match = /^ ?(.+?) {2}(Memory|Disk): (\d+)kB$/.exec(value);
  return match === null ? null : { "Sort Method": match[1]!, "Sort Space Used": Number(match[3]), "Sort Space Type": match[2]! };
}

function hashBuckets(value: string): Properties | null {
  const match = /^(\d+)(?: \(originally (\d+)\))? {2}Batches: (\d+)(?: \(originally (\d+)\))? {2}Memory Usage: (\d+)kB$/.exec(value);
  if (match === null) return null;
  const [, buckets, firstBuckets, batches, firstBatches, memory] = match;
  return { "Hash Buckets": Number(buckets), "Original Hash Buckets": Number(firstBuckets ?? buckets), "Hash Batches": Number(batches), "Original Hash Batches": Number(firstBatches ?? batches), "Peak Memory Usage": Number(memory) };
}

/** "Planned Partitions: 4  Batches: 5  Memory Usage: 25kB  Disk Usage: 48kB", of which the first label is taken off. */
function aggregateBatches(value: string): Properties | null {
  const parts = value.split("  ");
  const of = (label: string): number | null => {
    const part = parts.find((each) => each.startsWith(`${label}: `));
    return part === undefined ? null : Number.parseInt(part.slice(label.length + 2), 10);
  };
  const first = Number(parts[0]);
  if (!Number.isInteger(first)) return null;
  const batches = of("Batches");
  const memory = of("Memory Usage");
  const measured: Properties = memory === null ? {} : { "HashAgg Batches": batches ?? first, "Peak Memory Usage": memory, "Disk Usage": of("Disk Usage") ?? 0 };
  // "Batches" comes first where no partitions were planned.
  return memory !== null && batches === null ? measured : { "Planned Partitions": first, ...measured };
}

function memoize(value: string): Properties | null {
  const match = /^(\d+) {2}Misses: (\d+) {2}Evictions: (\d+) {2}Overflows: (\d+) {2}Memory Usage: (\d+)kB$/.exec(value);
  if (match === null) return null;
  const [hits, misses, evictions, overflows, memory] = match.slice(1).map(Number);
  return { "Cache Hits": hits!, "Cache Misses": misses!, "Cache Evictions": evictions!, "Cache Overflows": overflows!, "Peak Memory Usage": memory! };
}

function storage(value: string): Properties | null {
  const match = /^(\w+) {2}Maximum Storage: (\d+)kB$/.exec(value);
  return match === null ? null : { Storage: match[1]!, "Maximum Storage": Number(match[2]) };
}

function sampling(value: string): Properties | null {
  const match = /^(\S+) \((.*?)\)(?: REPEATABLE \((.*)\))?$/s.exec(value);
  if (match === null) return null;
  const [, method, , seed] = match;
  const inner = value.slice(method!.length + 2, value.length - 1 - (seed === undefined ? 0 : " REPEATABLE ()".length + seed.length));
  return { "Sampling Method": method!, "Sampling Parameters": itemsOf(inner), ...(seed === undefined ? {} : { "Repeatable Seed": seed }) };
}

function sortGroups(name: string, value: string): Properties | null {
  const match = /^(\d+) {2}Sort Methods?: (.*?)((?: {2}(?:Average|Peak) (?:Memory|Disk): \d+kB)*)$/.exec(value);
  if (match === null) return null;
  const group: Properties = { "Group Count": Number(match[1]), "Sort Methods Used": match[2]!.split(", ") };
  for (const space of ["Memory", "Disk"]) {
    const sizes = new RegExp(`Average ${space}: (\\d+)kB {2}Peak ${space}: (\\d+)kB`).exec(match[3]!);
    if (sizes) group[`Sort Space ${space}`] = { "Average Sort Space Used": Number(sizes[1]), "Peak Sort Space Used": Number(sizes[2]) };
  }
  return { [name]: group };
}

/** "Generation 0.5 ms (Deform 0.1 ms), Inlining 0 ms, ..." */
function jitTiming(value: string, properties: Properties): Properties | null {
  if (!("Functions" in properties)) return null;
  const phases = itemsOf(value).map((phase): readonly [string, PlanValue] => {
    const [, name = phase, total = "0", deform] = /^(\w+) ([\d.]+) ms(?: \(Deform ([\d.]+) ms\))?$/.exec(phase) ?? [];
    return [name, deform === undefined ? Number(total) : { Deform: Number(deform), Total: Number(total) }];
  });
  return { Timing: Object.fromEntries(phases) };
}
