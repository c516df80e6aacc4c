// What a column is called in kept text: its rename, and what `*` stands for.

import { quoteIdentifier } from "../../sql/identifiers";
import type { QualifiedName } from "../model";
import type { TextEdit } from "./nameText";
import { readQuery, type FromItem, type Scope, type Word } from "./queryText";

/** How names in the text are understood. */
export interface TextNames {
  /** The relation that a name in FROM means. */
  resolve(parts: readonly string[], start: number): QualifiedName;
  /** Its columns; null where they are not known. */
  columnsOf(relation: QualifiedName): readonly string[] | null;
}

const same = (a: QualifiedName, b: QualifiedName): boolean => a.name === b.name && a.schema === b.schema;

/** The edits that give `table`'s column its new name. `root`: the relation whose expression this is, and its name there. */
export function renameColumnEdits(text: string, names: TextNames, root: QualifiedName | null, table: QualifiedName, from: string, to: string): TextEdit[] {
  if (!text.includes(from)) return [];
  const words = readQuery(text, root && { alias: root.name, relation: { parts: [root.schema, root.name], start: -1 } });
  const meant = (item: FromItem): QualifiedName | null => (item.relation === null ? null : item.relation.start === -1 ? root : names.resolve(item.relation.parts, item.relation.start));
  const edits: TextEdit[] = [];
  words.forEach((word, i) => {
    if (!word.isName || word.text !== from || word.inFrom) return;
    const next = words[i + 1]?.text;
    const before = words[i - 1]?.text;
    if (next === "(" || next === "." || before === "::" || isAlias(words, i)) return;
    const qualified = before === ".";
    const isColumn = qualified ? isQualifiedColumn(words, i, table, meant) : isBareColumn(word.scope, from, table, meant, names);
    if (!isColumn) return;
    const first = qualified ? (words[i - 3]?.text === "." ? i - 4 : i - 2) : i;
    const alone = word.inSelectList && startsItem(words[first - 1]) && endsItem(words[i + 1]);
    const name = quoteIdentifier(to);
    edits.push({ start: word.token.start, end: word.token.end, text: name + (alone ? ` AS ${quoteIdentifier(from)}` : ""), nameLength: name.length });
  });
  return edits;
}

/** After AS, or a bare alias behind an expression. */
function isAlias(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  return before !== undefined && before.token.kind === "word" && before.text === "as";
}

function isQualifiedColumn(words: readonly Word[], at: number, table: QualifiedName, meant: (item: FromItem) => QualifiedName | null): boolean {
  const qualifier = words[at - 2]!.text;
  if (words[at - 3]?.text === ".") return qualifier === table.name && words[at - 4]?.text === table.schema;
  // NEW and OLD are rows of the trigger's or rule's table.
  if (qualifier === "new" || qualifier === "old") return rootOf(words[at]!.scope).items.some((item) => item.relation?.start === -1 && same(meant(item)!, table));
  for (let scope: Scope | null = words[at]!.scope; scope; scope = scope.parent) {
    const item = scope.items.find((candidate) => candidate.alias === qualifier);
    if (item) return meant(item) !== null && same(meant(item)!, table);
  }
  return false;
}

function rootOf(scope: Scope): Scope {
  let root = scope;
  while (root.parent) root = root.parent;
  return root;
}

/** The innermost query with a relation that has such a column tells. */
function isBareColumn(innermost: Scope, column: string, table: QualifiedName, meant: (item: FromItem) => QualifiedName | null, names: TextNames): boolean {
  for (let scope: Scope | null = innermost; scope; scope = scope.parent) {
    const relations = scope.items.map(meant);
    if (relations.some((relation) => relation && same(relation, table))) return true;
    if (relations.some((relation) => relation && names.columnsOf(relation)?.includes(column) === true)) return false;
  }
  return false;
}

const startsItem = (word: Word | undefined): boolean => word !== undefined && [",", "select", "distinct", "all"].includes(word.text);

function endsItem(word: Word | undefined): boolean {
  return word === undefined || [",", ")", "from", "where", "group", "having", "order", "limit", "offset", "union", "intersect", "except", "window", "fetch", "for"].includes(word.text);
}

/**
 * What each `*` of a select list stands for now: columns that a table gets later are not among them. Left as it is where
 * a relation's columns are not known.
 */
export function starEdits(text: string, names: TextNames): TextEdit[] {
  if (!text.includes("*")) return [];
  const words = readQuery(text);
  const columnsOf = (item: FromItem): readonly string[] | null => (item.relation === null ? null : names.columnsOf(names.resolve(item.relation.parts, item.relation.start)));
  const edits: TextEdit[] = [];
  words.forEach((word, i) => {
    if (word.text !== "*" || !word.inSelectList || !endsItem(words[i + 1])) return;
    if (words[i - 1]?.text === ".") {
      const qualifier = words[i - 2]!;
      const schema = words[i - 3]?.text === "." ? words[i - 4] : undefined;
      const item = itemOf(word.scope, qualifier.text);
      const columns = item && columnsOf(item);
      if (columns) edits.push({ start: (schema ?? qualifier).token.start, end: word.token.end, text: columns.map((column) => `${quoteIdentifier(qualifier.text)}.${quoteIdentifier(column)}`).join(", ") });
      return;
    }
    if (!startsItem(words[i - 1]) || word.scope.merged || word.scope.items.length === 0) return;
    const lists = word.scope.items.map(columnsOf);
    if (lists.some((list) => list === null)) return;
    const qualified = lists.length > 1;
    const all = lists.flatMap((list, at) => list!.map((column) => (qualified ? `${quoteIdentifier(word.scope.items[at]!.alias)}.` : "") + quoteIdentifier(column)));
    edits.push({ start: word.token.start, end: word.token.end, text: all.join(", ") });
  });
  return edits;
}

function itemOf(innermost: Scope, alias: string): FromItem | undefined {
  for (let scope: Scope | null = innermost; scope; scope = scope.parent) {
    const item = scope.items.find((candidate) => candidate.alias === alias);
    if (item) return item;
  }
  return undefined;
}

/** What a query's columns are called, as far as its select list is of columns and aliases; null where it is not. */
export function outputNames(text: string): string[] | null {
  const words = readQuery(text);
  if (words[0]?.text !== "select") return null;
  const { scope } = words[0];
  const names: string[] = [];
  let item: Word[] = [];
  let depth = 0;
  const end = (): boolean => {
    const last = item.at(-1);
    const before = item.at(-2);
    item = [];
    if (last?.isName !== true || (before && before.text !== "." && before.text !== "as")) return false;
    names.push(last.text);
    return true;
  };
  for (const word of words.slice(1)) {
    if (word.text === "(") depth++;
    if (word.text === ")") depth--;
    if (depth === 0 && word.text !== ")" && word.scope === scope && !word.inSelectList) return end() ? names : null;
    if (depth === 0 && word.text === ",") {
      if (!end()) return null;
    } else if (!(item.length === 0 && (word.text === "distinct" || word.text === "all"))) item.push(word);
  }
  return end() ? names : null;
}
