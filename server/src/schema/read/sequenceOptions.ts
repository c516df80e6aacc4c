import type { Node } from "@pgsql/types";
import type { Option } from "../model";
import { allOf, as, stringsOf } from "./nodes";
import { quoteQualified } from "../../sql/identifiers";
import { valueText } from "./options";
import { typeText } from "./types";

/**
 * START, INCREMENT, ... of a sequence or an identity column. NO MINVALUE and NO MAXVALUE have the value `none`, a
 * RESTART without a number has `` ``. OWNED BY and the sequence's generation kind are no options.
 */
export function readSequenceOptions(nodes: readonly Node[] | undefined): Option[] {
  return allOf(nodes, "DefElem").flatMap(({ defname, arg }) => {
    const name = defname ?? "";
    if (name === "owned_by" || name === "generated") return [];
    if (name === "as") return [{ name, value: typeText(as(arg, "TypeName")) }];
    if (name === "sequence_name") return [{ name, value: quoteQualified(stringsOf(as(arg, "List")?.items)) }];
    if (arg === undefined) return [{ name, value: name === "restart" ? "" : "none" }];
    return [{ name, value: valueText(arg) }];
  });
}
