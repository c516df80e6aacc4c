// The names in kept text that mean functions, types and relations, found by where they stand.

import { quoteIdentifier } from "../../sql/identifiers";
import type { QualifiedName } from "../model";
import { readQuery, type Scope, type Word } from "./queryText";

export type NameKind = "function" | "type" | "relation";

export interface TextName {
  readonly kind: NameKind;
  /** With its schema, if one is written. */
  readonly parts: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Inside of a string: 'public.orders_id_seq'. */
  readonly quoted: boolean;
  /** Stands before a column, for a relation of a FROM around it (`parts` are as they are there), or for the expression's own table. */
  readonly qualifier: "from" | "own" | null;
}

export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** How much of the new text is the name; the rest is an alias. Left out: all of it. */
  readonly nameLength?: number;
}

const sequenceFunctions = new Set(["nextval", "currval", "setval", "pg_get_serial_sequence"]);

export function namesInText(text: string): TextName[] {
  const words = readQuery(text);
  const names: TextName[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word.token.kind === "string") {
      const name = literalName(text, words, i);
      if (name !== null) names.push(name);
      continue;
    }
    if (!word.isName || words[i - 1]?.text === ".") continue;
    const parts = [word.text];
    let last = i;
    while (words[last + 1]?.text === "." && words[last + 2]?.isName === true) {
      last += 2;
      parts.push(words[last]!.text);
    }
    const kind = kindOf(words, i, last);
    if (kind !== null) names.push({ kind, parts, start: word.token.start, end: words[last]!.token.end, quoted: false, qualifier: null });
    else if (parts.length > 1) {
      // table.column, schema.table.column
      const meant = parts.length > 2 ? { parts: parts.slice(0, -1), qualifier: null } : qualified(word.scope, parts[0]!);
      if (meant) names.push({ kind: "relation", ...meant, start: word.token.start, end: words[last - 2]!.token.end, quoted: false });
    }
    i = last;
  }
  return names;
}

/** Null for an alias: what it stands for has another name. */
function qualified(innermost: Scope, name: string): Pick<TextName, "parts" | "qualifier"> | null {
  for (let scope: Scope | null = innermost; scope; scope = scope.parent) {
    const item = scope.items.find((candidate) => candidate.alias === name);
    if (item) return item.relation?.parts.at(-1) === name ? { parts: item.relation.parts, qualifier: "from" } : null;
  }
  return { parts: [name], qualifier: "own" };
}

function kindOf(words: readonly Word[], first: number, last: number): NameKind | null {
  const before = words[first - 1];
  const after = words[last + 1];
  if (before?.text === "::") return "type";
  if (before?.text === "as" && before.token.kind === "word" && isCastAt(words, first)) return "type";
  if (words[first]!.inFrom) return after?.text === "(" ? "function" : "relation";
  if (after?.text === "(") return "function";
  if (after?.token.kind === "string") return "type";
  return null;
}

/** `CAST(x AS type)` */
function isCastAt(words: readonly Word[], at: number): boolean {
  let depth = 0;
  for (let i = at - 1; i > 0; i--) {
    if (words[i]!.text === ")") depth++;
    else if (words[i]!.text === "(" && --depth < 0) return words[i - 1]!.text === "cast";
  }
  return false;
}

/** nextval('a.b'), 'a.b'::regclass */
function literalName(text: string, words: readonly Word[], at: number): TextName | null {
  const { token } = words[at]!;
  const cast = words[at + 1]?.text === "::" && words[at + 2]?.text === "regclass";
  const call = words[at - 1]?.text === "(" && sequenceFunctions.has(words[at - 2]?.text ?? "");
  if (!cast && !call) return null;
  const inner = text.slice(token.start + 1, token.end - 1);
  const parts = /^(?:("[^"]+"|[\w$]+)\.)?("[^"]+"|[\w$]+)$/.exec(inner)?.slice(1).flatMap((part: string | undefined) => (part === undefined ? [] : [part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase()]));
  return parts === undefined ? null : { kind: "relation", parts, start: token.start + 1, end: token.end - 1, quoted: true, qualifier: null };
}

/** A sequence in nextval('...'), a table in FROM. */
export function namesRelation(text: string, name: QualifiedName): boolean {
  return text.includes(name.name) && namesInText(text).some((found) => found.kind === "relation" && means(found.parts, name));
}

/** Without a schema a name in kept text means one of `public`. */
export function means(parts: readonly string[], name: QualifiedName): boolean {
  return parts.at(-1) === name.name && (parts.length === 1 ? name.schema === "public" : parts.length === 2 && parts[0] === name.schema);
}

export function writtenName(name: QualifiedName): string {
  return name.schema === "public" ? quoteIdentifier(name.name) : `${quoteIdentifier(name.schema)}.${quoteIdentifier(name.name)}`;
}

/** `own`: the text is of the renamed table, which goes by its bare name there, whatever its schema. */
export function renameInText(text: string, kinds: readonly NameKind[], from: QualifiedName, to: QualifiedName, own = false): string {
  if (!text.includes(from.name)) return text;
  const isIt = (name: TextName): boolean => (name.qualifier === "own" ? own && name.parts[0] === from.name : means(name.parts, from));
  const edits = namesInText(text)
    .filter((name) => kinds.includes(name.kind) && isIt(name))
    .map(({ start, end, qualifier }) => ({ start, end, text: qualifier === null ? writtenName(to) : quoteIdentifier(to.name) }));
  return edited(text, edits);
}

/** Edits in order, not overlapping. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let last = 0;
  for (const edit of edits) {
    result += text.slice(last, edit.start) + edit.text;
    last = edit.end;
  }
  return result + text.slice(last);
}
