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
  return last !== undefined && byNumber(stamp, last) <= 0 ? (BigInt(last) + 1n).toString() : stamp;
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
