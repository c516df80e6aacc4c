// Where a statement uses a string constant as a value of a type: cast to it, compared with a column of it, or written
// into one. Read from the tokens, and only what is beyond doubt: any other constant of the same text may be text.

import type { Change, TableAction } from "../../schema/changes";
import { readChanges } from "../../schema/read/index";
import { foldIdentifier } from "../../sql/identifiers";
import { isKeyword, isPunctuation, nameAtToken } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";

export interface ColumnsOfType {
  readonly typeName: string;
  /** Names of the columns of the type, in the order of the table's columns; null for those of another type. By table name. */
  readonly tables: ReadonlyMap<string, readonly (string | null)[]>;
}

/** The first use of the constant as a value of the type. */
export function useOfLiteral(parsed: ParsedStatement, literal: string, of: ColumnsOfType): Range | null {
  const { text, tokens } = parsed;
  const written = `'${literal.replaceAll("'", "''")}'`;
  const columns = columnsNamed(parsed, of);
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "string" || text.slice(token.start, token.end) !== written) continue;
    if (isCast(parsed, i, of.typeName) || isCompared(parsed, i, columns) || isDefault(parsed, token, of) || isInserted(parsed, i, of)) return { start: token.start, end: token.end };
  }
  return null;
}

/** 'x'::type, CAST('x' AS type). */
function isCast(parsed: ParsedStatement, index: number, typeName: string): boolean {
  const next = parsed.tokens[index + 1];
  if (!isPunctuation(parsed, next, "::") && !isKeyword(parsed, next, "as")) return false;
  const name = nameAtToken(parsed, index + 2);
  return name?.parts.at(-1) === typeName && !isPunctuation(parsed, parsed.tokens[name.next], "[");
}

/** Columns of the type that the statement's tables have, and those that it makes. */
function columnsNamed(parsed: ParsedStatement, { tables, typeName }: ColumnsOfType): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { kind, start, end } of parsed.tokens) {
    if (kind !== "word" && kind !== "quoted") continue;
    for (const column of tables.get(foldIdentifier(parsed.text.slice(start, end))) ?? []) if (column !== null) names.add(column);
  }
  for (const { change } of readChanges(parsed)) {
    if (change.change !== "createTable") continue;
    for (const column of change.columns) if (column.type?.type.name === typeName && !column.type.type.array) names.add(column.name.name);
  }
  return names;
}

/** column = 'x', column IN ('a', 'x'). */
function isCompared(parsed: ParsedStatement, index: number, columns: ReadonlySet<string>): boolean {
  const { text, tokens } = parsed;
  let at = index - 1;
  // Back to the front of a list of constants.
  while (tokens[at]?.kind === "string" || isPunctuation(parsed, tokens[at], ",") || isPunctuation(parsed, tokens[at], "(")) at--;
  const list = at < index - 1;
  if (list ? !isKeyword(parsed, tokens[at], "in") : tokens[at]?.kind !== "operator") return false;
  if (list && isKeyword(parsed, tokens[at - 1], "not")) at--;
  const column = tokens[at - 1];
  return column !== undefined && (column.kind === "word" || column.kind === "quoted") && columns.has(foldIdentifier(text.slice(column.start, column.end)));
}

function isDefault(parsed: ParsedStatement, token: Range, { typeName, tables }: ColumnsOfType): boolean {
  const within = (range: Range | undefined): boolean => range !== undefined && range.start <= token.start && token.end <= range.end;
  const ofAction = (table: string, action: TableAction): boolean => {
    if (action.action === "addColumn") return action.column.type?.type.name === typeName && within(action.column.default?.range);
    return action.action === "setDefault" && tables.get(table)?.includes(action.column.name) === true && within(action.expression.range);
  };
  return readChanges(parsed).some(({ change }) => {
    if (change.change === "createTable") return change.columns.some((column) => column.type?.type.name === typeName && within(column.default?.range));
    return change.change === "alterTable" && change.actions.some((action) => ofAction(change.name.name, action));
  });
}

/** INSERT INTO table (columns) VALUES (...), (...): the column at the constant's place in its row. */
function isInserted(parsed: ParsedStatement, index: number, { tables }: ColumnsOfType): boolean {
  const insert = readChanges(parsed).find((each): each is typeof each & { change: Extract<Change, { change: "write" }> } => each.change.change === "write" && each.change.command === "insert")?.change;
  const [table] = insert?.tables ?? [];
  const known = table && tables.get(table.name);
  if (table === undefined || known === undefined) return false;
  const { text, tokens } = parsed;
  const values = tokens.findIndex((token, i) => i < index && isKeyword(parsed, token, "values"));
  if (values < 0) return false;
  // Between the table's name and VALUES stands the list of columns, or nothing.
  const listed = tokens.slice(0, values).filter((token) => (token.kind === "word" || token.kind === "quoted") && token.start >= table.range.end).map((token) => foldIdentifier(text.slice(token.start, token.end)));
  let place = 0;
  let at = index - 1;
  for (let depth = 0; at > values; at--) {
    if (isPunctuation(parsed, tokens[at], ")")) depth++;
    else if (isPunctuation(parsed, tokens[at], "(") && depth-- === 0) break;
    else if (depth === 0 && isPunctuation(parsed, tokens[at], ",")) place++;
  }
  // The row's own parenthesis follows VALUES, or a comma between rows.
  const front = tokens[at - 1];
  if (!isKeyword(parsed, front, "values") && !isPunctuation(parsed, front, ",")) return false;
  const column = listed.length > 0 ? listed[place] : known[place];
  return column != null && known.includes(column);
}
