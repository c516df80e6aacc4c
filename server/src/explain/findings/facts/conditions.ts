// A condition as explain.c prints it ("((status = 'open'::text) AND (total > 10))"), as far as an index is concerned.

export type ConditionKind =
  /** A column or an expression equals a value, is one of a list, or IS NULL. */
  | "equality"
  | "range"
  /** LIKE with a fixed beginning. */
  | "prefix"
  /** LIKE or a regular expression without one. */
  | "substring"
  /** `@>`, `&&`, `?`, `@@`, `%`: what GIN or GiST answers. */
  | "contains"
  /** A value is one of those that a column holds: `7 = ANY (tags)`. */
  | "member"
  /** `<->`, `<=>`: no condition, but an order, the nearest first. */
  | "distance"
  /** A boolean column, IS NOT NULL, `<>`: at most the condition of a partial index. */
  | "partial"
  | "other";

export interface Condition {
  readonly kind: ConditionKind;
  /** A plain column, without its table. */
  readonly column: string | null;
  /** What the operator is applied to, where that is no plain column: "lower(name)". */
  readonly expression: string | null;
  readonly operator: string;
  /** The other side, as it is printed. */
  readonly value: string;
  readonly text: string;
}

/** What is joined by AND at the top. Empty: nothing that is understood, an OR among others. */
export function conditionsOf(text: string): readonly Condition[] {
  return splitAt(unwrapped(text), "AND").map(conditionOf);
}

/** The branches of an OR at the top, or the text alone. */
export function branchesOf(text: string): readonly string[] {
  return splitAt(unwrapped(text), "OR");
}

/** Of pgvector (its README, "Distances"), of GiST for shapes, of pg_trgm and btree_gist. */
const distances = new Set(["<->", "<=>", "<#>", "<+>", "<~>", "<%>", "<<->", "<->>", "<<<->", "<->>>"]);
/** Of arrays, JSON, ranges, shapes, networks, text search and pg_trgm. */
const containments = new Set(["@>", "<@", "&&", "@@", "@?", "?", "?|", "?&", "<<", ">>", "<<=", ">>=", "-|-", "&<", "&>", "~=", "%", "<%", "%>", "<<%", "%>>"]);
const operators = [...distances, ...containments, "!~~*", "!~~", "~~*", "~~", "!~*", "!~", "~*", "~", "<=", ">=", "<>", "=", "<", ">"];

function conditionOf(text: string): Condition {
  const own = unwrapped(text);
  const make = (kind: ConditionKind, operand: string, operator: string, value: string): Condition => {
    const column = columnOf(operand);
    return { kind, column, expression: column === null ? operand : null, operator, value, text: own };
  };
  const isNull = /^(.*) IS (NOT )?NULL$/s.exec(own);
  if (isNull) return make(isNull[2] === undefined ? "equality" : "partial", unwrapped(isNull[1]!), `IS ${isNull[2] ?? ""}NULL`, "");
  const negated = /^NOT (.*)$/s.exec(own);
  if (negated) return make("partial", unwrapped(negated[1]!), "NOT", "");
  const found = operatorIn(own);
  if (found === null) return columnOf(own) === null ? make("other", own, "", "") : make("partial", own, "", "");
  const left = own.slice(0, found.start).trim();
  const right = own.slice(found.start + found.operator.length).trim();
  const array = found.operator === "=" && !isValue(right) ? anyOf(right) : null;
  if (array !== null) return make("member", unwrapped(array), "= ANY", left);
  const flipped = columnOf(left) === null && isValue(left) && !isValue(right);
  const [operand, value] = flipped ? [right, left] : [left, right];
  return make(kindOf(found.operator, value), unwrapped(operand), flipped ? (mirrored[found.operator] ?? found.operator) : found.operator, value);
}

const mirrored: Readonly<Record<string, string>> = {
  "<": ">", ">": "<", "<=": ">=", ">=": "<=", "@>": "<@", "<@": "@>", "<<": ">>", ">>": "<<", "<<=": ">>=", ">>=": "<<=", "&<": "&>", "&>": "&<",
  "<%": "%>", "%>": "<%", "<<%": "%>>", "%>>": "<<%", "<<->": "<->>", "<->>": "<<->", "<<<->": "<->>>", "<->>>": "<<<->",
};

