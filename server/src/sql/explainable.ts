// What EXPLAIN takes, and what has to be known of it before it is run.

import type { Node } from "@pgsql/types";
import type { SqlDocument } from "./document";
import { quoteIdentifier, quoteQualified } from "./identifiers";
import { isNamed, isOwn, numbered, placeholdersIn, type Placeholder } from "./parameters";
import { isKeyword, isPunctuation } from "./ranges";
import { splitStatements } from "./splitter";
import type { ParsedStatement, Statement } from "./statement";
import { walk } from "./walk";
import type { Range } from "../text/range";

export interface Explainable {
  /** In the document; with the EXPLAIN that it may begin with. */
  readonly range: Range;
  /** Ready to be sent: without EXPLAIN, and every parameter as `$n`. */
  readonly sql: string;
  /** "SELECT", "INSERT", "CREATE TABLE AS". */
  readonly command: string;
  /** Their names as written, `$1` first. */
  readonly parameters: readonly string[];
  /** What it does beside reading when it is run, in words that follow "it"; empty: nothing that can be seen here. */
  readonly writes: readonly string[];
  /** Of the functions that it calls by name. */
  readonly functions: readonly FunctionName[];
  /** A PREPARE that has to be run first: that of an EXECUTE, where the document has it. */
  readonly prepare: Prepare | null;
  /** PREPARE takes it, so that the server can be asked for the types of its parameters. */
  readonly preparable: boolean;
  /** The materialized view that it fills: Postgres shows no plan of that, but of the view's query. */
  readonly refreshes: string | null;
}

export interface Prepare {
  readonly sql: string;
  /** Of what it prepares, as it is written in SQL. */
  readonly name: string;
}

export interface FunctionName {
  readonly schema: string | null;
  readonly name: string;
}

type Parse = (text: string) => ParsedStatement;

/** The statement around an offset, or the one that ends just before it; null where EXPLAIN takes none. */
export function explainableAt(document: SqlDocument, offset: number): Explainable | null {
  const line = (at: number): number => document.lines.positionAt(at).line;
  const all = explainablesOf(document);
  const around = all.find(({ range }) => range.start <= offset && offset <= range.end);
  if (around) return around;
  // Behind its semicolon, or before it on its line.
  return all.findLast(({ range }) => line(range.end) === line(offset) && range.end <= offset) ?? all.find(({ range }) => line(range.start) === line(offset) && offset < range.start) ?? null;
}

/** All that EXPLAIN takes, in the order of the document. */
export function explainablesOf(document: SqlDocument): readonly Explainable[] {
  const found: Explainable[] = [];
  const prepared = new Map<string, ParsedStatement>();
  let done = 0;
  for (const statement of document.statements) {
    // A statement with templates in it is cut where the document goes on reading: here it is one.
    if (statement.start < done) continue;
    const whole = wholeOf(document, statement);
    if (!whole) continue;
    if (whole.parsed.node && "PrepareStmt" in whole.parsed.node) prepared.set(whole.parsed.node.PrepareStmt.name ?? "", whole.parsed);
    const explainable = explainableOf(whole, document.parse, prepared);
    if (!explainable) continue;
    found.push(explainable);
    done = explainable.range.end;
  }
  return found;
}

interface Whole {
  readonly start: number;
  readonly text: string;
  readonly parsed: ParsedStatement;
  readonly placeholders: readonly Placeholder[];
}

/** Read with its placeholders as parameters; null where that is no SQL either. */
function wholeOf(document: SqlDocument, { start, parsed }: Statement): Whole | null {
  const plain = readPlain(parsed.text, document.parse);
  if (plain) return { start, text: parsed.text, ...plain };
  const chunk = splitStatements(document.text, start)[0];
  if (chunk && chunk.first === start && chunk.last > start + parsed.text.length) {
    const text = document.text.slice(start, chunk.last);
    const longer = readPlain(text, document.parse);
    if (longer) return { start, text, ...longer };
  }
  return null;
}

/** Null: it cannot be read, whatever its placeholders stand for. */
function readPlain(text: string, parse: Parse): { readonly parsed: ParsedStatement; readonly placeholders: readonly Placeholder[] } | null {
  const placeholders = placeholdersIn(text);
  const own = placeholders.filter(({ name }) => isOwn(name));
  if (own.length < placeholders.length) {
    // JSON_OBJECT('a':b) is plain SQL: with a space behind its colon it still is, where a variable is none any more.
    const isSure = placeholders.some(({ name, sql }) => isNamed(name) || sql !== undefined);
    if (isSure || parse(spread(text, placeholders)).problem !== null) {
      const parsed = parse(numbered(text, placeholders).sql);
      return parsed.problem === null ? { parsed, placeholders } : null;
    }
  }
  const parsed = parse(text);
  // The parser reads on where psql's variables are names of something: no value can stand there.
  return parsed.problem === null && !parsed.tokens.some(({ kind, start }) => kind === "variable" && text[start + 1] === '"') ? { parsed, placeholders: own } : null;
}

function spread(text: string, placeholders: readonly Placeholder[]): string {
  let spaced = "";
  let at = 0;
  for (const { range, name } of placeholders) {
    if (!name.startsWith(":")) continue;
    spaced += `${text.slice(at, range.start)}: `;
    at = range.start + 1;
  }
  return spaced + text.slice(at);
}

