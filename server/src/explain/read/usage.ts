// Pages, I/O times and WAL, as print/usage.ts writes them.

import type { PlanValue } from "../plan";

type Properties = Record<string, PlanValue>;

/** Of a node that says nothing of pages, in a plan that was made with BUFFERS: enough to tell none from not measured. */
export const noBuffers: Readonly<Record<string, number>> = { "Shared Hit Blocks": 0, "Shared Read Blocks": 0 };

/** "shared hit=3 read=4, temp read=1" */
export function buffersOf(text: string): Properties {
  const properties: Properties = {};
  for (const [kind, what, value] of countsOf(text)) properties[`${capital(kind)} ${capital(what)} Blocks`] = value;
  return properties;
}

/** "shared/local read=0.120" before 17, "shared read=0.120, temp write=0.1" since. */
export function ioOf(text: string): Properties {
  const properties: Properties = {};
  for (const [kind, what, value] of countsOf(text)) properties[`${kind === "" || kind === "shared/local" ? "" : `${capital(kind)} `}I/O ${capital(what)} Time`] = value;
  return properties;
}

const walNames: Readonly<Record<string, string>> = { records: "WAL Records", fpi: "WAL FPI", bytes: "WAL Bytes", "buffers full": "WAL Buffers Full" };

/** "records=3 fpi=1 bytes=345 buffers full=2" */
export function walOf(text: string): Properties {
  return Object.fromEntries([...text.matchAll(/(buffers full|\w+)=(\d+)/g)].flatMap(([, word, value]) => (walNames[word!] === undefined ? [] : [[walNames[word!]!, Number(value)]])));
}

function countsOf(text: string): readonly (readonly [kind: string, what: string, value: number])[] {
  return text.split(", ").flatMap((part) => {
    const kind = /^([a-z/]+) /.exec(part)?.[1] ?? "";
    return [...part.matchAll(/(\w+)=([\d.]+)/g)].map((match) => [kind, match[1]!, Number(match[2])] as const);
  });
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
