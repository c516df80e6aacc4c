// Columns that a parent got after its children: in a child they come behind its own. To keep that order, the parent is
// printed without them, and gets them once the children are there.

import { mentions } from "../apply/constraints";
import type { Column, Constraint, Table } from "../model";
import type { PrintContext } from "./context";

/** The last columns of a table that has children through INHERITS. */
export function lateColumns(context: PrintContext, table: Table): readonly Column[] {
  const children = table.inheritedBy.flatMap((name) => context.view.table(name) ?? []);
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
    if (parent) for (const late of lateNames(context, parent)) names.add(late);
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
