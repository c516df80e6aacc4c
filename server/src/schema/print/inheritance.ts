// What a table has from its parents, and what it declares itself. Columns that a parent got after its children come behind
// the children's own: to keep that order, the parent is printed without them, and gets them once the children are there.

import { mentions } from "../apply/constraints";
import type { Column, Constraint, Table } from "../model";
import type { PrintContext } from "./context";

/** The same columns in the same order: a partition that can be made as one. */
export function sameColumns(table: Table, parent: Table): boolean {
  return table.columns.length === parent.columns.length && table.columns.every((column, i) => column.name === parent.columns[i]!.name);
}

/** Not declared by the child too: the parent's own column is the one that was written. */
export function isOnlyInherited(context: PrintContext, table: Table, column: Column): boolean {
  return column.inherited && table.inherits.some((name) => context.view.table(name)?.columns.some((other) => other.name === column.name && other.origin === column.origin) === true);
}

/** A child that declares all that it inherits came to its parent by ALTER TABLE ... INHERIT. */
export function cameLater(context: PrintContext, table: Table, parent: Table): boolean {
  return parent.columns.every((above) => table.columns.some((column) => column.name === above.name && !isOnlyInherited(context, table, column)));
}

/** A constraint that a parent brings: not to be written at the child. */
export function isPassedDown(context: PrintContext, table: Table, constraint: Constraint): boolean {
  if (!constraint.inherited) return false;
  if (table.partitionOf) {
    const parent = context.view.table(table.partitionOf);
    // A partition that is made by itself and attached brings its checks with it.
    return constraint.kind !== "check" || (parent !== undefined && sameColumns(table, parent));
  }
  return table.inherits.some((name) => context.view.table(name)?.constraints.some((other) => other.name === constraint.name && other.origin === constraint.origin) === true);
}

/** The last columns of a table that has children through INHERITS. */
export function lateColumns(context: PrintContext, table: Table): readonly Column[] {
  const children = table.inheritedBy.flatMap((name) => context.view.table(name) ?? []).filter((child) => !cameLater(context, child, table));
  if (children.length === 0) return [];
  const early = Math.min(...children.map((child) => leading(table, child)));
  return table.columns.slice(early);
}

/** How many of the parent's columns stand before the child's first own one. */
function leading(parent: Table, child: Table): number {
  const inherited = new Set(parent.columns.map((column) => column.name));
  const own = child.columns.findIndex((column) => !inherited.has(column.name));
  if (own === -1) return parent.columns.length;
  const before = new Set(child.columns.slice(0, own).map((column) => column.name));
  const late = parent.columns.findIndex((column) => !before.has(column.name));
  return late === -1 ? parent.columns.length : late;
}

/** Late columns of the table, and of those that it inherits from. */
export function lateNames(context: PrintContext, table: Table): ReadonlySet<string> {
  const names = new Set(lateColumns(context, table).map((column) => column.name));
  for (const name of table.inherits) {
    const parent = context.view.table(name);
    if (parent && !cameLater(context, table, parent)) for (const late of lateNames(context, parent)) names.add(late);
  }
  return names;
}

export function usesColumn(constraint: Constraint, columns: ReadonlySet<string>): boolean {
  if (columns.size === 0) return false;
  const uses = (names: readonly string[]): boolean => names.some((name) => columns.has(name));
  switch (constraint.kind) {
    case "check":
      return uses(constraint.expression.columns);
    case "exclude":
      return constraint.elements.some(({ element }) => (element.column !== null && columns.has(element.column)) || [...columns].some((name) => mentions(element.expression, name))) || [...columns].some((name) => mentions(constraint.where, name));
    case "not null":
      return columns.has(constraint.column);
    case "primary key":
    case "unique":
      return uses(constraint.columns) || uses(constraint.include);
    case "foreign key":
      return uses(constraint.columns);
  }
}
