import type { FunctionParameter, Node, ObjectWithArgs } from "@pgsql/types";
import type { FunctionSignature, ObjectName } from "../changes";
import { allOf, as, stringsOf } from "./nodes";
import { objectNameAt } from "./names";
import { closingOf, isMark, isOneOf, tokenText, type Source } from "./source";
import { typeText } from "./types";

/** Whether a parameter is one that a caller passes in: what tells overloads apart. */
export function isInput({ mode }: FunctionParameter): boolean {
  return mode !== "FUNC_PARAM_OUT" && mode !== "FUNC_PARAM_TABLE";
}

export function inputTypes(parameters: readonly Node[] | undefined): string[] {
  return allOf(parameters, "FunctionParameter")
    .filter(isInput)
    .map((parameter) => typeText(parameter.argType));
}

/** A function with its argument types as DROP, ALTER, GRANT and COMMENT ON name it, at a token. */
export function readSignature(source: Source, index: number, node: ObjectWithArgs): FunctionSignature {
  const parameters = node.objfuncargs;
  const types = parameters === undefined ? (node.objargs ?? []).map((type) => typeText(as(type, "TypeName"))) : inputTypes(parameters);
  return { ...operatorOrName(source, index, stringsOf(node.objname)), arguments: node.args_unspecified === true ? null : types };
}

/** An operator's name is no identifier. */
function operatorOrName(source: Source, index: number, parts: readonly string[]): ObjectName {
  const name = objectNameAt(source, index, parts);
  const operator = parts.at(-1) ?? "";
  for (let i = index; i < index + 6; i++) {
    if (tokenText(source, i) === operator) return { ...name, range: { start: name.range.start, end: source.tokens[i]!.end } };
  }
  return name;
}

/** The name of an object that DROP, ALTER or COMMENT ON names at a token, whatever its node is. */
export function readObject(source: Source, index: number, node: Node | undefined): ObjectName | FunctionSignature {
  if (node === undefined) return objectNameAt(source, index);
  if ("ObjectWithArgs" in node) return readSignature(source, index, node.ObjectWithArgs);
  if ("String" in node) return objectNameAt(source, index, [node.String.sval ?? ""]);
  if ("TypeName" in node) return objectNameAt(source, index, stringsOf(node.TypeName.names));
  if ("RoleSpec" in node) return objectNameAt(source, index);
  const items = as(node, "List")?.items ?? [];
  // Operator classes and families carry their access method first; a cast and a transform have types.
  if (items.every((item) => "String" in item) && items.length > 0) return objectNameAt(source, index, stringsOf(items));
  return unnamed(source, index);
}

/** A cast, transform or large object has no name: its words stand for it. */
function unnamed(source: Source, index: number): ObjectName {
  let to = isMark(source, index, "(") ? closingOf(source, index) + 1 : index + 1;
  while (isOneOf(source, index, "for") && to < source.last && !isOneOf(source, to, "cascade", "restrict", "is")) to++;
  const start = source.tokens[index]?.start ?? 0;
  const end = source.tokens[to - 1]?.end ?? source.text.length;
  return { schema: null, name: source.text.slice(start, end), range: { start, end } };
}
