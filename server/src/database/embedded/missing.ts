// What a statement asks for that the embedded database has not, because a part of the schema could not be applied there.

import { DatabaseFault } from "../faults";
import type { Failure } from "./messages";
import { foldIdentifier } from "../../sql/identifiers";
import { tokenize } from "../../sql/lexer";

/** How many failures are told one by one. */
const told = 3;

/** Of a name that is not known, or not as it is used: says of which schema it was asked, and what is missing there. Another fault stays as it is. */
export function onSchema(fault: DatabaseFault, { name, failures }: { readonly name: string | null; readonly failures: readonly Failure[] }): DatabaseFault {
  const { state } = fault;
  // 42601: a syntax error is one on every schema.
  if (state === null || !/^(?:42|3F)/.test(state) || state === "42601") return fault;
  const schema = name === null ? "without a schema: no migrations were found" : `on the schema of ${name}`;
  return new DatabaseFault(`${fault.message}, in the embedded Postgres ${schema}${missingWords(fault.message, failures)}`, state);
}

export function failureWords({ statement, message }: Pick<Failure, "statement" | "message">): string {
  return `${statement.replace(/\s+/g, " ").slice(0, 80)} (${message})`;
}

function missingWords(message: string, failures: readonly Failure[]): string {
  if (failures.length === 0) return "";
  const missing = namesIn(message);
  const naming = failures.filter(({ statement }) => [...wordsOf(statement)].some((word) => missing.has(word)));
  // An index of a table that could not be made fails too, of the same name.
  const causes = naming.filter((failure) => ![...namesIn(failure.message)].some((name) => missing.has(name)));
  const said = causes.length > 0 ? causes : naming;
  if (said.length === 0) return `; of the schema ${failures.length} ${failures.length === 1 ? "statement" : "statements"} could not be applied, the first: ${failureWords(failures[0]!)}`;
  return `; not there: ${said.slice(0, told).map(failureWords).join("; ")}${said.length > told ? `; and ${said.length - told} more that name it` : ""}`;
}

/** Without their schemas: of `relation "app.users" does not exist`, `column o.total does not exist`, `function f(integer) does not exist`. */
function namesIn(message: string): ReadonlySet<string> {
  const quoted = [...message.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
  const bare = [...message.matchAll(/\b(?:column|function|procedure|aggregate|relation|table|type|view) ([\w$.]+)/g)].map(([, name]) => name!);
  return new Set([...quoted, ...bare].map((name) => name.slice(name.lastIndexOf(".") + 1)));
}

function wordsOf(statement: string): ReadonlySet<string> {
  return new Set(tokenize(statement).flatMap(({ kind, start, end }) => (kind === "word" || kind === "quoted" ? [foldIdentifier(statement.slice(start, end))] : [])));
}
