// Names of new migrations, in the style of those that are there.

import { baseName } from "../paths";
import { byNumber, leadingNumber } from "./order";

export type Numbering = "sequence" | "date" | "minutes" | "seconds" | "milliseconds" | "unix seconds" | "unix milliseconds";

/** How a migration's number is made, told by the newest one there is. */
export function numberingOf(number: string): Numbering {
  const value = Number(number);
  if (/^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])/.test(number)) {
    if (number.length === 8) return "date";
    if (number.length === 12) return "minutes";
    if (number.length === 14) return "seconds";
    if (number.length === 17) return "milliseconds";
  }
  if (number.length === 10 && value >= 1e9 && value < 4e9) return "unix seconds";
  if (number.length === 13 && value >= 1e12 && value < 4e12) return "unix milliseconds";
  return "sequence";
}

/** The next number in the style of the others, above all of them. Times are in UTC, as the tools write them. */
export function nextNumber(numbers: readonly string[], now: Date, first: { readonly numbering: Numbering; readonly digits: number }): string {
  const last = [...numbers].sort(byNumber).at(-1);
  const numbering = last === undefined ? first.numbering : numberingOf(last);
  if (numbering === "sequence") {
    return last === undefined ? "1".padStart(first.digits, "0") : (BigInt(last) + 1n).toString().padStart(last.length, "0");
  }
  const stamp = timeStamp(now, numbering);
  return last !== undefined && byNumber(stamp, last) <= 0 ? laterThan(last, numbering) : stamp;
}

/** One unit of its own after a time that is not over yet: a minute or a second carries over at 60. */
function laterThan(stamp: string, numbering: Exclude<Numbering, "sequence">): string {
  const unit = { date: 86_400_000, minutes: 60_000, seconds: 1000, milliseconds: 1, "unix seconds": 1000, "unix milliseconds": 1 }[numbering];
  const time = numbering === "unix seconds" ? Number(stamp) * 1000 : numbering === "unix milliseconds" ? Number(stamp) : timeOf(stamp);
  // A number that looks like a time and is none counts on.
  return Number.isNaN(time) ? (BigInt(stamp) + 1n).toString() : timeStamp(new Date(time + unit), numbering);
}

/** Milliseconds since the epoch for `20240131`, `202401311200`, `20240131120000` or `20240131120000123`, in UTC. */
function timeOf(stamp: string): number {
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "0"] = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d))?(?:(\d\d))?(\d{3})?$/.exec(stamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padStart(3, "0")}Z`);
}

export function timeStamp(now: Date, numbering: Exclude<Numbering, "sequence">): string {
  const digits = now.toISOString().replace(/\D/g, "");
  switch (numbering) {
    case "date":
      return digits.slice(0, 8);
    case "minutes":
      return digits.slice(0, 12);
    case "seconds":
      return digits.slice(0, 14);
    case "milliseconds":
      return digits.slice(0, 17);
    case "unix seconds":
      return String(Math.floor(now.getTime() / 1000));
    case "unix milliseconds":
      return String(now.getTime());
  }
}

/** Lower case words joined by `_`, as all tools take them. */
export function slugOf(words: string, joint = "_"): string {
  const slug = words.toLowerCase().replace(/[^a-z0-9]+/g, joint).slice(0, 60);
  const trimmed = slug.startsWith(joint) ? slug.slice(joint.length) : slug;
  return (trimmed.endsWith(joint) ? trimmed.slice(0, -joint.length) : trimmed) || "migration";
}

/** Numbers that the names of some files or folders start with. */
export function numbersOf(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => leadingNumber(baseName(name)) ?? []);
}

/** Statements as a file's text, each closed by `;`, with the tool's own separator between them. */
export function joinStatements(statements: readonly string[], separator = "\n"): string {
  return statements.map((statement) => `${statement};`).join(separator);
}
