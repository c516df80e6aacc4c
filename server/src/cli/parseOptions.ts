// Reads a command's arguments by its table. Every error names the option and says what is allowed.

import { parseArgs } from "node:util";
import type { CommandRow, OptionRow } from "./optionTable";
import { didYouMean } from "./suggest";
import { UsageError } from "./usageError";

export interface ParsedOptions {
  readonly help: boolean;
  readonly paths: readonly string[];
  has(name: string): boolean;
  /** The last value that was given. */
  value(name: string): string | null;
  values(name: string): readonly string[];
}

export function parseOptions(command: CommandRow, args: readonly string[]): ParsedOptions {
  const rows = new Map(command.options.map((row) => [row.name, row]));
  const types = Object.fromEntries(command.options.map((row) => [row.name, { type: row.value === undefined ? "boolean" : "string", multiple: true } as const]));
  // Not strict: its messages do not say what is allowed. The tokens tell all that it would.
  const { tokens } = parseArgs({ args: [...args], options: { ...types, help: { type: "boolean", short: "h" } }, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<string, string[]>();
  const paths: string[] = [];
  let help = false;
  for (const token of tokens) {
    if (token.kind === "positional") paths.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "help") {
      help = true;
      continue;
    }
    const row = rows.get(token.name);
    if (!row) throw new UsageError(unknown(token.rawName, command));
    const value = row.value === undefined ? noValue(row, token.value) : checked(row, token.value, token.inlineValue === true);
    values.set(row.name, [...(values.get(row.name) ?? []), value]);
  }
  if (command.paths === null && paths.length > 0 && !help) throw new UsageError(`plumbline ${command.name} takes no arguments, but ${quoted(paths[0]!)} was given`);
  return {
    help,
    paths,
    has: (name) => values.has(name),
    value: (name) => values.get(name)?.at(-1) ?? null,
    values: (name) => values.get(name) ?? [],
  };
}

/** The value where it is one of those that a table allows; the type of the answer follows the table. */
export function choice<T extends string>(options: ParsedOptions, name: string, allowed: readonly T[], otherwise: T): T {
  const value = options.value(name);
  return allowed.find((each) => each === value) ?? otherwise;
}

export const quoted = (text: string): string => JSON.stringify(text);

function unknown(written: string, command: CommandRow): string {
  const names = command.options.map((row) => `--${row.name}`);
  return `unknown option ${written}${didYouMean(written, names)}\nOptions of plumbline ${command.name}: ${names.join(", ")}`;
}

function noValue(row: OptionRow, value: string | undefined): string {
  if (value !== undefined) throw new UsageError(`--${row.name} takes no value, but ${quoted(value)} was given`);
  return "";
}

function checked(row: OptionRow, value: string | undefined, inline: boolean): string {
  const allowed = row.choices ? `one of ${row.choices.join(", ")}` : `a value: --${row.name} ${row.value ?? ""}`;
  // `--format --fix`: the value was forgotten. One that begins with a dash can be given as --option=-value.
  if (value === undefined || value === "" || (!inline && value.length > 1 && value.startsWith("-"))) throw new UsageError(`--${row.name} needs ${allowed}`);
  if (row.choices && !row.choices.includes(value)) throw new UsageError(`--${row.name} must be ${allowed}, not ${quoted(value)}${didYouMean(value, row.choices)}`);
  return value;
}
