// Pages, I/O times and WAL: show_buffer_usage and show_wal_usage of explain.c.

import type { PlanProperties } from "../plan";
import { numberOf } from "../properties";

interface Count {
  readonly name: string;
  readonly word: string;
}
interface Kind {
  readonly word: string;
  readonly counts: readonly Count[];
}

const blocks: readonly Kind[] = ["Shared", "Local", "Temp"].map((kind) => ({ word: kind.toLowerCase(), counts: ["Hit", "Read", "Dirtied", "Written"].map((what) => ({ name: `${kind} ${what} Blocks`, word: what.toLowerCase() })) }));
// Before 17 shared and local ones were told together.
const times: readonly Kind[] = ([["", "shared/local"], ["Shared ", "shared"], ["Local ", "local"], ["Temp ", "temp"]] as const).map(([prefix, word]) => ({ word, counts: ["Read", "Write"].map((what) => ({ name: `${prefix}I/O ${what} Time`, word: what.toLowerCase() })) }));
const wal: readonly Count[] = [{ name: "WAL Records", word: "records" }, { name: "WAL FPI", word: "fpi" }, { name: "WAL Bytes", word: "bytes" }, { name: "WAL Buffers Full", word: "buffers full" }];

const namesOf = (kinds: readonly Kind[]): readonly string[] => kinds.flatMap(({ counts }) => counts.map(({ name }) => name));
export const bufferNames = namesOf(blocks);
export const ioNames = namesOf(times);
export const walNames = wal.map(({ name }) => name);

export function bufferLines(properties: PlanProperties): readonly string[] {
  return kindsLine("Buffers", blocks, properties, String);
}

export function ioLine(properties: PlanProperties): readonly string[] {
  return kindsLine("I/O Timings", times, properties, (value) => value.toFixed(3));
}

export function walLine(properties: PlanProperties): readonly string[] {
  const words = above(wal, properties, String);
  return words === "" ? [] : [`WAL: ${words}`];
}

function kindsLine(label: string, kinds: readonly Kind[], properties: PlanProperties, text: (value: number) => string): readonly string[] {
  let line = "";
  for (const { word, counts } of kinds) {
    const words = above(counts, properties, text);
    if (words !== "") line += `${line === "" ? "" : ", "}${word} ${words}`;
  }
  return line === "" ? [] : [`${label}: ${line}`];
}

/** "hit=3 read=4": what is more than 0. */
function above(counts: readonly Count[], properties: PlanProperties, text: (value: number) => string): string {
  let words = "";
  for (const { name, word } of counts) {
    const value = numberOf(properties, name) ?? 0;
    if (value > 0) words += `${words === "" ? "" : " "}${word}=${text(value)}`;
  }
  return words;
}
