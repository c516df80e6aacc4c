// Numbers and names as a person reads them.

import type { ExplainFinding, ExplainNode } from "../../../server/src/protocol";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const twoDecimals = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** "0.04 ms", "12.3 ms", "412 ms", "1.24 s", "2 min 5 s". */
export function duration(milliseconds: number): string {
  if (milliseconds >= 60_000) {
    const seconds = Math.round(milliseconds / 1000);
    return `${whole.format(Math.floor(seconds / 60))} min ${seconds % 60} s`;
  }
  if (milliseconds >= 1000) return `${twoDecimals.format(milliseconds / 1000)} s`;
  if (milliseconds >= 100) return `${whole.format(milliseconds)} ms`;
  if (milliseconds >= 1) return `${oneDecimal.format(milliseconds)} ms`;
  return `${milliseconds === 0 ? "0" : twoDecimals.format(milliseconds)} ms`;
}

/** "1,234"; from ten million on "12.3 M". Postgres 18 tells rows with decimals: "0.25". */
export function amount(value: number): string {
  if (value >= 1e12) return `${oneDecimal.format(value / 1e12)} T`;
  if (value >= 1e10) return `${oneDecimal.format(value / 1e9)} G`;
  if (value >= 1e7) return `${oneDecimal.format(value / 1e6)} M`;
  return Number.isInteger(value) || value >= 100 ? whole.format(value) : twoDecimals.format(value);
}

export function cost(value: number): string {
  return value >= 1000 ? amount(Math.round(value)) : twoDecimals.format(value);
}

export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1%";
  return `${Math.round(share * 100)}%`;
}

/** How far an estimate of rows is off; null where it is nearly right or not known. */
export interface Misestimate {
  /** At least 2. */
  readonly factor: number;
  readonly more: boolean;
}

export function misestimate({ rowsEstimated, rowsActual, loops }: ExplainNode): Misestimate | null {
  if (rowsEstimated === null || rowsActual === null || loops === 0) return null;
  // Postgres never estimates fewer than one row.
  const estimated = Math.max(1, rowsEstimated);
  const actual = Math.max(1, rowsActual);
  const factor = Math.max(estimated / actual, actual / estimated);
  return factor < 2 ? null : { factor, more: actual > estimated };
}

export const times = ({ factor }: Misestimate): string => `${amount(Math.round(factor))}×`;
export const direction = ({ more }: Misestimate): string => (more ? "more" : "fewer");
export const timesMore = (off: Misestimate): string => `${times(off)} ${direction(off)}`;

/** "12 read, 340 hit, 5 temp": pages of its own; an empty text where it touched none. */
export function pages({ buffers }: ExplainNode): string {
  if (!buffers) return "";
  const parts: [number, string][] = [
    [buffers.read, "read"],
    [buffers.hit, "hit"],
    [buffers.temp, "temp"],
  ];
  return parts.filter(([number]) => number > 0).map(([number, what]) => `${amount(number)} ${what}`).join(", ");
}

/** "plan/seq-scan-filter" as "seq scan filter". */
export const ruleName = ({ rule }: ExplainFinding): string => rule.slice(rule.indexOf("/") + 1).replaceAll("-", " ");

export const saves = ({ savesMs }: ExplainFinding): string => (savesMs === null ? "" : `up to ${duration(savesMs)}`);
