// CREATE TABLE with what belongs into it, and what can only be said after it.

import { quoteIdentifier } from "../../sql/identifiers";
import { relationKey, typeKey } from "../keys";
import { tableExtras } from "../apply/extras";
import type { Column, Constraint, PrimaryKey, QualifiedName, Table, UniqueConstraint } from "../model";
import { columnSettings, columnText, defaultText, identityText } from "./column";
import { constraintText } from "./constraint";
import type { PrintContext } from "./context";
import { cameLater, isOnlyInherited, isPassedDown, lateColumns, lateNames, sameColumns, usesColumn } from "./inheritance";
import { keyOfKept, needsOfExpression, needsOfSchema, needsOfText, needsOfType } from "./needs";
import { attachedKeyText, impliesPartsOfKey } from "./partitions";
import type { Item } from "./script";
import { ownedByText, sequenceOptions } from "./sequence";
import { isPlainSerial } from "./column";
import { nameText, optionList, quoteLiteral } from "./text";

/** The statements that make a table, foreign keys, indexes and triggers aside. */
export function tableItems(context: PrintContext, table: Table): Item[] {
  const separate = table.constraints.filter((constraint) => standsAlone(context, table, constraint));
  const late = lateColumns(context, table);
  const lateOnes = lateNames(context, table);
  const alone = separate.filter((one) => one.kind !== "foreign key" && !isPartitionedKey(context, table, one) && !usesColumn(one, lateOnes));
  const statements = [createTableText(context, table), ...alone.filter((one) => !isPassedOn(table, one)).map((one) => addConstraintText(table, one))];
  const early = table.columns.filter((column) => !lateOnes.has(column.name));
  const settings = (columns: readonly Column[]): string[] => [...columns.flatMap((column) => [...columnSettings(table, column), ...identityType(context, table, column)]), ...columns.flatMap((column) => context.sequencesOf(table, column.name).flatMap((sequence) => (isMadeByColumn(table, column, sequence) ? [] : (ownedByText(sequence) ?? []))))];
  statements.push(...settings(early));
  const made = table.columns.flatMap((column) => context.sequencesOf(table, column.name).filter((sequence) => isMadeByColumn(table, column, sequence)));
  const items: Item[] = [{ rank: "table", name: sortName(table), sql: statements.join("\n"), provides: [relationKey(table), typeKey(table), ...made.map(relationKey)], needs: needsOfTable(context, table) }];
  if (lateOnes.size > 0) {
    const added = late.map((column) => `ALTER TABLE ${nameText(table)} ADD COLUMN ${columnText(context, table, column)};`);
    const constraints = separate.filter((one) => one.kind !== "foreign key" && usesColumn(one, lateOnes)).map((one) => addConstraintText(table, one, "and its children"));
    const needs = table.inherits.map((parent) => lateKey(parent));
    items.push({ rank: "partition key", name: sortName(table), sql: [...added, ...differences(context, table, lateOnes), ...settings(table.columns.filter((column) => lateOnes.has(column.name))), ...constraints].join("\n"), provides: [lateKey(table)], needs });
  }
  for (const check of alone) {
    if (isPassedOn(table, check)) items.push({ rank: "partition key", name: sortName(table), sql: [addConstraintText(table, check, "and its children"), ...validations(context, table, check.name)].join("\n"), provides: [], needs: [] });
  }
  for (const key of separate.filter((one) => isPartitionedKey(context, table, one))) {
    if (key.kind !== "primary key" && key.kind !== "unique") continue;
    items.push({ rank: "partition key", name: sortName(table), sql: attachedKeyText(context, table, key).join("\n"), provides: [relationKey({ schema: table.schema, name: key.name })], needs: [] });
  }
  return items;
}

/** Of a column that took over an identity by LIKE, the sequence may be of a wider type. */
function identityType(context: PrintContext, table: Table, column: Column): string[] {
  const sequence = column.identity === null ? undefined : context.sequenceOf(table, column);
  if (sequence === undefined || sequence.type === column.type.text) return [];
  return [`ALTER SEQUENCE ${[nameText(sequence), `AS ${sequence.type}`, ...sequenceOptions(sequence).filter((option) => !option.startsWith("START"))].join(" ")};`];
}

const lateKey = (table: QualifiedName): string => `late:${table.schema}.${table.name}`;

export const sortName = (table: { readonly schema: string; readonly name: string }): string => `${table.schema}.${table.name}`;

/** Made with its column, so that it needs no statement of its own. */
export function isMadeByColumn(table: Table, column: Column, sequence: Parameters<typeof isPlainSerial>[2]): boolean {
  return sequence.implicit && (column.identity !== null || isPlainSerial(table, column, sequence));
}

