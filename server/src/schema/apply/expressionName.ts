// What Postgres calls an expression, in an index or where a column of a query has no other name: FigureColnameInternal
// (src/backend/parser/parse_target.c), on the expression's words.

import { foldIdentifier } from "../../sql/identifiers";
import { isComment, tokenize } from "../../sql/lexer";

interface Word {
  readonly text: string;
  readonly isName: boolean;
  readonly isWord: boolean;
}

// By the words that end a typed cast's name, what the type is called inside.
const internal: Readonly<Record<string, string>> = {
  int: "int4",
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  real: "float4",
  float: "float8",
  double: "float8",
  decimal: "numeric",
  dec: "numeric",
  boolean: "bool",
  character: "bpchar",
  char: "bpchar",
};

/** Functions of SQL's own syntax that have another name inside. */
const functions: Readonly<Record<string, string>> = { trim: "btrim" };

/** Null for what has no name of its own: an operator's result, a constant. */
export function expressionName(text: string): string | null {
  const words = tokenize(text)
    .filter((token) => !isComment(token))
    .map((token): Word => {
      const written = text.slice(token.start, token.end);
      const isName = token.kind === "word" || token.kind === "quoted";
      return { text: isName ? foldIdentifier(written) : written, isName, isWord: token.kind === "word" };
    });
  return nameOf(words);
}

function nameOf(words: readonly Word[]): string | null {
  if (words.length === 0) return null;
  if (words[0]!.text === "(" && closing(words, 0) === words.length - 1) return nameOf(words.slice(1, -1));
  const cast = lastOutside(words, (word) => word.text === "::");
  if (cast !== -1) return nameOf(words.slice(0, cast)) ?? typeName(words.slice(cast + 1));
  const collate = lastOutside(words, (word) => word.isWord && word.text === "collate");
  if (collate !== -1) return nameOf(words.slice(0, collate));
  const zone = lastOutside(words, (word) => word.isWord && word.text === "at");
  if (zone > 0 && words[zone + 1]?.text === "time") return "timezone";
  if (words[0]!.isWord && words[0]!.text === "case") return caseName(words);
  if (words[0]!.isWord && words[0]!.text === "array" && words[1]?.text === "[") return "array";
  return callOrColumn(words);
}

function callOrColumn(words: readonly Word[]): string | null {
  let at = 0;
  let name: string | null = null;
  while (words[at]?.isName === true) {
    name = words[at]!.text;
    at++;
    if (words[at]?.text !== ".") break;
    at++;
  }
  if (name === null) return null;
  if (at === words.length) return name;
  if (words[at]!.text === "(" && closing(words, at) === words.length - 1) {
    if (name === "cast") {
      const as = lastOutside(words.slice(at + 1, -1), (word) => word.isWord && word.text === "as");
      const inner = words.slice(at + 1, -1);
      return nameOf(inner.slice(0, as)) ?? typeName(inner.slice(as + 1));
    }
    return functions[name] ?? name;
  }
  // tags[1]
  if (words[at]!.text === "[" && closing(words, at) === words.length - 1) return name;
  return null;
}

function caseName(words: readonly Word[]): string {
  const otherwise = lastOutside(words, (word) => word.isWord && word.text === "else");
  const inner = otherwise === -1 ? null : words.slice(otherwise + 1, -1);
  return (inner?.every((word) => word.isName || word.text === ".") === true ? nameOf(inner) : null) ?? "case";
}

function typeName(words: readonly Word[]): string | null {
  const [first, second] = words;
  if (first === undefined) return null;
  const text = words.map((word) => word.text).join(" ");
  if (first.text === "timestamp" || first.text === "time") return text.includes("with time zone") && !text.includes("without") ? `${first.text}tz` : first.text;
  if (first.text === "character" && second?.text === "varying") return "varchar";
  if (first.text === "bit" && second?.text === "varying") return "varbit";
  const qualified = second?.text === "." ? words[2]!.text : first.text;
  return first.isWord && second?.text !== "." ? (internal[qualified] ?? qualified) : qualified;
}

function lastOutside(words: readonly Word[], test: (word: Word) => boolean): number {
  let depth = 0;
  for (let i = words.length - 1; i >= 0; i--) {
    const { text } = words[i]!;
    if (text === ")" || text === "]") depth++;
    else if (text === "(" || text === "[") depth--;
    else if (depth === 0 && test(words[i]!)) return i;
  }
  return -1;
}

function closing(words: readonly Word[], open: number): number {
  let depth = 0;
  for (let i = open; i < words.length; i++) {
    const { text } = words[i]!;
    if (text === "(" || text === "[") depth++;
    else if ((text === ")" || text === "]") && --depth === 0) return i;
  }
  return words.length;
}
