// What is left of an original in what was made for others of it.

import type { PlanValue } from "../../../server/src/explain/plan";
import { isGroup, isList } from "../../../server/src/explain/properties";
import { isReserved, quoteIdentifier } from "../../../server/src/sql/identifiers";
import { isBuiltInFunction, isBuiltInType } from "../../../server/src/explain/builtIn";
import { tokenize } from "../../../server/src/sql/lexer";

/** Every text of a plan, with the name that it stands under. */
export function* textsIn(value: PlanValue, name = ""): Generator<readonly [name: string, text: string]> {
  if (typeof value === "string") yield [name, value];
  else if (isList(value)) for (const each of value) yield* textsIn(each, name);
  else if (isGroup(value)) for (const [inner, each] of Object.entries(value)) yield* textsIn(each, inner);
}

const made = /^(?:schema|table|alias|cte|column|index|function|type|collation|trigger|constraint|window|setting|file|value)_\d+$/;
const closed = new Set(["Node Type", "Parent Relationship", "Strategy", "Partial Mode", "Operation", "Custom Plan Provider", "Table Function Name", "Scan Direction", "Command", "Join Type", "Cache Mode", "Sort Method", "Sort Methods Used", "Sort Space Type", "Storage", "Conflict Resolution", "Format", "Schema"]);
const plain = new Set("hashed or alternatives Aggregate on ctid tableoid public pg_catalog excluded old new SubPlan InitPlan CTE auth uid returns varying precision with without zone bernoulli system auto ANY_subquery unnamed_subquery unnamed_join".split(" "));

/** Words that are neither Postgres's nor a replacement; empty: nothing is left. */
export function foreignWords(value: PlanValue): readonly string[] {
  return [...textsIn(value)].flatMap(([name, text]) =>
    closed.has(name) || /^\*[A-Z]+\*(?: \d+)?$/.test(text)
      ? []
      : tokenize(text).flatMap((token) => {
          const word = text.slice(token.start, token.end);
          if (token.kind === "string" || token.kind === "quoted") return isHarmless(word) ? [] : [`${name}: ${word}`];
          if (token.kind !== "word") return [];
          const own = made.test(word) || plain.has(word) || /^[A-Z_]+$/.test(word) || isReserved(word.toLowerCase()) || quoteIdentifier(word.toLowerCase()) !== word.toLowerCase() || isBuiltInFunction(word) || isBuiltInType(word) || /^col\d+$/.test(word) || isQueryWord(name, word) || isSetting(name, text);
          return own ? [] : [`${name}: ${word}`];
        }),
  );
}

function isHarmless(word: string): boolean {
  if (/^"(?:C|POSIX|default|char|bit|time|timestamp|interval|numeric|\*[A-Z]+\*(?: \d+)?)"$/.test(word)) return true;
  const body = word.slice(1, -1);
  return /^(?:|[tf]|true|false|NULL|%|[%_^]?value_\d+[%$]?|-?\d+|\{.*\}(?:\/\d+)?|\[[0,]*\])$/.test(body) && (!body.startsWith("{") || body.slice(1).replace(/\}.*$/, "").split(",").every((each) => isHarmless(`'${each}'`)));
}

function isQueryWord(name: string, word: string): boolean {
  return (name === "Query Text" || name === "Remote SQL" || name === "query") && /^(?:by|first|last|next|nulls|key|share|row|rows|range|groups|conflict|nothing|matched|source|target|at|zone|locked|others|ties|recursive|materialized|ordinality|insert|update|delete|merge|set|over|partition|filter|within|preceding|following|unbounded|current|skip|nowait|no|rollup|cube|sets|repeatable|year|month|day|hour|minute|second|epoch)$/i.test(word);
}

function isSetting(name: string, text: string): boolean {
  return /^[a-z_]+(?:\.[a-z_]+)?$/.test(name) && /^(?:on|off|auto|[\d.]+ ?(?:B|kB|MB|GB|TB|us|ms|s|min|h|d)?)$/.test(text);
}

/** Those of `words` that stand in a text as a word, where it is no type and no call of a function of Postgres. */
export function left(value: PlanValue, words: readonly string[]): readonly string[] {
  const wanted = new Set(words);
  return [...textsIn(value)].flatMap(([name, text]) => {
    if (closed.has(name)) return [];
    const bare = text.replace(/::(?:"[^"]*"|[\w ]+)(?:\(\d+(?:,\d+)?\))?(?:\[\])?/g, "").replace(/\b[a-z_][\w]*(?=\()/g, (called) => (isBuiltInFunction(called) ? "" : called)).replace(/(?:SubPlan|InitPlan) \d+/g, "").replace(/'(?:\{\}|[^']*)\/\d+'/g, "");
    return (bare.match(/[\w$\u0080-\uffff]+(?: [\w$]+)*/g) ?? []).flatMap((part) => [part, ...part.split(" ")]).filter((word) => wanted.has(word)).map((word) => `${name}: ${word} in ${text}`);
  });
}