/** In a script, foreign keys and the like are left to later statements; to be read, a table has all of its constraints. */
export function createTableText(context: PrintContext, table: Table, which: "in a script" | "all constraints" = "in a script"): string {
  const words = table.tableKind === "foreign" ? "FOREIGN TABLE" : table.persistence === "unlogged" ? "UNLOGGED TABLE" : "TABLE";
  const parent = table.partitionOf === null ? undefined : context.view.table(table.partitionOf);
  const inline = table.constraints.filter((constraint) => which === "all constraints" || !(standsAlone(context, table, constraint) || isPassedDown(context, table, constraint)));
  if (parent && sameColumns(table, parent)) return partitionText(context, table, parent, inline.filter((constraint) => !constraint.inherited), words);
  const { ofType } = tableExtras(table);
  if (ofType) return `CREATE ${words} ${nameText(table)} OF ${nameText(ofType)}${inline.length > 0 ? ` ${parentheses(inline.map(constraintText))}` : ""}${tableTail(table)};`;
  const late = which === "in a script" ? lateNames(context, table) : new Set<string>();
  const columns = table.columns.filter((column) => (table.inherits.length === 0 || !isOnlyInherited(context, table, column)) && !late.has(column.name));
  const lines = [...columns.map((column) => columnText(context, table, column)), ...inline.map(constraintText)];
  const [later, first] = parted(table.inherits, (name) => {
    const above = context.view.table(name);
    return above !== undefined && cameLater(context, table, above);
  });
  const inherits = first.length > 0 ? ` INHERITS (${first.map(nameText).join(", ")})` : "";
  const create = `CREATE ${words} ${nameText(table)} ${parentheses(lines)}${inherits}${tableTail(table)};`;
  const joined = later.map((name) => `ALTER TABLE ${nameText(table)} INHERIT ${nameText(name)};`);
  if (!table.partitionOf) return [create, ...joined, ...differences(context, table, new Set(table.columns.flatMap(({ name }) => (late.has(name) ? [] : [name]))))].join("\n");
  return `${create}\nALTER TABLE ONLY ${nameText(table.partitionOf)} ATTACH PARTITION ${nameText(table)} ${table.partitionBound ?? "DEFAULT"};`;
}

function parted<T>(list: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((item) => !test(item))];
}

function parentheses(lines: readonly string[]): string {
  return lines.length === 0 ? "()" : `(\n${lines.map((line) => `  ${line}`).join(",\n")}\n)`;
}

/** PARTITION BY, SERVER, USING, WITH, TABLESPACE. */
function tableTail(table: Table): string {
  let tail = "";
  if (table.partitionKey) tail += ` PARTITION BY ${table.partitionKey.strategy.toUpperCase()} ${partitionKeyText(table.partitionKey.text)}`;
  if (table.server !== null) tail += ` SERVER ${quoteIdentifier(table.server)}`;
  const { foreignOptions = [] } = tableExtras(table);
  if (foreignOptions.length > 0) tail += ` OPTIONS (${foreignOptions.map(({ name, value }) => `${quoteIdentifier(name)} ${quoteLiteral(value)}`).join(", ")})`;
  if (table.accessMethod !== null && table.accessMethod !== "default") tail += ` USING ${quoteIdentifier(table.accessMethod)}`;
  if (table.options.length > 0) tail += table.tableKind === "foreign" ? "" : ` WITH ${optionList(table.options)}`;
  if (table.tablespace !== null) tail += ` TABLESPACE ${quoteIdentifier(table.tablespace)}`;
  return tail;
}

/** As written: from the strategy's word, or from the parenthesis on. */
function partitionKeyText(text: string): string {
  return text.replace(/^(range|list|hash)\s*/i, "");
}

function partitionText(context: PrintContext, table: Table, parent: Table, own: readonly Constraint[], words: string): string {
  const list = own.length > 0 ? ` ${parentheses(own.map(constraintText))}` : "";
  const create = `CREATE ${words} ${nameText(table)} PARTITION OF ${nameText(parent)}${list} ${table.partitionBound ?? "DEFAULT"}${tableTail(table)};`;
  return [create, ...differences(context, table, new Set(table.columns.map(({ name }) => name)))].join("\n");
}

