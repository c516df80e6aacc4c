// `plumbline explain`.

import { mostRows, type RowCounts } from "../database/embedded/rowCounts";
import { defaultTimeout, type Explanation } from "../database/explain";
import type { ExplainAnswer, RemoteServer } from "../database/explainer";
import { anonymousResult } from "../explain/anonymised/result";
import { explainResult } from "../explain/explainResult";
import { readPlan } from "../explain/readPlan";
import type { ExplainResult } from "../explain/result";
import { joinPath } from "../project/paths";
import { explainFormatNames, explainFormats } from "../report/explain";
import type { SqlDocument } from "../sql/document";
import { explainablesOf, type Explainable } from "../sql/explainable";
import { triedIndex, type TriedIndex } from "../sql/triedIndex";
import { paintFor } from "./colour";
import { commandHelp } from "./help";
import type { Host } from "./host";
import type { Io } from "./io";
import { colourModes, commandRows } from "./optionTable";
import { choice, parseOptions, quoted, type ParsedOptions } from "./parseOptions";
import { UsageError } from "./usageError";

const command = commandRows.find((row) => row.name === "explain")!;

export async function runExplain(args: readonly string[], host: Host, io: Io): Promise<number> {
  const options = parseOptions(command, args);
  if (options.help) {
    await io.out(commandHelp(command));
    return 0;
  }
  const result = options.value("plan") === null ? await explained(options, host, io) : await savedPlan(options, io);
  await io.out(explainFormats[choice(options, "format", explainFormatNames, "text")](options.has("anonymize") ? anonymousResult(result) : result, paintFor(choice(options, "color", colourModes, "auto"), io)));
  return 0;
}

async function savedPlan(options: ParsedOptions, io: Io): Promise<ExplainResult> {
  if (options.paths.length > 0) throw new UsageError(`--plan reads a plan that was saved, so there is nothing to do with ${quoted(options.paths[0]!)}`);
  const text = await textOf(options.value("plan")!, io);
  try {
    const { plan, notes } = readPlan(text);
    return explainResult(plan, { server: { version: null, kind: "file" }, query: null, notes });
  } catch (error) {
    throw error instanceof Error && error.name === "PlanError" ? new UsageError(error.message) : error;
  }
}

async function explained(options: ParsedOptions, host: Host, io: Io): Promise<ExplainResult> {
  const [file, ...others] = options.paths;
  if (file === undefined || others.length > 0) throw new UsageError("plumbline explain takes one FILE, or - for standard input");
  const server = serverOf(options, io);
  const statement = chosen(explainablesOf(await host.readSql(await textOf(file, io))), options.value("statement"), file);
  const rows = rowsOf(options, server);
  const seed = options.value("seed") === null ? null : await textOf(options.value("seed")!, io);
  const tried = await Promise.all(options.values("try-index").map(async (sql) => triedBy(await host.readSql(sql), sql)));
  try {
    const answer = await host.explain({ server, rows, seed, explanation: { ...explanationOf(statement, options), tried }, env: io.env, file: file === "-" ? null : joinPath(io.cwd, file), cwd: io.cwd, fileSystem: io.fileSystem });
    if (answer.kind === "plan") return answer.result;
    throw new UsageError(answer.kind === "consent" ? consentWords(answer) : parameterWords(answer));
  } catch (error) {
    throw error instanceof Error && error.name === "DatabaseFault" ? new UsageError(error.message) : error;
  }
}

/** Null: embedded. */
function serverOf(options: ParsedOptions, io: Io): RemoteServer | null {
  const variable = options.value("url-env");
  const url = options.value("url") ?? (variable === null ? null : io.env[variable]);
  if (variable !== null && options.has("url")) throw new UsageError("--url and --url-env both say which server");
  if (url === null) return null;
  if (url === undefined || url === "") throw new UsageError(`the environment variable ${variable!}, which is to hold the URL, is not set`);
  return { url, password: null, pooler: false, production: false, local: options.has("local") };
}

function rowsOf(options: ParsedOptions, server: RemoteServer | null): RowCounts {
  if (server && (options.has("rows") || options.has("seed"))) throw new UsageError(`--${options.has("rows") ? "rows" : "seed"} is for the embedded Postgres: no row is written to a server`);
  if (options.has("rows") && options.has("seed")) throw new UsageError("--rows makes rows up, --seed brings them: one of the two");
  let each = 0;
  const tables: Record<string, number> = {};
  for (const written of options.values("rows")) {
    const equals = written.lastIndexOf("=");
    const rows = Number(written.slice(equals + 1));
    if (equals === 0 || !/\d$/.test(written) || !Number.isInteger(rows) || rows < 0 || rows > mostRows) throw new UsageError(`--rows must be a number up to ${mostRows}, or TABLE=N, not ${quoted(written)}`);
    if (equals < 0) each = rows;
    else tables[written.slice(0, equals)] = rows;
  }
  return { each, tables };
}

