import type { PlanValue } from "../plan";
import { itemsOf } from "./names";

/** "Group Key: a, b", "Hash Key: a" or "Sort Key: b" of an aggregate. */
export interface GroupingLine {
  readonly name: "Group Key" | "Hash Key" | "Sort Key";
  readonly value: string;
}

type Properties = Record<string, PlanValue>;

/** One key is told as it is; several are grouping sets: those of one order stand together, each hashed one alone. */
export function groupingSets(lines: readonly GroupingLine[]): Properties {
  const [first] = lines;
  if (lines.length === 1 && first!.name === "Group Key" && first!.value !== "()") return { "Group Key": itemsOf(first!.value) };
  const sets: Properties[] = [];
  for (const { name, value } of lines) {
    const last = sets.at(-1);
    const key = value === "()" ? [] : itemsOf(value);
    if (name === "Sort Key") sets.push({ "Sort Key": key });
    else if (name === "Hash Key") sets.push({ "Hash Keys": [key] });
    else if (last && !("Hash Keys" in last)) last["Group Keys"] = [...((last["Group Keys"] ?? []) as PlanValue[]), key];
    else sets.push({ "Group Keys": [key] });
  }
  return { "Grouping Sets": sets };
}
