// Pages, I/O times and WAL: show_buffer_usage and show_wal_usage of explain.c.

import type { PlanProperties } from "../plan";
import { numberOf } from "../properties";

export function isBuffers(name: string): boolean {
  return /^(?:Shared|Local|Temp) (?:Hit|Read|Dirtied|Written) Blocks$/.test(name);
}

export function isIo(name: string): boolean {
  return /^(?:(?:Shared|Local|Temp) )?I\/O (?:Read|Write) Time$/.test(name);
}

export function isWal(name: string): boolean {
  return /^WAL (?:Records|FPI|Bytes|Buffers Full)$/.test(name);
}

export function bufferLines(properties: PlanProperties): readonly string[] {
  const kinds = ["Shared", "Local", "Temp"].flatMap((kind) => {
    const counts = ["Hit", "Read", "Dirtied", "Written"].flatMap((what) => above(properties, `${kind} ${what} Blocks`, (value) => `${what.toLowerCase()}=${value}`));
    return counts.length === 0 ? [] : [`${kind.toLowerCase()} ${counts.join(" ")}`];
  });
  return kinds.length === 0 ? [] : [`Buffers: ${kinds.join(", ")}`];
}

export function ioLine(properties: PlanProperties): readonly string[] {
  // Before 17 shared and local ones were told together.
  const kinds = [["", "shared/local"], ["Shared ", "shared"], ["Local ", "local"], ["Temp ", "temp"]].flatMap(([prefix, word]) => {
    const times = ["Read", "Write"].flatMap((what) => above(properties, `${prefix}I/O ${what} Time`, (value) => `${what.toLowerCase()}=${value.toFixed(3)}`));
    return times.length === 0 ? [] : [`${word} ${times.join(" ")}`];
  });
  return kinds.length === 0 ? [] : [`I/O Timings: ${kinds.join(", ")}`];
}

export function walLine(properties: PlanProperties): readonly string[] {
  const parts = [["Records", "records"], ["FPI", "fpi"], ["Bytes", "bytes"], ["Buffers Full", "buffers full"]].flatMap(([name, word]) => above(properties, `WAL ${name}`, (value) => `${word}=${value}`));
  return parts.length === 0 ? [] : [`WAL: ${parts.join(" ")}`];
}

function above(properties: PlanProperties, name: string, text: (value: number) => string): readonly string[] {
  const value = numberOf(properties, name) ?? 0;
  return value > 0 ? [text(value)] : [];
}
