import type { Node } from "@pgsql/types";
import { walk } from "./walk";

/**
 * Makes a tree of grammar 15, 16 or 17 read like one of 18, where a reader would otherwise have to know the version.
 * Changes the tree in place.
 */
export function normalize(node: Node, json: string): Node {
  if (!json.includes('"CONSTR_')) return node;
  walk(node, (kind, value) => {
    if (kind !== "Constraint") return;
    const constraint = value as { contype?: string; is_enforced?: boolean; initially_valid?: boolean };
    const { contype } = constraint;
    if (contype === "CONSTR_NOTNULL") constraint.initially_valid = true;
    if (contype === "CONSTR_NOTNULL" || contype === "CONSTR_CHECK" || contype === "CONSTR_FOREIGN") constraint.is_enforced = true;
  });
  return node;
}
