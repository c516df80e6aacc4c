// `sql`, and the operators that drizzle-orm makes SQL with.

import { plainOf } from "../builtins";
import { partOf } from "../module";
import { array, native, nothing, textOf, unknown, type Call, type NativeFunction, type Value } from "../values";
import { fragment, plain, quoted, type Fragment, type Piece } from "./fragment";

/** A value between the texts of a template. */
export function piecesOf(value: Value | undefined): readonly Piece[] {
  switch (value?.kind) {
    case undefined:
      return [];
    case "sql":
      return value.sql.pieces;
    case "column":
      return [{ piece: "column", column: value.column, source: null }];
    case "indexColumn":
      return "sql" in value.part.of ? value.part.of.sql.pieces : [{ piece: "column", column: value.part.of.column, source: null }];
    case "table":
      return [{ piece: "table", table: value.table }];
    case "view":
      return [{ piece: "table", table: value.view }];
    case "enum":
      return [{ piece: "enum", enum: value.enum }];
    case "role":
      return [{ piece: "role", role: value.role }];
    case "array": {
      if (value.rest) return [{ piece: "unknown", unknown: value.rest }];
      return [plain("("), ...value.items.flatMap((item, i) => [...(i > 0 ? [plain(", ")] : []), ...piecesOf(item)]), plain(")")];
    }
    case "primitive":
      return value.value === undefined ? [] : [{ piece: "value", text: literal(value.value), source: value.source, inlined: false }];
    case "unknown":
      return [{ piece: "unknown", unknown: value }];
    default: {
      const known = plainOf(value);
      return known ? [{ piece: "value", text: quoted(JSON.stringify(known.value)), source: null, inlined: false }] : [{ piece: "unknown", unknown: unknown("what stands in it is not known") }];
    }
  }
}

export function literal(value: string | number | boolean | bigint | null): string {
  if (value === null) return "null";
  return typeof value === "string" ? quoted(value) : String(value);
}

const made = (pieces: readonly Piece[], call: Pick<Call, "source">): Value => ({ kind: "sql", sql: fragment(pieces, call.source) });

/** The strings come as the first argument, each with its place if it stands in the code as it is. */
function template(call: Call): Value {
  const [strings, ...values] = call.args;
  if (strings?.kind !== "array") return unknown("sql without a template", call.source);
  const pieces = strings.items.flatMap((text, i): readonly Piece[] => {
    const own = text.kind === "primitive" ? [plain(String(text.value), text.source)] : [];
    const value = values[i];
    const source = call.sources[i + 1];
    const placed = piecesOf(value).map((piece): Piece => ((piece.piece === "column" || piece.piece === "value") && source ? { ...piece, source } : piece));
    return [...own, ...placed];
  });
  return made(pieces, call);
}

function join(call: Call): Value {
  const [list, separator] = call.args;
  if (list?.kind !== "array" || list.rest) return unknown("what is joined is not known", call.source);
  const between = separator ? piecesOf(separator) : [];
  return made(list.items.flatMap((item, i) => [...(i > 0 ? between : []), ...piecesOf(item)]), call);
}

const identifier = (call: Call): Value => {
  const name = textOf(call.args[0]);
  return name === null ? unknown("a name in it is not known", call.source) : made([plain(`"${name.replaceAll('"', '""')}"`)], call);
};

const raw = (call: Call): Value => {
  const [value] = call.args;
  const text = textOf(value);
  if (text === null) return unknown("its text is not known", call.source);
  const written = value?.kind === "primitive" ? value.source : null;
  const inside = written && partOf(written, 1, written.end - written.start - 1);
  const same = inside && inside.module.text.slice(inside.start, inside.end) === text;
  return made([plain(text, same ? inside : null)], call);
};

export const sql: NativeFunction = native("sql", template, {
  raw: native("sql.raw", raw),
  identifier: native("sql.identifier", identifier),
  join: native("sql.join", join),
  empty: native("sql.empty", (call) => made([], call)),
  append: native("sql.append", (call) => unknown("SQL that is made step by step", call.source)),
});

/** `.as()`, `.mapWith()` and the like leave what it says. */
export function sqlMember(value: Fragment, name: string): Value | null {
  const own: Value = { kind: "sql", sql: value };
  if (name === "inlineParams") return native(name, () => ({ kind: "sql", sql: { ...value, pieces: value.pieces.map((piece) => (piece.piece === "value" ? { ...piece, inlined: true } : piece)) } }));
  if (["as", "mapWith", "getSQL", "asc", "desc"].includes(name)) return native(name, () => own);
  if (name === "append") return native(name, (call) => made([...value.pieces, ...piecesOf(call.args[0])], call));
  return null;
}

const infix = (operator: string) => (call: Call): Value => made([...piecesOf(call.args[0]), plain(` ${operator} `), ...piecesOf(call.args[1])], call);
const postfix = (words: string) => (call: Call): Value => made([...piecesOf(call.args[0]), plain(` ${words}`)], call);
const tested = (words: string) => (call: Call): Value => made([opening, ...piecesOf(call.args[0]), plain(` ${words}`), closing], call);
const combined = (word: string) => (call: Call): Value => {
  const parts = call.args.filter((arg) => !(arg.kind === "primitive" && arg.value === undefined));
  if (call.open) return call.open;
  if (parts.length < 2) return parts[0] ?? nothing;
  return made([plain("("), ...parts.flatMap((part, i) => [...(i > 0 ? [plain(` ${word} `)] : []), ...bracketed(part)]), plain(")")], call);
};
const opening: Piece = { piece: "parenthesis", text: "(" };
const closing: Piece = { piece: "parenthesis", text: ")" };
const bracketed = (value: Value): readonly Piece[] => [opening, ...piecesOf(value), closing];
/** Among none: false, and not among none: true. */
const among = (operator: string, none: string) => (call: Call): Value => {
  const [, values] = call.args;
  if (values?.kind === "array" && values.items.length === 0 && !values.rest) return made([plain(none)], call);
  return made([...piecesOf(call.args[0]), plain(` ${operator} `), ...piecesOf(call.args[1])], call);
};
const between = (operator: string) => (call: Call): Value => made([...piecesOf(call.args[0]), plain(` ${operator} `), ...piecesOf(call.args[1]), plain(" and "), ...piecesOf(call.args[2])], call);

export const operators: Readonly<Record<string, NativeFunction>> = Object.fromEntries(
  Object.entries({
    eq: infix("="),
    ne: infix("<>"),
    gt: infix(">"),
    gte: infix(">="),
    lt: infix("<"),
    lte: infix("<="),
    like: infix("like"),
    notLike: infix("not like"),
    ilike: infix("ilike"),
    notIlike: infix("not ilike"),
    arrayContains: infix("@>"),
    arrayContained: infix("<@"),
    arrayOverlaps: infix("&&"),
    isNull: tested("is null"),
    isNotNull: tested("is not null"),
    and: combined("and"),
    or: combined("or"),
    not: (call: Call): Value => made([plain("not "), ...bracketed(call.args[0] ?? array([]))], call),
    inArray: among("in", "false"),
    notInArray: among("not in", "true"),
    between: between("between"),
    notBetween: between("not between"),
    exists: (call: Call): Value => made([plain("exists "), ...piecesOf(call.args[0])], call),
    notExists: (call: Call): Value => made([plain("not exists "), ...piecesOf(call.args[0])], call),
    asc: postfix("asc"),
    desc: postfix("desc"),
  }).map(([name, call]) => [name, native(name, call)]),
);
