// A query, or an expression with queries in it, read from its words: which relations each part of it reads. Kept texts
// change when what they name is renamed, and have no tree of their own.

import { foldIdentifier, isReserved } from "../../sql/identifiers";
import { isComment, tokenize } from "../../sql/lexer";
import type { Token } from "../../sql/tokens";

/** A relation in FROM, or null for a subquery, a function or a CTE. */
export interface FromItem {
  readonly alias: string;
  readonly relation: { readonly parts: readonly string[]; readonly start: number } | null;
}

export interface Scope {
  readonly parent: Scope | null;
  readonly items: FromItem[];
  /** USING and NATURAL make one column of two. */
  merged: boolean;
}

export interface Word {
  readonly token: Token;
  /** A name folded, a keyword in lower case, a mark as it is. */
  readonly text: string;
  readonly isName: boolean;
  readonly scope: Scope;
  /** In the select list itself, not in parentheses there. */
  readonly inSelectList: boolean;
  /** A relation is named here. */
  readonly inFrom: boolean;
}

interface Frame {
  scope: Scope;
  readonly outer: Scope | null;
  readonly isQuery: boolean;
  clause: "start" | "with" | "select" | "from" | "on" | "rest" | "nested";
  /** A relation comes next. */
  expects: boolean;
  readonly ctes: Set<string>;
  /** The parenthesis stands where a relation may: an alias follows it. */
  readonly isItem: boolean;
}

const endsFrom = new Set(["where", "group", "having", "order", "limit", "offset", "fetch", "for", "window", "union", "intersect", "except", "returning", "set"]);
const notAlias = new Set(["on", "using", "join", "left", "right", "inner", "full", "cross", "natural", "tablesample", "as", ...endsFrom]);

/** `root`: the relation that a bare column outside of every query is of. */
export function readQuery(text: string, root: FromItem | null = null): Word[] {
  const tokens = tokenize(text).filter((token) => !isComment(token));
  const texts = tokens.map((token) => wordText(text, token));
  const rootScope: Scope = { parent: null, items: root ? [root] : [], merged: false };
  const startsQuery = (at: number): boolean => tokens[at]?.kind === "word" && (texts[at] === "select" || texts[at] === "with" || texts[at] === "values");
  const stack: Frame[] = [{ scope: rootScope, outer: root ? rootScope : null, isQuery: startsQuery(0), clause: startsQuery(0) ? "start" : "nested", expects: false, ctes: new Set(), isItem: false }];
  const words: Word[] = [];

  const aliasAt = (at: number): string | null => {
    const next = texts[at] === "as" && tokens[at]?.kind === "word" ? at + 1 : at;
    const token = tokens[next];
    if (token === undefined || (token.kind !== "word" && token.kind !== "quoted")) return null;
    if (token.kind === "word" && (notAlias.has(texts[next]!) || isReserved(texts[next]!))) return null;
    return texts[next]!;
  };
  const isCte = (name: string): boolean => stack.some((frame) => frame.ctes.has(name));

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const word = texts[i]!;
    let frame = stack.at(-1)!;
    const keyword = token.kind === "word" && texts[i - 1] !== "." ? word : "";
    if (frame.isQuery) enterClause(frame, keyword, texts[i - 1]);
    words.push({ token, text: word, isName: token.kind === "word" || token.kind === "quoted", scope: frame.scope, inSelectList: frame.clause === "select", inFrom: frame.clause === "from" && frame.expects });
    if (word === "(" && token.kind === "punctuation") {
      const isQuery = startsQuery(i + 1);
      const isItem = frame.expects;
      const lateral = texts[i - 1] === "lateral";
      const outer = isItem && !lateral ? frame.outer : frame.scope;
      const joined = isItem && !isQuery;
      frame.expects = false;
      stack.push({ scope: isQuery ? { parent: outer, items: [], merged: false } : frame.scope, outer: isQuery ? outer : frame.outer, isQuery: isQuery || joined, clause: isQuery ? "start" : joined ? "from" : "nested", expects: joined, ctes: new Set(), isItem });
      continue;
    }
    if (word === ")" && token.kind === "punctuation" && stack.length > 1) {
      const { isItem, isQuery } = stack.pop()!;
      frame = stack.at(-1)!;
      const alias = isItem ? aliasAt(i + 1) : null;
      if (isItem && (alias !== null || isQuery)) frame.scope.items.push({ alias: alias ?? "", relation: null });
      continue;
    }
    if (frame.clause === "with" && (token.kind === "word" || token.kind === "quoted") && (texts[i + 1] === "as" || texts[i + 1] === "(")) frame.ctes.add(word);
    if ((frame.clause === "from" || frame.clause === "on") && word === "," && frame.isQuery) {
      frame.clause = "from";
      frame.expects = true;
    } else if (frame.expects && (token.kind === "word" || token.kind === "quoted") && !["only", "lateral", "from", "join", "rows"].includes(keyword)) {
      // A relation, or a function's call.
      const parts = [word];
      let end = i;
      while (texts[end + 1] === "." && (tokens[end + 2]?.kind === "word" || tokens[end + 2]?.kind === "quoted")) {
        end += 2;
        parts.push(texts[end]!);
      }
      for (let at = i + 1; at <= end; at++) words.push({ token: tokens[at]!, text: texts[at]!, isName: texts[at] !== ".", scope: frame.scope, inSelectList: false, inFrom: true });
      const alias = aliasAt(end + 1);
      const called = texts[end + 1] === "(";
      if (!called) frame.expects = false;
      const relation = called || (parts.length === 1 && isCte(word)) ? null : { parts, start: token.start };
      if (!called) frame.scope.items.push({ alias: alias ?? parts.at(-1)!, relation });
      i = end;
    }
  }
  return words;
}

function enterClause(frame: Frame, keyword: string, previous: string | undefined): void {
  switch (keyword) {
    case "select":
      if (frame.clause !== "start" && frame.clause !== "with") frame.scope = { parent: frame.outer, items: [], merged: false };
      frame.clause = "select";
      return;
    case "with":
      if (frame.clause === "start") frame.clause = "with";
      return;
    case "from":
      if (frame.clause === "select" && previous !== "distinct") {
        frame.clause = "from";
        frame.expects = true;
      }
      return;
    case "join":
      frame.clause = "from";
      frame.expects = true;
      return;
    case "on":
    case "using":
      if (frame.clause === "from") frame.clause = "on";
      if (keyword === "using") frame.scope.merged = true;
      return;
    case "natural":
      frame.scope.merged = true;
      return;
    default:
      if (endsFrom.has(keyword) && frame.clause !== "with" && frame.clause !== "start") frame.clause = "rest";
  }
}

function wordText(text: string, token: Token): string {
  const written = text.slice(token.start, token.end);
  return token.kind === "word" || token.kind === "quoted" ? foldIdentifier(written) : written;
}
