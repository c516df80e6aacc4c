// The names that Postgres gives to what a statement leaves unnamed, for the statements that have to name it afterwards.

import { freeName, joinColumns } from "../../schema/apply/names";
import type { ConstraintDefinition, ObjectName } from "../../schema/changes";
import type { Constraint, IndexElement, Table } from "../../schema/model";
import type { LiveTable, StatementContext } from "../rule";

/** The name that a constraint will have: its own, or the one that Postgres chooses for it. */
export function constraintName(context: Pick<StatementContext, "before" | "after">, constraint: ConstraintDefinition, table: ObjectName, known: LiveTable | null, columns: readonly string[]): string {
  if (constraint.name) return constraint.name.name;
  const old = context.before.resolveTable(table)?.constraints ?? [];
  const made = context.after.resolveTable(table)?.constraints.find((each) => !old.includes(each) && isMadeBy(each, constraint, columns));
  if (made) return made.name;
  const taken = (name: string): boolean => isTaken(known?.table ?? null, name);
  switch (constraint.kind) {
    case "primary key":
      return freeName(table.name, null, "pkey", taken);
    case "unique":
      return freeName(table.name, joinColumns([...columns, ...constraint.include.map((column) => column.name)]), "key", taken);
    case "exclude":
      return freeName(table.name, joinColumns(columns), "excl", taken);
    case "foreign key":
      return freeName(table.name, joinColumns(columns), "fkey", taken);
    case "check": {
      // Only a CHECK of exactly one column is named after it (ChooseConstraintName's caller in src/backend/catalog/heap.c).
      const [column, ...others] = [...new Set(constraint.expression.columns)];
      return freeName(table.name, column !== undefined && others.length === 0 ? column : null, "check", taken);
    }
    case "not null":
      return freeName(table.name, joinColumns(columns), "not_null", taken);
  }
}

/** The constraint that the replay made of a definition. */
function isMadeBy(made: Constraint, { kind, ...definition }: ConstraintDefinition, columns: readonly string[]): boolean {
  switch (made.kind) {
    case "primary key":
    case "unique":
    case "foreign key":
      return made.kind === kind && made.columns.join() === columns.join();
    case "check":
      return made.kind === kind && "expression" in definition && made.expression.text === definition.expression.text;
    case "exclude":
      return made.kind === kind && "elements" in definition && made.elements.map(elementText).join() === definition.elements.map(elementText).join();
    case "not null":
      return made.kind === kind && made.column === columns[0];
  }
}

function elementText({ element, operator }: { readonly element: IndexElement; readonly operator: string }): string {
  return `${element.column ?? element.expression?.text ?? ""} ${operator}`;
}

function isTaken(table: Table | null, name: string): boolean {
  return table !== null && (table.constraints.some((constraint) => constraint.name === name) || table.indexes.some((index) => index.name === name));
}