/** Where a table's inherited columns are not as its parent's; of these columns. */
function differences(context: PrintContext, table: Table, which: ReadonlySet<string>): string[] {
  const statements: string[] = [];
  const parents = (table.partitionOf ? [table.partitionOf] : table.inherits).flatMap((name) => context.view.table(name) ?? []);
  for (const column of table.columns) {
    if (!which.has(column.name)) continue;
    const above = parents.flatMap((parent) => parent.columns.find((other) => other.name === column.name) ?? []);
    const [other] = above;
    if (other === undefined || (!table.partitionOf && !isOnlyInherited(context, table, column))) continue;
    const alter = `ALTER TABLE ONLY ${nameText(table)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
    const value = defaultText(context, table, column);
    const [parent] = parents.filter((one) => one.columns.includes(other));
    const sameDefault = value === (parent ? defaultText(context, parent, other) : null);
    // Before 17 a partition has no part in its parent's identity, and may have its own.
    const own = column.identity === null ? undefined : context.sequenceOf(table, column);
    if (own) statements.push(`${alter} ADD ${identityText(table, column, own)};`);
    if (!sameDefault && column.generated === null) statements.push(`${alter} ${value === null ? "DROP DEFAULT" : `SET DEFAULT ${value}`};`);
    if (column.notNull && !above.some((one) => one.notNull)) statements.push(`${alter} SET NOT NULL;`);
    if (!column.notNull && above.some((one) => one.notNull)) statements.push(`${alter} DROP NOT NULL;`);
  }
  return statements;
}

/** CREATE TABLE has no NOT VALID, and a foreign key needs its target first. */
function standsAlone(context: PrintContext, table: Table, constraint: Constraint): boolean {
  if (isPassedDown(context, table, constraint)) return false;
  if (usesColumn(constraint, lateNames(context, table))) return true;
  switch (constraint.kind) {
    case "foreign key":
      return true;
    case "check":
      return !constraint.validated;
    case "not null":
      return true;
    case "primary key":
      return isPartitionedKey(context, table, constraint);
    case "unique":
      return isPartitionedKey(context, table, constraint) || isRepeated(table, constraint);
    case "exclude":
      return false;
  }
}

/** One CREATE TABLE makes no second key that says what another one does. */
function isRepeated(table: Table, key: UniqueConstraint): boolean {
  const columns = (other: PrimaryKey | UniqueConstraint): string => [...other.columns, "", ...other.include].join();
  return table.constraints.some((other, i) => {
    if (other.kind === "primary key") return columns(other) === columns(key);
    return other.kind === "unique" && i < table.constraints.indexOf(key) && columns(other) === columns(key);
  });
}

function isPartitionedKey(context: PrintContext, table: Table, constraint: Constraint): boolean {
  if (constraint.kind !== "primary key" && constraint.kind !== "unique") return false;
  return table.partitionKey !== null && !constraint.inherited && !impliesPartsOfKey(context, table, constraint);
}

/** A child that is made after a check has it as valid, whatever the parent's is: such a check waits for the children. */
function isPassedOn(table: Table, constraint: Constraint): boolean {
  return constraint.kind === "check" && constraint.enforced && !constraint.noInherit && (table.partitions.length > 0 || table.inheritedBy.length > 0);
}

/** Of the children whose copy of a check is valid. */
function validations(context: PrintContext, table: Table, check: string): string[] {
  return [...table.partitions, ...table.inheritedBy].flatMap((name) => {
    const child = context.view.table(name);
    const copy = child?.constraints.find((constraint) => constraint.name === check);
    if (!child || copy?.kind !== "check") return [];
    return copy.validated ? [`ALTER TABLE ${nameText(child)} VALIDATE CONSTRAINT ${quoteIdentifier(check)};`] : validations(context, child, check);
  });
}

export function addConstraintText(table: Table, constraint: Constraint, to: "itself" | "and its children" = "itself"): string {
  const only = to === "itself" && table.partitionKey === null;
  return `ALTER TABLE ${only ? "ONLY " : ""}${nameText(table)} ADD ${constraintText(constraint)};`;
}

function needsOfTable(context: PrintContext, table: Table): string[] {
  const needs = needsOfSchema(table);
  for (const parent of [...table.inherits, ...(table.partitionOf ? [table.partitionOf] : [])]) needs.push(relationKey(parent));
  for (const column of table.columns) {
    needs.push(...needsOfText(column.collation ?? ""), ...needsOfType(column.type), ...needsOfExpression(column.default), ...needsOfExpression(column.generated?.expression ?? null));
    for (const sequence of context.sequencesOf(table, column.name)) needs.push(relationKey(sequence));
  }
  for (const constraint of table.constraints) {
    if (constraint.kind === "check") needs.push(...needsOfExpression(constraint.expression));
    if (constraint.kind === "exclude") {
      needs.push(...needsOfExpression(constraint.where));
      for (const { element } of constraint.elements) needs.push(...needsOfExpression(element.expression));
    }
  }
  if (table.server !== null) needs.push(keyOfKept(table.server));
  const { ofType } = tableExtras(table);
  if (ofType) needs.push(...needsOfType(ofType));
  if (table.partitionKey) needs.push(...needsOfText(table.partitionKey.text, table.columns.map(({ name }) => name)));
  return needs.filter((key) => key !== relationKey(table));
}

