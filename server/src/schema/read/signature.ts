import type { FunctionParameter, Node, ObjectType, ObjectWithArgs, RoleSpec, TypeName } from "@pgsql/types";
import type { FunctionSignature, ObjectName } from "../changes";
import { allOf, as, stringsOf } from "./nodes";
import { objectNameAt } from "./names";
import { roleName } from "./options";
import { closingOf, find, isMark, isOneOf, rangeOf, tokenText, type Source } from "./source";
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
export function operatorOrName(source: Source, index: number, parts: readonly string[]): ObjectName {
  const name = objectNameAt(source, index, parts);
  const operator = parts.at(-1) ?? "";
  for (let i = index; i < index + 2 * parts.length; i++) {
    if (tokenText(source, i) === operator) return { ...name, range: { start: name.range.start, end: source.tokens[i]!.end } };
  }
  return name;
}

/** The name of an object that DROP, ALTER or COMMENT ON names at a token, whatever its node is. */
export function readObject(source: Source, index: number, type: ObjectType | undefined, node: Node | undefined): ObjectName | FunctionSignature {
  if (node === undefined) return objectNameAt(source, index);
  if ("ObjectWithArgs" in node) return readSignature(source, index, node.ObjectWithArgs);
  if ("String" in node) return objectNameAt(source, index, [node.String.sval ?? ""]);
  if ("TypeName" in node) return objectNameAt(source, index, stringsOf(node.TypeName.names));
  const items = as(node, "List")?.items ?? [];
  switch (type) {
    case "OBJECT_OPCLASS":
    case "OBJECT_OPFAMILY":
      // Their access method comes first.
      return objectNameAt(source, index, stringsOf(items.slice(1)));
    case "OBJECT_CAST":
      return unnamed(source, index, castName(as(items[0], "TypeName"), as(items[1], "TypeName")));
    case "OBJECT_TRANSFORM":
      return unnamed(source, index, transformName(as(items[0], "TypeName"), stringsOf(items.slice(1))[0] ?? ""));
    default:
      return items.length > 0 ? objectNameAt(source, index, stringsOf(items)) : objectNameAt(source, index);
  }
}

/** What stands for the name of an object that has none. */
export function castName(from: TypeName | undefined, to: TypeName | undefined): string {
  return `(${typeText(from)} AS ${typeText(to)})`;
}

export function transformName(type: TypeName | undefined, language: string): string {
  return `FOR ${typeText(type)} LANGUAGE ${language}`;
}

export function userMappingName(user: RoleSpec | undefined, server: string | undefined): string {
  return `FOR ${user === undefined ? "" : roleName({ RoleSpec: user })} SERVER ${server ?? ""}`;
}

/** `(a AS b)`, `FOR type LANGUAGE x`: the words that tell which one is meant. */
export function unnamed(source: Source, index: number, name: string): ObjectName {
  let to = isMark(source, index, "(") ? closingOf(source, index) + 1 : index + 1;
  if (isOneOf(source, index, "for")) {
    const rest = { from: index, to: source.last };
    const word = Math.max(find(source, rest, "language"), find(source, rest, "server"));
    if (word >= 0) to = word + 2;
  }
  return { schema: null, name, range: rangeOf(source, { from: index, to }) };
}
