// Which functions a node calls itself, for each of its rows.

import type { PlanNode } from "../../plan";
import { isList, textOf } from "../../properties";

/** Postgres's own that take next to nothing for a row, and those that are no call: what is named has to be worth a look. */
const cheap =
  /^(?:abs|age|any|all|array|array_agg|array_length|array_position|avg|bool_and|bool_or|btrim|bit_and|bit_or|cardinality|cast|ceil|ceiling|char_length|coalesce|concat|concat_ws|count|cume_dist|current_setting|date|date_part|date_trunc|dense_rank|every|exists|extract|first_value|floor|format|greatest|hash\w+|in|initcap|json_agg|json_build_array|json_build_object|json_object_agg|jsonb_agg|jsonb_array_length|jsonb_build_array|jsonb_build_object|jsonb_object_agg|lag|last_value|lead|least|left|length|lower|lpad|ltrim|make_date|make_interval|max|md5|min|mod|nextval|now|nth_value|ntile|nullif|numeric|octet_length|over|partial|percent_rank|percentile_cont|percentile_disc|position|power|random|rank|repeat|replace|reverse|right|round|row|row_number|row_to_json|rpad|rtrim|sign|split_part|sqrt|starts_with|stddev\w*|string_agg|string_to_array|strpos|substr|substring|sum|timestamp|timezone|to_char|to_date|to_json|to_jsonb|to_number|to_timestamp|translate|trim|trunc|unnest|upper|values|var\w+|varchar|width_bucket)$/;

/** As they are written, without Postgres's cheap ones. What a child has computed already stands in parentheses of its own. */
export function computedCalls({ properties }: PlanNode): readonly string[] {
  const output = properties["Output"];
  const items = isList(output) ? output.filter((item) => typeof item === "string") : [];
  const computed = [...items.filter((item) => !isFromBelow(item)), ...["Filter", "Join Filter", "One-Time Filter"].flatMap((name) => textOf(properties, name) ?? [])];
  return [...new Set(computed.flatMap(callsIn))];
}

/** "(spent(id))", "((a + b))": an expression is printed with parentheses once where it is computed, and once more above. */
function isFromBelow(item: string): boolean {
  return /^\(\(.*\)\)$/s.test(item) || /^\((?:\w+\.|"[^"]+"\.)*(?:\w+|"[^"]+")\(.*\)\)$/s.test(item);
}

function callsIn(expression: string): readonly string[] {
  const bare = expression.replace(/'(?:[^']|'')*'/g, "''");
  return [...bare.matchAll(/((?:\w+|"[^"]+")\.)?(\w+|"[^"]+")\(/g)].flatMap(([, schema = "", name]) => (/^\d/.test(name!) || (schema === "" && cheap.test(name!.toLowerCase())) ? [] : [`${schema}${name!}`]));
}
