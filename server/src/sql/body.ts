import type { DefElem, Node } from "@pgsql/types";
import { sqlInLiteral, type AlignedText } from "./literal";
import { plpgsqlStatements } from "./plpgsql";
import { findKeywords, isKeyword, tokenIndexAt } from "./ranges";
import { splitStatements } from "./splitter";
import type { Body, EmbeddedStatement, ParsedStatement } from "./statement";
import type { Token } from "./tokens";

type Parse = (text: string) => ParsedStatement;

/** The SQL inside CREATE FUNCTION, CREATE PROCEDURE and DO; null for every other statement, and for other languages than sql and plpgsql. */
export function readBody(parsed: ParsedStatement, parse: Parse): Body | null {
  const { node } = parsed;
  if (node === null) return null;
  if ("DoStmt" in node) {
    const { language, literal } = routineOptions(parsed, node.DoStmt.args ?? []);
    return literal === null ? null : bodyOf("do", language ?? "plpgsql", literal, parsed, parse);
  }
  if (!("CreateFunctionStmt" in node)) return null;
  const { options = [], sql_body: sqlBody } = node.CreateFunctionStmt;
  if (sqlBody !== undefined) return { kind: "function", language: "sql", statements: standardBody(parsed, sqlBody, parse), dynamic: [] };
  const { language, literal } = routineOptions(parsed, options);
  return literal === null || language === null ? null : bodyOf("function", language, literal, parsed, parse);
}

function bodyOf(kind: Body["kind"], language: string, literal: Token, parsed: ParsedStatement, parse: Parse): Body | null {
  if (language !== "sql" && language !== "plpgsql") return null;
  const sql = sqlInLiteral(parsed.text, literal);
  // Written with character codes: as good as made at run time.
  if (sql === null) return { kind, language, statements: [], dynamic: [{ start: literal.start, end: literal.end }] };
  if (language === "sql") return { kind, language, statements: sqlStatements(sql, parse), dynamic: [] };
  return { kind, language, ...plpgsqlStatements(sql, parse) };
}

/** Statements of a text that run one after another, unconditionally. */
export function sqlStatements({ text, start }: AlignedText, parse: Parse): EmbeddedStatement[] {
  return splitStatements(text)
    .filter((chunk) => chunk.kind === "statement")
    .map(({ first, last }) => ({ start: start + first, parsed: parse(text.slice(first, last)), conditional: false, guarded: false }));
}

function routineOptions(parsed: ParsedStatement, options: readonly Node[]): { readonly language: string | null; readonly literal: Token | null } {
  let language: string | null = null;
  let literal: Token | null = null;
  for (const option of options) {
    if (!("DefElem" in option)) continue;
    const { defname, arg, location } = option.DefElem;
    if (defname === "language" && arg !== undefined && "String" in arg) language = (arg.String.sval ?? "").toLowerCase();
    if (defname === "as") literal = literalAt(parsed, option.DefElem, location ?? 0);
  }
  return { language, literal };
}

/** AS has one string; two are an object file and its symbol. The location is that of AS, and of the string itself in DO. */
function literalAt(parsed: ParsedStatement, { arg }: DefElem, location: number): Token | null {
  if (arg !== undefined && "List" in arg && arg.List.items?.length !== 1) return null;
  let index = tokenIndexAt(parsed, parsed.utf16(location));
  if (isKeyword(parsed, parsed.tokens[index], "as")) index++;
  return parsed.tokens[index] ?? null;
}

/**
 * BEGIN ATOMIC ... END, or RETURN expression: its statements are read once more, each on its own, so that their locations are relative to
 * themselves like those of all other statements.
 */
function standardBody(parsed: ParsedStatement, sqlBody: Node, parse: Parse): EmbeddedStatement[] {
  const { text, tokens } = parsed;
  if ("ReturnStmt" in sqlBody) {
    const location = tokens.findLastIndex((token) => isKeyword(parsed, token, "return"));
    return location < 0 ? [] : sqlStatements(returned(text.slice(tokens[location]!.start), tokens[location]!.start), parse);
  }
  const atomic = findKeywords(parsed, ["begin", "atomic"]);
  const end = tokens[tokens.length - 1];
  if (atomic < 0 || end === undefined) return [];
  const start = tokens[atomic + 1]!.end;
  return splitStatements(text.slice(start, end.start)).flatMap(({ first, last }) => sqlStatements(returned(text.slice(start + first, start + last), start + first), parse));
}

/** RETURN 1 is a statement in such a body only; SELECT 1 has its length and its meaning. */
function returned(text: string, start: number): AlignedText {
  return { text: text.replace(/^return\b/i, "select"), start };
}
