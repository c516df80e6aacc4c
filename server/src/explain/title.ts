// A node in the words of FORMAT TEXT: "Index Scan Backward using orders_pkey on orders o", as explain.c puts them together.

import type { PlanNode, PlanProperties } from "./plan";
import { isTrue, textOf } from "./properties";
import { quoteIdentifier } from "../sql/identifiers";

/** What a node works on, by the name that its kind has for it; see ExplainTargetRel. */
const objectNames = ["Relation Name", "Function Name", "Table Function Name", "CTE Name", "Tuplestore Name"] as const;

const aggregates: Readonly<Record<string, string>> = { Plain: "Aggregate", Sorted: "GroupAggregate", Hashed: "HashAggregate", Mixed: "MixedAggregate" };

export function titleOf({ type, properties }: PlanNode): string {
  const parallel = isTrue(properties, "Parallel Aware") ? "Parallel " : "";
  const async = isTrue(properties, "Async Capable") ? "Async " : "";
  return `${parallel}${async}${nameOf(type, properties)}${indexOf(type, properties)}${targetOf(properties)}`;
}

function nameOf(type: string, properties: PlanProperties): string {
  switch (type) {
    case "Nested Loop":
    case "Hash Join":
    case "Merge Join":
      return joinName(type, textOf(properties, "Join Type") ?? "Inner");
    case "Aggregate": {
      const mode = textOf(properties, "Partial Mode") ?? "Simple";
      const name = aggregates[textOf(properties, "Strategy") ?? "Plain"] ?? type;
      return mode === "Simple" ? name : `${mode} ${name}`;
    }
    case "SetOp": {
      const command = textOf(properties, "Command");
      return `${textOf(properties, "Strategy") === "Hashed" ? "HashSetOp" : "SetOp"}${command === null ? "" : ` ${command}`}`;
    }
    case "ModifyTable":
      return textOf(properties, "Operation") ?? type;
    case "Foreign Scan": {
      const operation = textOf(properties, "Operation") ?? "Select";
      return operation === "Select" ? type : `Foreign ${operation}`;
    }
    case "Custom Scan": {
      const provider = textOf(properties, "Custom Plan Provider");
      return provider === null ? type : `${type} (${provider})`;
    }
    default:
      return type;
  }
}

/** The kind of join stands inside of the name, but that of an inner one. */
function joinName(type: string, kind: string): string {
  if (kind === "Inner") return type;
  return `${type === "Nested Loop" ? type : type.replace(/ Join$/, "")} ${kind} Join`;
}

function indexOf(type: string, properties: PlanProperties): string {
  const index = textOf(properties, "Index Name");
  if (index === null) return "";
  if (type === "Bitmap Index Scan") return ` on ${quoteIdentifier(index)}`;
  return `${textOf(properties, "Scan Direction") === "Backward" ? " Backward" : ""} using ${quoteIdentifier(index)}`;
}

/** " on app.orders o"; empty where a node has no target. Entries of "Target Tables" have the same properties. */
export function targetOf(properties: PlanProperties): string {
  const name = objectNames.map((each) => textOf(properties, each)).find((each) => each !== null) ?? null;
  const alias = textOf(properties, "Alias");
  if (name === null && alias === null) return "";
  const schema = textOf(properties, "Schema");
  const object = name === null ? "" : ` ${schema === null ? "" : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name)}`;
  return ` on${object}${alias === null || alias === name ? "" : ` ${quoteIdentifier(alias)}`}`;
}
