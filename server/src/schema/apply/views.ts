// Views, sequences, and what is only kept to be printed again.

import type { Change } from "../changes";
import { extensionKey, schemaKey } from "../keys";
import type { ObjectReference, Sequence, View } from "../model";
import type { ApplyContext } from "./context";
import { outputNames, starEdits } from "./columnText";
import { ownedAtCreation } from "./grants";
import { editSource } from "./renameText";
import { countingBy } from "./sequences";
import { namesInSource } from "./texts";
import { mergeOptions } from "./options";
import { ownedOf } from "./roles";

export function createView(context: ApplyContext, change: Extract<Change, { change: "createView" }>): void {
  const name = context.creationName(change.name, change.temporary);
  const existing = context.relation(name);
  if (existing && (change.ifNotExists || !change.replace || existing.kind !== "view")) {
    if (!change.ifNotExists) context.problem(change.name.range, `relation ${name.schema}.${name.name} exists already`, "42P07");
    return;
  }
  const written = context.resolveSource(change.definition);
  const names = namesInSource(context, written);
  const stars = starEdits(written.text, names);
  const definition = stars.length === 0 ? written : editSource(written, stars);
  const reads = change.reads.map((read): ObjectReference => ({ kind: "relation", name: context.resolve(read) }));
  const columns = definition.names.flatMap(({ refers }) => (refers.kind === "column" ? [refers] : []));
  const view: View = {
    kind: "view",
    ...name,
    materialized: change.materialized,
    columns: change.columns ?? outputNames(definition.text) ?? [],
    definition,
    options: change.options,
    dependsOn: [...reads, ...columns],
    indexes: [],
    populated: change.withData,
    ...(existing?.kind === "view" ? ownedOf(existing) : ownedAtCreation(context, name.schema, "tables")),
    triggers: existing?.kind === "view" ? existing.triggers : [],
    rules: [],
    ...context.declared(change.range),
    ...(existing?.kind === "view" ? { comment: existing.comment, createdIn: existing.createdIn, origin: existing.origin, changed: context.place(change.range) } : {}),
  };
  context.putRelation(view);
}

export function createSequence(context: ApplyContext, change: Extract<Change, { change: "createSequence" }>): void {
  const name = context.creationName(change.name, change.temporary);
  if (context.relation(name)) {
    if (!change.ifNotExists) context.problem(change.name.range, `relation ${name.schema}.${name.name} exists already`, "42P07");
    return;
  }
  context.putRelation({
    kind: "sequence",
    ...name,
    type: change.options.find((option) => option.name === "as")?.value ?? "bigint",
    options: change.options.filter((option) => option.name !== "as"),
    ownedBy: change.ownedBy ? { table: context.resolve(change.ownedBy.table), column: change.ownedBy.column } : null,
    implicit: false,
    ...ownedAtCreation(context, name.schema, "sequences"),
    ...context.declared(change.range),
  });
}

export function alterSequence(context: ApplyContext, change: Extract<Change, { change: "alterSequence" }>): void {
  const sequence = context.relation(context.resolve(change.name));
  if (sequence?.kind !== "sequence") return;
  const type = change.options.find((option) => option.name === "as")?.value;
  if (change.ownedBy !== null && sequence.implicit) keepDefaultOf(context, sequence);
  const ownedBy = change.ownedBy === null ? sequence.ownedBy : change.ownedBy === "none" ? null : { table: context.resolve(change.ownedBy.table), column: change.ownedBy.column };
  context.putRelation({
    ...sequence,
    type: type ?? sequence.type,
    // Where the count stands is data, not schema.
    options: mergeOptions(sequence.options, change.options.filter((option) => option.name !== "as" && option.name !== "restart")),
    ownedBy,
    implicit: sequence.implicit && change.ownedBy === null,
  });
}

/** A serial column goes on counting by a sequence that is no longer its own: its default says so from here on. */
function keepDefaultOf(context: ApplyContext, sequence: Sequence): void {
  const { ownedBy } = sequence;
  if (!ownedBy) return;
  const counted = countingBy(sequence);
  context.update(ownedBy.table, (table) => ({
    ...table,
    columns: table.columns.map((column) => (column.name === ownedBy.column && column.serial && column.default === null ? { ...column, serial: false, default: counted } : column)),
  }));
}

export function createSchema(context: ApplyContext, change: Extract<Change, { change: "createSchema" }>): void {
  const owner = change.owner === null ? context.runner : context.roleMeant(change.owner);
  // What it creates in it belongs to its owner as well.
  context.actingAs = owner;
  if (context.schema(change.name.name)) return;
  context.writer.set(schemaKey(change.name.name), { kind: "schema", name: change.name.name, ...ownedAtCreation(context, change.name.name, "schemas"), ...context.declared(change.range) });
}

export function createExtension(context: ApplyContext, change: Extract<Change, { change: "createExtension" }>): void {
  if (context.extension(change.name.name)) return;
  context.writer.set(extensionKey(change.name.name), { kind: "extension", name: change.name.name, schema: change.schema, version: change.version, ...context.declared(change.range) });
}
