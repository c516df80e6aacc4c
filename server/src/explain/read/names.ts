// The kinds of EXPLAIN's properties, for the formats that do not tell a text from a number. A name that is not here is
// taken for a number where its value is written as one.

const texts = new Set([
  "Node Type", "Parent Relationship", "Subplan Name", "Strategy", "Partial Mode", "Operation", "Custom Plan Provider", "Scan Direction", "Command", "Join Type",
  "Schema", "Alias", "Relation Name", "Index Name", "Function Name", "Table Function Name", "CTE Name", "Tuplestore Name",
  "Filter", "Join Filter", "Index Cond", "Recheck Cond", "Order By", "TID Cond", "Hash Cond", "Merge Cond", "One-Time Filter", "Run Condition", "Conflict Filter", "Function Call", "Table Function Call",
  "Cache Key", "Cache Mode", "Window", "Sort Method", "Sort Space Type", "Storage", "Sampling Method", "Repeatable Seed", "Conflict Resolution",
  "Remote SQL", "Relations", "Foreign File", "Foreign Program", "Query Text", "Query Parameters", "Trigger Name", "Constraint Name", "Relation", "Format",
]);

const booleans = new Set(["Parallel Aware", "Async Capable", "Single Copy", "Inner Unique", "Disabled"]);

const lists = new Set(["Output", "Sort Key", "Presorted Key", "Group Key", "Conflict Arbiter Indexes", "Params Evaluated", "Sampling Parameters", "Sort Methods Used"]);

export function isListName(name: string): boolean {
  return lists.has(name);
}

/** A single value as JSON has it. */
export function valueOf(name: string, text: string): string | number | boolean {
  if (texts.has(name)) return text;
  if (booleans.has(name)) return text === "true";
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text) ? Number(text) : text;
}

/** Items of a list that stand on one line; a comma inside of an expression or a quoted name ends none. */
export function itemsOf(text: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "(" || character === "[" || character === "{") depth++;
    else if (character === ")" || character === "]" || character === "}") depth--;
    else if (character === "," && depth <= 0 && text[i + 1] === " ") {
      items.push(text.slice(start, i));
      start = i + 2;
    }
  }
  return [...items, text.slice(start)];
}
