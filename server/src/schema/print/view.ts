import { quoteIdentifier } from "../../sql/identifiers";
import { viewExtras } from "../apply/extras";
import { relationKey, typeKey, type TrackedView } from "../keys";
import type { View } from "../model";
import { needsOfReference, needsOfSchema, needsOfSource } from "./needs";
import type { Item } from "./script";
import { printSource } from "./source";
import { columnList, nameText, optionList } from "./text";

export function viewItem(view: TrackedView, relation: View): Item {
  return {
    rank: "view",
    name: `${relation.schema}.${relation.name}`,
    sql: [createViewText(view, relation), ...defaultTexts(relation)].join("\n"),
    provides: [relationKey(relation), typeKey(relation)],
    needs: [...needsOfSchema(relation), ...relation.dependsOn.flatMap(needsOfReference), ...needsOfSource(relation.definition)].filter((key) => key !== relationKey(relation)),
  };
}

function defaultTexts(relation: View): string[] {
  return Object.entries(viewExtras(relation).defaults ?? {}).map(([column, value]) => `ALTER VIEW ${nameText(relation)} ALTER COLUMN ${quoteIdentifier(column)} SET DEFAULT ${value};`);
}

export function createViewText(view: TrackedView, relation: View): string {
  const columns = relation.columns.length > 0 ? ` ${columnList(relation.columns)}` : "";
  const options = relation.options.length > 0 ? ` WITH ${optionList(relation.options)}` : "";
  const tail = relation.materialized && !relation.populated ? "\nWITH NO DATA" : "";
  return `CREATE ${relation.materialized ? "MATERIALIZED " : ""}VIEW ${nameText(relation)}${columns}${options} AS\n${printSource(view, relation.definition)}${tail};`;
}
