// What a predicate says about NULL, read from its text.

import { foldIdentifier } from "../sql/identifiers";

const identifier = String.raw`("(?:[^"]|"")+"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const isNotNull = new RegExp(String.raw`^(?:${identifier}\.)?${identifier}\s+(?:is\s+not\s+null|notnull)$`, "iu");
const notIsNull = new RegExp(String.raw`^not\s*\(\s*(?:${identifier}\.)?${identifier}\s+(?:is\s+null|isnull)\s*\)$`, "iu");

/** The column of which `text` says that it is not null, and nothing else; null for any other text. */
function notNullColumn(text: string): string | null {
  const match = isNotNull.exec(text) ?? notIsNull.exec(text);
  return match ? foldIdentifier(match[2]!) : null;
}

/**
 * The columns that a predicate proves to be not null: those of its conjuncts that say just that. Postgres reads a
 * CHECK the same way when it decides whether SET NOT NULL has to look at the rows (NotNullImpliedByRelConstraints in
 * src/backend/commands/tablecmds.c).
 */
export function provenNotNull(predicate: string): readonly string[] {
  return conjuncts(predicate).flatMap((conjunct) => notNullColumn(conjunct) ?? []);
}

/** The columns of a predicate that says IS NOT NULL of them and nothing else; null for any other predicate. */
export function onlyNotNull(predicate: string): readonly string[] | null {
  const columns = conjuncts(predicate).map(notNullColumn);
  return columns.every((column) => column !== null) ? columns : null;
}

const isNull = new RegExp(String.raw`^(?:${identifier}\.)?${identifier}\s+(?:is\s+null|isnull)$`, "iu");

/** The column that a predicate says to be null, if it says nothing else. */
export function onlyNull(predicate: string): string | null {
  const match = isNull.exec(withoutParentheses(predicate));
  return match ? foldIdentifier(match[2]!) : null;
}

const fixedValue = new RegExp(String.raw`^(?:${identifier}\.)?${identifier}(?:::\w+)?\s*(?:=\s*(?:'(?:[^']|'')*'|-?\d[\d.]*|\$\d+)|in\s*\(\s*(?!select\b)[^()]*\))(?:::\w+)?$`, "iu");

/** The columns that a predicate compares with values that are written down: `kind = 'a'`, `id IN (1, 2)`. */
export function comparedWithValues(predicate: string): readonly string[] {
  return conjuncts(predicate).flatMap((conjunct) => {
    const match = fixedValue.exec(conjunct.trim());
    return match ? [foldIdentifier(match[2]!)] : [];
  });
}

/** True, 1 = 1 and the like: a condition that every row meets. */
export function isAlwaysTrue(predicate: string): boolean {
  const text = withoutParentheses(predicate).toLowerCase();
  if (/^(true|'t'|'true'|not\s+false)$/.test(text)) return true;
  const equality = /^(\d+|'[^']*')\s*=\s*(\d+|'[^']*')$/.exec(text);
  return equality !== null && equality[1] === equality[2];
}

/** The operands of the outermost ANDs, without the parentheses around them. */
function conjuncts(predicate: string): readonly string[] {
  const text = withoutParentheses(predicate);
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  let between = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "'" || character === '"') i = closingQuote(text, i);
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (depth === 0 && startsWord(text, i)) {
      const word = /^[a-z]+/i.exec(text.slice(i, i + 12))?.[0].toLowerCase() ?? "";
      // An OR at the top: nothing is proved by either side.
      if (word === "or") return [text];
      if (word === "between") between = true;
      else if (word === "and" && between) between = false;
      else if (word === "and") {
        parts.push(text.slice(from, i));
        from = i + 3;
      }
      if (word !== "") i += word.length - 1;
    }
  }
  if (parts.length === 0) return [text];
  parts.push(text.slice(from));
  return parts.flatMap(conjuncts);
}

function startsWord(text: string, at: number): boolean {
  return /[a-z]/i.test(text[at]!) && (at === 0 || !/[\w$"]/.test(text[at - 1]!));
}

function closingQuote(text: string, open: number): number {
  const close = text.indexOf(text[open]!, open + 1);
  return close < 0 ? text.length : close;
}

function withoutParentheses(predicate: string): string {
  let text = predicate.trim();
  while (text.startsWith("(") && closesAtEnd(text)) text = text.slice(1, -1).trim();
  return text;
}

/** Whether the parenthesis that opens `text` is closed by its last character. */
function closesAtEnd(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "'" || character === '"') i = closingQuote(text, i);
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return i === text.length - 1;
  }
  return false;
}
