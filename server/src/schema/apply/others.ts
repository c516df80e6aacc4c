// Objects that are only kept to be printed again: the statements that made them, in order.

import type { Change, ObjectName } from "../changes";
import { otherKey } from "../keys";
import type { OtherObject, QualifiedName, SourceText } from "../model";
import type { Key } from "../store";
import { qualified } from "../view";
import type { Range } from "../../text/range";
import { sameName, type ApplyContext } from "./context";
import { freeName, joinColumns } from "./names";

/** Kinds that live in a schema. */
const inSchema = new Set(["collation", "conversion", "operator", "operator class", "operator family", "statistics", "text search configuration", "text search dictionary", "text search parser", "text search template", "type"]);

export function other(context: ApplyContext, change: Extract<Change, { change: "other" }>): void {
  const definition = context.resolveSource(change.definition);
  const isNew = /^create\b/i.test(definition.text);
  const name = placeOf(context, change, definition);
  const existing = isNew ? undefined : (find(context, change.type, name) ?? undefined);
  putOther(context, {
    kind: "other",
    type: change.type,
    name: name.name,
    schema: name.schema === "" ? null : name.schema,
    definitions: [...(existing?.definitions ?? []), definition],
    ...(existing ? { origin: existing.origin, createdIn: existing.createdIn, comment: existing.comment, changed: context.place(change.range) } : context.declared(change.range)),
  });
}

/** Rules have their names table by table: the table stands for the schema. */
function placeOf(context: ApplyContext, change: Extract<Change, { change: "other" }>, definition: SourceText): QualifiedName {
  if (change.type === "rule" && change.on) return { schema: qualified(context.resolve(change.on)), name: change.name.name };
  if (!inSchema.has(change.type)) return { schema: "", name: change.name.name };
  if (change.name.name !== "" || !change.on) return context.creationName(change.name);
  const table = context.resolve(change.on);
  const taken = (name: string): boolean => find(context, change.type, { schema: table.schema, name }) !== undefined;
  return { schema: table.schema, name: freeName(table.name, joinColumns(statisticsColumns(definition.text)), "stat", taken) };
}

/** What CREATE STATISTICS is on, as it names itself after that (ChooseExtendedStatisticNameAddition). */
function statisticsColumns(text: string): string[] {
  const list = /\bon\s+(.*?)\s+from\b/is.exec(text)?.[1] ?? "";
  return list.split(/,(?![^(]*\))/).map((item) => (/^\s*("[^"]+"|[\w$]+)\s*$/.exec(item)?.[1] ?? "expr").replace(/^"(.*)"$/, "$1"));
}

const keyOf = (object: Pick<OtherObject, "type" | "schema" | "name">): Key => otherKey(object.type, { schema: object.schema ?? "", name: object.name });

function find(context: ApplyContext, type: string, name: QualifiedName): OtherObject | undefined {
  return context.writer.get(otherKey(type, name)) as OtherObject | undefined;
}

function putOther(context: ApplyContext, object: OtherObject): void {
  context.writer.set(keyOf(object), object);
}

export function removeOther(context: ApplyContext, object: OtherObject): void {
  context.writer.set(keyOf(object), undefined);
}

/** An object by its name alone, where the statement's kind is not known to the schema. */
export function keptObject(context: ApplyContext, name: Pick<ObjectName, "schema" | "name">): OtherObject | undefined {
  return context.others().find((object) => object.name === name.name && (name.schema === null || object.schema === null || object.schema === name.schema));
}

/** A statement that changes the object is printed after those that made it. */
export function keepStatement(context: ApplyContext, object: OtherObject, range: Range): void {
  putOther(context, { ...object, definitions: [...object.definitions, { text: context.text(range), names: [] }], changed: context.place(range) });
}

/** Statistics and rules go with their table. */
export function dropOthersOf(context: ApplyContext, relation: QualifiedName): void {
  for (const object of context.others()) {
    if ((object.type === "statistics" || object.type === "rule") && isOn(object, relation)) removeOther(context, object);
  }
}

/** Statistics go with a column that they are on. */
export function dropStatisticsOf(context: ApplyContext, relation: QualifiedName, column: string): void {
  for (const object of context.others()) {
    if (object.type !== "statistics" || !isOn(object, relation)) continue;
    if (statisticsColumns(object.definitions[0]?.text ?? "").includes(column)) removeOther(context, object);
  }
}

export function isOn(object: OtherObject, relation: QualifiedName): boolean {
  return object.definitions[0]?.names.some(({ refers }) => refers.kind === "relation" && sameName(refers.name, relation)) === true;
}
