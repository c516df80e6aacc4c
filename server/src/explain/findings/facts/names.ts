import { countText } from "../../numbers";
import type { PlanNode } from "../../plan";
import { numberOf, textOf } from "../../properties";
import { nodesOf } from "../../tree";
import { quoteIdentifier } from "../../../sql/identifiers";

/** What a node reads, as a message calls it: the table, else the kind of node. */
export function subjectOf(node: PlanNode): string {
  return textOf(node.properties, "Relation Name") ?? textOf(node.properties, "CTE Name") ?? textOf(node.properties, "Function Name") ?? node.type;
}

/** A relation as SQL writes it: with its schema, where that is told and is not `public`. */
export function relationSql({ properties }: PlanNode): string | null {
  const name = textOf(properties, "Relation Name");
  const schema = textOf(properties, "Schema");
  if (name === null) return null;
  return schema === null || schema === "public" ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** "1 row", "2,000 rows" */
export function rowsText(rows: number): string {
  const count = Math.round(rows);
  return `${countText(count)} ${count === 1 ? "row" : "rows"}`;
}

export function timesText(count: number): string {
  return count === 1 ? "once" : `${countText(count)} times`;
}

/** The tables below a node, each once. */
export function relationsBelow(node: PlanNode): readonly string[] {
  return [...new Set(nodesOf(node).flatMap(({ properties }) => textOf(properties, "Relation Name") ?? []))];
}

export function joinedWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`;
}

/** How far an estimate is off: 10 is ten times too many or too few; of rows of one loop. Null: it never ran. */
export function misestimate({ properties }: PlanNode): { readonly factor: number; readonly under: boolean } | null {
  const estimated = numberOf(properties, "Plan Rows");
  const actual = numberOf(properties, "Actual Rows");
  if (estimated === null || actual === null || numberOf(properties, "Actual Loops") === 0) return null;
  const [low, high] = [Math.max(1, Math.min(estimated, actual)), Math.max(1, estimated, actual)];
  return { factor: high / low, under: actual > estimated };
}

/** As a sentence begins. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