function explainableOf({ start, text, parsed, placeholders }: Whole, parse: Parse, prepared: ReadonlyMap<string, ParsedStatement>): Explainable | null {
  const { node } = parsed;
  if (!node) return null;
  const { sql: whole, names: parameters } = numbered(text, placeholders);
  const inner = "ExplainStmt" in node ? node.ExplainStmt.query : node;
  const sql = "ExplainStmt" in node ? whole.slice(afterExplain(whole, node.ExplainStmt.options?.length ?? 0, parse)) : whole;
  const command = inner ? commandOf(inner) : null;
  if (!inner || command === null) return null;
  const prepare = "ExecuteStmt" in inner ? (prepared.get(inner.ExecuteStmt.name ?? "") ?? null) : null;
  const run = prepare?.node ?? inner;
  return {
    range: { start, end: start + text.length },
    sql,
    command,
    parameters,
    writes: writesOf(run),
    functions: functionsOf(run),
    prepare: prepare && { sql: prepare.text, name: quoteIdentifier(nameOfPrepared(inner)) },
    preparable: preparable.has(command),
    refreshes: "RefreshMatViewStmt" in inner ? nameOf(inner.RefreshMatViewStmt.relation) : null,
  };
}

const nameOfPrepared = (node: Node): string => ("ExecuteStmt" in node ? (node.ExecuteStmt.name ?? "") : "");

const preparable: ReadonlySet<string> = new Set(["SELECT", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE"]);

/** Null: EXPLAIN does not take it (ExplainableStmt in src/backend/parser/gram.y). */
function commandOf(node: Node): string | null {
  if ("SelectStmt" in node) return node.SelectStmt.valuesLists ? "VALUES" : node.SelectStmt.intoClause ? "SELECT INTO" : "SELECT";
  if ("InsertStmt" in node) return "INSERT";
  if ("UpdateStmt" in node) return "UPDATE";
  if ("DeleteStmt" in node) return "DELETE";
  if ("MergeStmt" in node) return "MERGE";
  if ("CreateTableAsStmt" in node) return node.CreateTableAsStmt.objtype === "OBJECT_MATVIEW" ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
  if ("RefreshMatViewStmt" in node) return "REFRESH MATERIALIZED VIEW";
  if ("ExecuteStmt" in node) return "EXECUTE";
  if ("DeclareCursorStmt" in node) return "DECLARE";
  return null;
}

/** Where the statement begins behind EXPLAIN and its options: a parenthesis without options before it is the statement's own. */
function afterExplain(text: string, options: number, parse: Parse): number {
  const parsed = parse(text);
  const { tokens } = parsed;
  let index = 1;
  if (options > 0 && isPunctuation(parsed, tokens[1], "(")) {
    for (let depth = 0; index < tokens.length; index++) {
      if (isPunctuation(parsed, tokens[index], "(")) depth++;
      else if (isPunctuation(parsed, tokens[index], ")") && --depth === 0) break;
    }
    index++;
  } else while (["analyze", "analyse", "verbose"].some((word) => isKeyword(parsed, tokens[index], word))) index++;
  return tokens[index]?.start ?? text.length;
}

const changes: Readonly<Record<string, string>> = { InsertStmt: "adds rows", UpdateStmt: "changes rows", DeleteStmt: "deletes rows", MergeStmt: "merges rows" };

/** Of functions that Postgres refuses to run in a read-only transaction, those that queries call. */
const writingFunctions: Readonly<Record<string, string>> = { nextval: "advances a sequence", setval: "sets a sequence", lo_create: "makes a large object", lo_import: "makes a large object", lo_unlink: "removes a large object" };

function writesOf(node: Node): readonly string[] {
  const writes = new Set<string>();
  walk(node, (kind, value) => {
    const change = changes[kind];
    if (change !== undefined) writes.add(change);
    if (kind === "CreateTableAsStmt") writes.add(value.objtype === "OBJECT_MATVIEW" ? "makes a materialized view" : "makes a table");
    // CREATE TABLE AS has one too.
    if (kind === "SelectStmt" && value.intoClause !== undefined) writes.add("makes a table");
    if (kind === "LockingClause") writes.add("locks rows");
    if (kind === "FuncCall") {
      const name = functionName(value.funcname);
      if (name && (name.schema === null || name.schema === "pg_catalog") && Object.hasOwn(writingFunctions, name.name)) writes.add(writingFunctions[name.name]!);
    }
  });
  return [...writes];
}

function functionsOf(node: Node): readonly FunctionName[] {
  const found = new Map<string, FunctionName>();
  walk(node, (kind, value) => {
    const name = kind === "FuncCall" ? functionName(value.funcname) : null;
    if (name) found.set(JSON.stringify(name), name);
  });
  return [...found.values()];
}

function functionName(parts: unknown): FunctionName | null {
  const names = (Array.isArray(parts) ? parts : []).map((part: { readonly String?: { readonly sval?: string } }) => part.String?.sval ?? "");
  const name = names.at(-1);
  return name === undefined ? null : { schema: names.at(-2) ?? null, name };
}

function nameOf(relation: { readonly schemaname?: string; readonly relname?: string } | undefined): string {
  return quoteQualified([relation?.schemaname, relation?.relname].filter((part) => part !== undefined));
}
