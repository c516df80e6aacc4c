import type { Collector } from "./collector";
import { addConstraint } from "./constraints";
import { hasValue, rewriteCause } from "./newColumn";
import { rowsOf } from "./rows";
import { domainChain } from "../schema/domains";
import type { ColumnDefinition, TableAction } from "../schema/changes";
import type { QualifiedName, Table } from "../schema/model";

export function addColumn(collector: Collector, name: QualifiedName, table: Table | undefined, action: Extract<TableAction, { action: "addColumn" }>): void {
  const { column } = action;
  if (action.ifNotExists && table?.columns.some((each) => each.name === column.name.name)) return;
  const cause = rewriteCause(collector.before, column);
  if (cause !== null) for (const each of rowsOf(collector.before, name)) collector.rewrite(each, column.range);
  // Without a value every row would be null: Postgres looks whether there is one.
  else if (column.notNull && !hasValue(column) && !hasDomainDefault(collector, column)) collector.scan(name, column.notNullRange ?? column.range);
  for (const constraint of column.constraints) addConstraint(collector, name, table, constraint, column, false);
}

function hasDomainDefault({ before }: Collector, { type }: ColumnDefinition): boolean {
  return type !== null && domainChain(before, type.type).some((domain) => domain.default !== null);
}