async function textOf(file: string, io: Io): Promise<string> {
  if (file === "-") return new TextDecoder().decode(await io.input());
  const read = await io.fileSystem.read(joinPath(io.cwd, file));
  if ("text" in read) return read.text;
  throw new UsageError(read.problem === "missing" ? `there is no file ${file}` : `${file} cannot be read: ${read.problem}`);
}

/** The only one, or the one that is asked for. */
function chosen(all: readonly Explainable[], written: string | null, file: string): Explainable {
  if (all.length === 0) throw new UsageError(`${file === "-" ? "standard input" : file} has no statement that EXPLAIN takes`);
  const number = Number(written);
  if (written !== null && !(Number.isInteger(number) && number >= 1 && number <= all.length)) throw new UsageError(`--statement must be a number from 1 to ${all.length}, not ${quoted(written)}`);
  if (written === null && all.length > 1) {
    const list = all.map(({ sql }, i) => `  ${i + 1}  ${sql.replace(/\s+/g, " ").slice(0, 70)}`);
    throw new UsageError(`${all.length} statements are here: --statement N says which\n${list.slice(0, 50).join("\n")}${all.length > 50 ? `\n  and ${all.length - 50} more` : ""}`);
  }
  return all[written === null ? 0 : number - 1]!;
}

function triedBy({ statements }: SqlDocument, sql: string): TriedIndex {
  const index = statements.length === 1 ? triedIndex(statements[0]!.parsed) : null;
  if (index === null) throw new UsageError(`--try-index takes one CREATE INDEX statement, not ${quoted(sql)}`);
  return index;
}

function explanationOf(statement: Explainable, options: ParsedOptions): Omit<Explanation, "production"> {
  return {
    statement,
    mode: options.has("analyze") ? "analyze" : "plan",
    consent: options.has("run-and-roll-back"),
    parameters: options.has("generic") ? "generic" : parametersOf(statement, options),
    role: options.value("role"),
    settings: Object.fromEntries(options.values("set").map((written) => assignment("set", written))),
    timeout: timeoutOf(options.value("timeout")),
    nested: options.has("nested"),
  };
}

function parametersOf({ parameters }: Explainable, options: ParsedOptions): Readonly<Record<string, string | null>> {
  const bare = (name: string): string => name.replace(/^[:$@]\{?|\}$/g, "").trim();
  return Object.fromEntries(
    options.values("param").map((written) => {
      const [name, value] = written.includes("=") ? assignment("param", written) : [written, null];
      const known = parameters.find((each) => each === name) ?? parameters.find((each) => bare(each) === bare(name));
      if (known === undefined) throw new UsageError(`--param: the statement has no parameter ${quoted(name)}${parameters.length === 0 ? "" : `; it has ${parameters.join(", ")}`}`);
      return [known, value] as const;
    }),
  );
}

function assignment(option: string, written: string): readonly [name: string, value: string] {
  const equals = written.indexOf("=");
  // The value may be a secret: it is not repeated.
  if (equals < 1) throw new UsageError(`--${option} needs a name and a value: --${option} NAME=VALUE`);
  return [written.slice(0, equals), written.slice(equals + 1)];
}

function timeoutOf(written: string | null): number {
  if (written === null) return defaultTimeout;
  const seconds = Number(written);
  if (!(seconds >= 0.001 && seconds <= 86_400)) throw new UsageError(`--timeout must be a number of seconds up to a day, not ${quoted(written)}`);
  return Math.round(seconds * 1_000);
}

function consentWords({ question, consequences }: Extract<ExplainAnswer, { readonly kind: "consent" }>): string {
  return [`it was not run. ${question}`, ...consequences.map((each) => `  ${each}`), "--run-and-roll-back agrees to that."].join("\n");
}

function parameterWords({ parameters }: Extract<ExplainAnswer, { readonly kind: "parameters" }>): string {
  return ["it needs values: --param NAME=VALUE gives them, --generic makes a plan for any", ...parameters.map(({ name, type }) => `  ${name}${type === null ? "" : `  ${type}`}`)].join("\n");
}
