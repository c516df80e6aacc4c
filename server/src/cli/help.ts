import { commandRows, type CommandRow, type OptionRow } from "./optionTable";

const exits = `Exit status:
  0  nothing at or above --fail-on remains
  1  something does
  2  wrong usage, or a fault in Plumbline`;

const baselineExits = `Exit status:
  0  the baseline is as it should be, whatever was found
  2  wrong usage, or a fault in Plumbline: nothing was written`;

export function generalHelp(): string {
  const commands = commandRows.map((command) => [`plumbline ${command.name}${command.paths === null ? "" : ` ${command.paths}`} [OPTION...]`, command.summary] as const);
  return `Plumbline lints Postgres schemas and migrations, on the whole history of a project.

Usage:
${columns(commands)}

  plumbline COMMAND --help lists a command's options.
  plumbline --version prints the version.

${exits}
`;
}

export function commandHelp(command: CommandRow): string {
  const rows = [...command.options.map((row) => [usage(row), summary(row)] as const), ["-h, --help", "Print this."] as const];
  return `${command.summary} ${command.description}

Usage: plumbline ${command.name}${command.paths === null ? "" : ` ${command.paths}`} [OPTION...]

Options:
${columns(rows)}
${command.name === "check" ? `\n${exits}\n` : command.name === "baseline" ? `\n${baselineExits}\n` : ""}`;
}

const usage = (row: OptionRow): string => `--${row.name}${row.value === undefined ? "" : ` ${row.value}`}`;
const summary = (row: OptionRow): string => (row.choices ? `${row.summary} One of ${row.choices.join(", ")}.` : row.summary);

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
}
