// A type under another name or in another schema: columns, signatures and casts follow.

import { quoteIdentifier } from "../../sql/identifiers";
import type { DataType, Function, QualifiedName } from "../model";
import type { ApplyContext } from "./context";
import { renameInTexts } from "./renameTexts";

export function moveType(context: ApplyContext, from: QualifiedName, to: (name: QualifiedName) => QualifiedName): void {
  const target = to({ schema: from.schema, name: from.name });
  const type = context.type(from);
  const relation = context.relation(from);
  if (context.type(target) || context.relation(target)) return;
  if (type) {
    context.removeType(from);
    context.putType({ ...type, ...target });
  } else if (relation?.kind === "composite") {
    context.removeRelation(from);
    context.putRelation({ ...relation, ...target });
  } else return;
  renameInTexts(context, { kind: "type", name: from }, { kind: "type", name: target });
  retype(context, from, target);
}

/** What is of the type says so under its new name. */
export function retype(context: ApplyContext, from: QualifiedName, to: QualifiedName): void {
  const isIt = (type: DataType): boolean => type.name === from.name && type.schema === from.schema;
  const renamed = (type: DataType): DataType => (isIt(type) ? { ...type, ...to, text: typeText(to) + (type.array ? "[]" : "") } : type);
  for (const relation of context.relations()) {
    if (relation.kind === "table" && relation.columns.some((column) => isIt(column.type))) {
      context.putRelation({ ...relation, columns: relation.columns.map((column) => (isIt(column.type) ? { ...column, type: renamed(column.type) } : column)) });
    } else if (relation.kind === "composite" && relation.attributes.some((attribute) => isIt(attribute.type))) {
      context.putRelation({ ...relation, attributes: relation.attributes.map((attribute) => ({ ...attribute, type: renamed(attribute.type) })) });
    }
  }
  for (const type of context.types()) if (type.kind === "domain" && isIt(type.type)) context.putType({ ...type, type: renamed(type.type) });
  const before = typeText(from);
  const inSignature = (text: string): string => (text === before || text === `${before}[]` || text === `SETOF ${before}` ? text.replace(before, () => typeText(to)) : text);
  for (const routine of context.allFunctions()) {
    if (![...routine.arguments, routine.returns ?? ""].some((text) => inSignature(text) !== text)) continue;
    context.putFunctions(
      routine,
      context.functions(routine).map((overload): Function => ({ ...overload, arguments: overload.arguments.map(inSignature), returns: overload.returns === null ? null : inSignature(overload.returns) })),
    );
  }
}

function typeText(name: QualifiedName): string {
  return name.schema === "public" ? quoteIdentifier(name.name) : `${quoteIdentifier(name.schema)}.${quoteIdentifier(name.name)}`;
}