function kindOf(operator: string, value: string): ConditionKind {
  if (operator === "=") return /^ALL\b/.test(value) ? "other" : "equality";
  if (operator === "<" || operator === ">" || operator === "<=" || operator === ">=") return "range";
  if (operator === "<>") return "partial";
  if (containments.has(operator)) return "contains";
  if (distances.has(operator)) return "distance";
  if (operator === "~~" || operator === "~~*") return operator === "~~" && /^'[^%_']/.test(value) ? "prefix" : "substring";
  if (operator === "~" || operator === "~*") return operator === "~" && /^'\^[\w ]/.test(value) ? "prefix" : "substring";
  return "other";
}

/** A literal, a parameter, a subplan's value: nothing of the row. */
export function isValue(text: string): boolean {
  const own = unwrapped(text);
  const array = anyOf(own);
  // An array that is a column, or made of columns, is one of the row.
  if (array !== null) return /\b(?:InitPlan|SubPlan) \d/.test(array) || namesIn(array).length === 0;
  return /^(?:'|E'|-?\d|\$\d|\(?InitPlan|true$|false$|NULL\b|CURRENT_|now\(\)|LOCALTIME)/.test(own) && operatorIn(own) === null;
}

/** The array of "ANY (tags)"; null for all else. */
function anyOf(text: string): string | null {
  return /^(?:ANY|ALL) \((.*)\)$/s.exec(text)?.[1] ?? null;
}

/** "o.customer_id", "\"Total\"", "(status)::text": a column's name, without its table; null for all else. */
export function columnOf(text: string): string | null {
  const match = /^(?:(?:"(?:[^"]|"")+"|[\w$]+)\.)?("(?:[^"]|"")+"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)$/.exec(unwrapped(text));
  if (match) return match[1]!.startsWith('"') ? match[1]!.slice(1, -1).replaceAll('""', '"') : match[1]!;
  // varchar compares as text, with the same index; so do arrays of it.
  const relabelled = /^\((.+)\)::text(?:\[\])?$/s.exec(unwrapped(text));
  return relabelled === null ? null : columnOf(relabelled[1]!);
}

/** The table that a column is written with: "o" of "o.customer_id". */
export function qualifierOf(text: string): string | null {
  const match = /^\(*("(?:[^"]|"")+"|[\w$]+)\.(?:"|[a-z_])/.exec(text);
  return match === null ? null : match[1]!.replace(/^"(.*)"$/s, "$1").replaceAll('""', '"');
}

/** The columns that an expression names, each once; a word before a bracket is a function. */
export function namesIn(expression: string): readonly string[] {
  const bare = expression.replace(/'(?:[^']|'')*'/g, "").replace(/::[\w ]+(?:\[\])?/g, "");
  return [...new Set([...bare.matchAll(/(?:[\w$]+\.)?("(?:[^"]|"")+"|\b[a-z_]\w*)(?!\w|\s*\(|\.)/g)].map((match) => match[1]!.replace(/^"(.*)"$/, "$1")))].filter((name) => !["and", "or", "not", "is", "null", "true", "false", "distinct", "from"].includes(name.toLowerCase()));
}

/** Without the table before a column: an index knows its own table alone. */
export function unqualified(text: string): string {
  return text.replace(/'(?:[^']|'')*'|(?:"(?:[^"]|"")+"|\b[A-Za-z_][\w$]*)\.(?=["a-z_])/g, (match) => (match.startsWith("'") ? match : ""));
}

function operatorIn(text: string): { readonly operator: string; readonly start: number } | null {
  for (const { start } of wordsOf(text)) {
    const operator = operators.find((each) => text.startsWith(`${each} `, start));
    if (operator !== undefined && start > 0 && text[start - 1] === " ") return { operator, start };
  }
  return null;
}

function splitAt(text: string, word: "AND" | "OR"): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { start } of wordsOf(text)) {
    if (!text.startsWith(`${word} `, start) || text[start - 1] !== " ") continue;
    parts.push(text.slice(from, start).trim());
    from = start + word.length;
  }
  return [...parts, text.slice(from).trim()];
}

/** Where words begin that stand outside of brackets and quotes. */
function* wordsOf(text: string): Generator<{ readonly start: number }> {
  let depth = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    else if (depth === 0 && (i === 0 || text[i - 1] === " ")) yield { start: i };
  }
}

/** Without brackets around all of it. */
export function unwrapped(text: string): string {
  let own = text.trim();
  while (own.startsWith("(") && closingBracket(own) === own.length - 1) own = own.slice(1, -1).trim();
  return own;
}

/** Where the bracket closes that the text begins with; -1: nowhere. */
export function closingBracket(text: string): number {
  let depth = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return i;
  }
  return -1;
}
