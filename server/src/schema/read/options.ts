import type { DefElem, Node } from "@pgsql/types";
import { quoteQualified } from "../../sql/identifiers";
import type { Option } from "../model";
import { allOf, as, stringsOf } from "./nodes";

/** Options as name and value; one without a value is `true`, as Postgres reads it. */
export function readOptions(nodes: readonly Node[] | undefined): Option[] {
  return allOf(nodes, "DefElem").map(readOption);
}

function readOption(option: DefElem): Option {
  const name = option.defname ?? "";
  return {
    name: option.defnamespace === undefined ? name : `${option.defnamespace}.${name}`,
    value: option.arg === undefined ? "true" : valueText(option.arg),
  };
}

/** A constant, a keyword or a name as an option's value. Strings come without quotes. */
export function valueText(node: Node | undefined): string {
  if (node === undefined) return "";
  const constant = as(node, "A_Const");
  if (constant !== undefined) {
    if (constant.isnull === true) return "null";
    if (constant.boolval !== undefined) return String(constant.boolval.boolval ?? false);
    if (constant.ival !== undefined) return String(constant.ival.ival ?? 0);
    return constant.fval?.fval ?? constant.sval?.sval ?? constant.bsval?.bsval ?? "";
  }
  if ("Integer" in node) return String(node.Integer.ival ?? 0);
  if ("Float" in node) return node.Float.fval ?? "0";
  if ("Boolean" in node) return String(node.Boolean.boolval ?? false);
  if ("String" in node) return node.String.sval ?? "";
  if ("TypeCast" in node) return valueText(node.TypeCast.arg);
  if ("TypeName" in node) return stringsOf(node.TypeName.names).join(".");
  if ("ColumnRef" in node) return stringsOf(node.ColumnRef.fields).join(".");
  if ("RoleSpec" in node) return roleName(node);
  if ("List" in node) return (node.List.items ?? []).map(valueText).join(", ");
  return "";
}

/** A role as named: `public` for everyone, `current_user` and the like as words. */
export function roleName(node: Node | undefined): string {
  const role = as(node, "RoleSpec");
  switch (role?.roletype) {
    case "ROLESPEC_PUBLIC":
      return "public";
    case "ROLESPEC_CURRENT_ROLE":
      return "current_role";
    case "ROLESPEC_CURRENT_USER":
      return "current_user";
    case "ROLESPEC_SESSION_USER":
      return "session_user";
    default:
      return role?.rolename ?? "";
  }
}

/** A collation or operator class as it can be written again; null where none is given. */
export function qualifiedText(nodes: readonly Node[] | undefined): string | null {
  return nodes === undefined || nodes.length === 0 ? null : quoteQualified(stringsOf(nodes));
}

/** Whether a list has an option that is not said to be off (defGetBoolean). */
export function isOn(nodes: readonly Node[] | undefined, name: string): boolean {
  const option = allOf(nodes, "DefElem").find(({ defname }) => defname === name);
  return option !== undefined && !["false", "off", "0"].includes(valueText(option.arg).toLowerCase());
}
