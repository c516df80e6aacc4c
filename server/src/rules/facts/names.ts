// The names that Postgres gives to what a statement leaves unnamed, for the statements that have to name it afterwards.

import { freeName, joinColumns } from "../../schema/apply/names";
import type { ConstraintDefinition, ObjectName } from "../../schema/changes";
import type { Table } from "../../schema/model";
import type { LiveTable } from "../rule";

/** The name that a constraint will have: its own, or the one that Postgres chooses for it. */
export function constraintName(constraint: ConstraintDefinition, table: ObjectName, known: LiveTable | null, columns: readonly string[]): string {
  if (constraint.name) return constraint.name.name;
  const taken = (name: string): boolean => isTaken(known?.table ?? null, name);
  switch (constraint.kind) {
    case "primary key":
      return freeName(table.name, null, "pkey", taken);
    case "unique":
      return freeName(table.name, joinColumns(columns), "key", taken);
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

function isTaken(table: Table | null, name: string): boolean {
  return table !== null && (table.constraints.some((constraint) => constraint.name === name) || table.indexes.some((index) => index.name === name));
}
