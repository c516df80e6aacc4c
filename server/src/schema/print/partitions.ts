// Keys and indexes of partitioned tables. Postgres makes a partition's own ones, under names that it chooses, when it makes
// the parent's; where a partition's has another name than that, each is written out and attached.

import { joinColumns, numbered, objectName } from "../apply/names";
import { keyExtras } from "../apply/extras";
import type { Constraint, Index, Option, PrimaryKey, Table, UniqueConstraint } from "../model";
import { defaultIndexName } from "../apply/indexes";
import { constraintText } from "./constraint";
import type { PrintContext } from "./context";
import { createIndexText } from "./indexes";
import { nameText } from "./text";

type Key = PrimaryKey | UniqueConstraint;

export function partitionsOf(context: PrintContext, table: Table): readonly Table[] {
  return table.partitions.flatMap((name) => context.view.table(name) ?? []);
}

/** The partition's part of a parent's key; of several keys of the same columns, the first is the first one's. */
function partOfKey(table: Table, partition: Table, key: Key): Key | undefined {
  const alike = (own: Constraint): own is Key => own.kind === key.kind && own.columns.join() === key.columns.join();
  return partition.constraints.filter(alike).filter((own) => own.inherited)[table.constraints.filter(alike).indexOf(key)];
}

/** Whether the key comes out right if it is written at the parent alone. */
export function impliesPartsOfKey(context: PrintContext, table: Table, key: Key): boolean {
  return partitionsOf(context, table).every((partition) => {
    const part = partOfKey(table, partition, key);
    return part !== undefined && part.name === defaultKeyName(partition, part) && sameOptions(keyExtras(part).with, keyExtras(key).with) && impliesPartsOfKey(context, partition, part);
  });
}

/** A part may be in another order than the parent's. */
function sameOrder(a: Index, b: Index): boolean {
  return a.elements.every((element, i) => element.order === b.elements[i]?.order && element.nulls === b.elements[i].nulls);
}

function sameOptions(a: readonly Option[] = [], b: readonly Option[] = []): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function defaultKeyName(table: Table, key: Key): string {
  if (key.kind !== "unique") return objectName(table.name, null, "pkey");
  return objectName(table.name, joinColumns(numbered([...key.columns, ...key.include])), "key");
}

/** The key of a partitioned table, its partitions' and how they belong together. */
export function attachedKeyText(context: PrintContext, table: Table, key: Key): string[] {
  const add = `ALTER TABLE ONLY ${nameText(table)} ADD ${constraintText(key)};`;
  const parts = partitionsOf(context, table).flatMap((partition) => {
    const part = partOfKey(table, partition, key);
    return part === undefined ? [] : [...attachedKeyText(context, partition, part), attach(table, key.name, partition, part.name)];
  });
  return [add, ...parts];
}

function attach(parent: Table, parentIndex: string, partition: Table, index: string): string {
  return `ALTER INDEX ${nameText({ schema: parent.schema, name: parentIndex })} ATTACH PARTITION ${nameText({ schema: partition.schema, name: index })};`;
}

const partOfIndex = (partition: Table, index: Index): Index | undefined => partition.indexes.find((own) => own.parent === index.name);

function impliesPartsOfIndex(context: PrintContext, table: Table, index: Index): boolean {
  return partitionsOf(context, table).every((partition) => {
    const part = partOfIndex(partition, index);
    return part !== undefined && part.name === defaultIndexName(partition, part) && sameOptions(part.with, index.with) && sameOrder(part, index) && impliesPartsOfIndex(context, partition, part);
  });
}

/** An index that is nobody's part, with its own parts. */
export function indexTexts(context: PrintContext, table: Table, index: Index): string[] {
  if (table.partitionKey === null) return [createIndexText(table, index)];
  if (index.valid && !index.only && impliesPartsOfIndex(context, table, index)) return [createIndexText(table, index)];
  const parts = partitionsOf(context, table).flatMap((partition) => {
    const part = partOfIndex(partition, index);
    return part === undefined ? [] : [...indexTexts(context, partition, part), attach(table, index.name, partition, part.name)];
  });
  return [createIndexText(table, index, true), ...parts];
}
