// ALTER TABLE, action by action, passed down to partitions and to tables that inherit.

import type { Change, TableAction } from "../changes";
import type { Column, Table } from "../model";
import { addConstraint, childrenOf, dropConstraint, setNotNull } from "./constraints";
import { withName, withoutName, type ApplyContext } from "./context";
import { dropColumn } from "./drop";
import { attachIndex } from "./indexes";
import { mergeOptions } from "./options";
import { dropOwnedSequences } from "./sequences";
import { addImpliedSequence, columnOf, copyFromParent } from "./tables";

type AlterTable = Extract<Change, { change: "alterTable" }>;

export function alterTable(context: ApplyContext, change: AlterTable): void {
  const resolved = context.resolve(change.name);
  const relation = context.relation(resolved);
  if (!relation && change.ifExists) return;
  if (relation && relation.kind !== "table") {
    alterOther(context, change, resolved);
    return;
  }
  if (!relation && change.word !== "table" && change.word !== "foreign table") {
    alterOther(context, change, resolved);
    return;
  }
  const table = context.touch(change.name);
  if (!table) return;
  for (const action of change.actions) {
    const current = context.table(table);
    if (current) alter(context, current, action, change.only);
  }
  context.update(table, (current) => ({ ...current, changed: context.place(change.range) }));
}

function changeColumn(context: ApplyContext, table: Table, action: { column: { name: string; range: { start: number; end: number } } }, only: boolean, change: (column: Column) => Column): void {
  const { name, range } = action.column;
  if (!table.columns.some((column) => column.name === name) && table.complete) {
    context.problem(range, `table ${table.schema}.${table.name} has no column ${name}`);
    return;
  }
  const visit = (current: Table): void => {
    context.update(current, (own) => ({ ...own, columns: own.columns.map((column) => (column.name === name ? change(column) : column)) }));
    if (only) return;
    for (const child of childrenOf(current)) {
      const childTable = context.table(child);
      if (childTable) visit(childTable);
    }
  };
  visit(table);
}

function alter(context: ApplyContext, table: Table, action: TableAction, only: boolean): void {
  const change = (to: (table: Table) => Table): void => context.update(table, to);
  switch (action.action) {
    case "addColumn":
      addColumn(context, table, action, false);
      return;
    case "dropColumn":
      dropColumn(context, table, action.column, { ifExists: action.ifExists, cascade: action.cascade });
      return;
    case "setType": {
      const type = context.resolveDataType(action.type.type);
      const typePlace = context.place(action.type.range);
      changeColumn(context, table, action, false, (column) => ({ ...column, type, typePlace, collation: action.collation ?? (column.type.text === type.text ? column.collation : null) }));
      return;
    }
    case "setNotNull":
      setNotNull(context, table, action.column.name, true);
      return;
    case "dropNotNull":
      setNotNull(context, table, action.column.name, false);
      return;
    case "setDefault": {
      const { text, columns, functions } = action.expression;
      changeColumn(context, table, action, only, (column) => ({ ...column, default: { text, columns, functions } }));
      return;
    }
    case "dropDefault":
      changeColumn(context, table, action, only, (column) => ({ ...column, default: null, serial: false }));
      return;
    case "addIdentity":
      changeColumn(context, table, action, only, (column) => ({ ...column, identity: action.identity, notNull: true }));
      addImpliedSequence(context, table, identityDefinition(table, action));
      return;
    case "setIdentity":
      if (action.identity) changeColumn(context, table, action, only, (column) => ({ ...column, identity: action.identity }));
      for (const sequence of context.relations()) {
        if (sequence.kind !== "sequence" || sequence.ownedBy?.column !== action.column.name) continue;
        if (sequence.ownedBy.table.name !== table.name || sequence.ownedBy.table.schema !== table.schema) continue;
        context.putRelation({ ...sequence, options: mergeOptions(sequence.options, action.options) });
      }
      return;
    case "dropIdentity":
      changeColumn(context, table, action, only, (column) => ({ ...column, identity: null }));
      dropOwnedSequences(context, table, action.column.name);
      return;
    case "dropExpression":
      changeColumn(context, table, action, only, (column) => ({ ...column, generated: null }));
      return;
    case "setExpression": {
      const { text, columns, functions } = action.expression;
      changeColumn(context, table, action, only, (column) => ({ ...column, generated: { expression: { text, columns, functions }, stored: column.generated?.stored ?? true } }));
      return;
    }
    case "setStorage":
      changeColumn(context, table, action, only, (column) => ({ ...column, storage: action.value }));
      return;
    case "setCompression":
      changeColumn(context, table, action, only, (column) => ({ ...column, compression: action.value }));
      return;
    case "setStatistics":
      changeColumn(context, table, action, only, (column) => ({ ...column, statistics: action.value }));
      return;
    case "addConstraint":
      addConstraint(context, table, action.constraint);
      return;
    case "dropConstraint":
      if (!dropConstraint(context, table, action.constraint.name, action.cascade)) dropNotNullByName(context, table, action);
      return;
    case "validateConstraint":
      validate(context, table, action.constraint.name);
      return;
    case "alterConstraint":
      change((own) => ({
        ...own,
        constraints: own.constraints.map((constraint) => {
          if (constraint.name !== action.constraint.name) return constraint;
          const changed = {
            ...constraint,
            deferrable: action.deferrable ?? constraint.deferrable,
            initiallyDeferred: action.initiallyDeferred ?? constraint.initiallyDeferred,
          };
          return changed.kind === "foreign key" && action.enforced !== null ? { ...changed, enforced: action.enforced, validated: action.enforced } : changed;
        }),
      }));
      return;
    case "rowSecurity":
      change((own) => ({ ...own, rls: rowSecurity(own.rls, action.set) }));
      return;
    case "triggers":
      change((own) => ({
        ...own,
        triggers: own.triggers.map((trigger) => (typeof action.trigger === "string" || action.trigger.name === trigger.name ? { ...trigger, enabled: action.enabled } : trigger)),
      }));
      return;
    case "attachPartition": {
      const partition = context.touch(action.partition);
      if (!partition) return;
      change((own) => ({ ...own, partitions: withName(own.partitions, partition) }));
      context.update(partition, (own) => ({ ...own, tableKind: "partition", partitionOf: { schema: table.schema, name: table.name }, partitionBound: action.bound }));
      const attached = context.table(partition);
      const parent = context.table(table);
      if (attached && parent) copyFromParent(context, attached, parent);
      return;
    }
    case "detachPartition": {
      const partition = context.resolve(action.partition);
      change((own) => ({ ...own, partitions: withoutName(own.partitions, partition) }));
      context.update(partition, (own) => ({
        ...own,
        tableKind: own.partitionKey ? "partitioned" : "table",
        partitionOf: null,
        partitionBound: null,
        columns: own.columns.map((column) => ({ ...column, inherited: false })),
        constraints: own.constraints.map((constraint) => ({ ...constraint, inherited: false })),
        indexes: own.indexes.map((index) => ({ ...index, parent: null })),
        triggers: own.triggers.filter((trigger) => !parentHas(context.table(table), trigger.name)),
      }));
      return;
    }
    case "attachIndex":
      return;
    case "inherit": {
      const parent = context.touch(action.parent);
      if (!parent) return;
      change((own) => ({ ...own, inherits: withName(own.inherits, parent) }));
      context.update(parent, (own) => ({ ...own, inheritedBy: withName(own.inheritedBy, table) }));
      return;
    }
    case "noInherit": {
      const parent = context.resolve(action.parent);
      change((own) => ({ ...own, inherits: withoutName(own.inherits, parent), columns: own.columns.map((column) => ({ ...column, inherited: false })) }));
      context.update(parent, (own) => ({ ...own, inheritedBy: withoutName(own.inheritedBy, table) }));
      return;
    }
    case "setOptions":
      change((own) => ({ ...own, options: mergeOptions(own.options, action.options) }));
      return;
    case "resetOptions":
      change((own) => ({ ...own, options: own.options.filter((option) => !action.options.some((reset) => reset.name === option.name)) }));
      return;
    case "setPersistence":
      change((own) => ({ ...own, persistence: action.persistence }));
      return;
    case "setTablespace":
      change((own) => ({ ...own, tablespace: action.value }));
      return;
    case "setAccessMethod":
      change((own) => ({ ...own, accessMethod: action.value }));
      return;
    case "replicaIdentity":
      change((own) => ({ ...own, replicaIdentity: action.value }));
      return;
    case "clusterOn":
      change((own) => ({ ...own, clusterIndex: action.index?.name ?? null }));
      return;
    case "setColumnOptions":
    case "resetColumnOptions":
    case "owner":
    case "other":
      return;
  }
}

function addColumn(context: ApplyContext, table: Table, action: Extract<TableAction, { action: "addColumn" }>, inherited: boolean): void {
  const name = action.column.name.name;
  if (table.columns.some((column) => column.name === name)) {
    if (!action.ifNotExists && !inherited) context.problem(action.column.name.range, `table ${table.schema}.${table.name} has a column ${name} already`);
    return;
  }
  const column = columnOf(context, action.column);
  context.update(table, (own) => ({ ...own, columns: [...own.columns, { ...column, inherited }] }));
  if (!inherited) {
    addImpliedSequence(context, table, action.column);
    for (const child of childrenOf(table)) {
      const childTable = context.table(child);
      if (childTable) addColumnBelow(context, childTable, action);
    }
    for (const constraint of action.column.constraints) {
      const current = context.table(table);
      if (current) addConstraint(context, current, constraint);
    }
  }
}

function addColumnBelow(context: ApplyContext, table: Table, action: Extract<TableAction, { action: "addColumn" }>): void {
  addColumn(context, table, action, true);
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) addColumnBelow(context, childTable, action);
  }
}

function identityDefinition(table: Table, action: Extract<TableAction, { action: "addIdentity" }>): Parameters<typeof addImpliedSequence>[2] {
  const column = table.columns.find((candidate) => candidate.name === action.column.name);
  return {
    name: action.column,
    type: column ? { type: column.type, serial: null, range: action.column.range } : null,
    notNull: true,
    notNullRange: null,
    default: null,
    identity: action.identity,
    identityOptions: action.options,
    generated: null,
    collation: null,
    storage: null,
    compression: null,
    constraints: [],
    range: action.range,
  };
}

/** From 18 on a NOT NULL has a name, `<table>_<column>_not_null` where none was given. */
function dropNotNullByName(context: ApplyContext, table: Table, action: Extract<TableAction, { action: "dropConstraint" }>): void {
  const column = table.columns.find((candidate) => `${table.name}_${candidate.name}_not_null` === action.constraint.name);
  if (column) setNotNull(context, table, column.name, false);
  else if (!action.ifExists && table.complete) context.problem(action.constraint.range, `table ${table.schema}.${table.name} has no constraint ${action.constraint.name}`);
}

function validate(context: ApplyContext, table: Table, name: string): void {
  const constraint = table.constraints.find((candidate) => candidate.name === name);
  if (!constraint) return;
  if (constraint.kind === "not null") {
    setNotNull(context, table, constraint.column, true);
    return;
  }
  if (constraint.kind !== "check" && constraint.kind !== "foreign key") return;
  context.update(table, (own) => ({ ...own, constraints: own.constraints.map((candidate) => (candidate === constraint ? { ...constraint, validated: true } : candidate)) }));
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) validate(context, childTable, name);
  }
}

function rowSecurity(rls: Table["rls"], set: "enable" | "disable" | "force" | "no force"): Table["rls"] {
  switch (set) {
    case "enable":
      return { ...rls, enabled: true };
    case "disable":
      return { ...rls, enabled: false };
    case "force":
      return { ...rls, forced: true };
    case "no force":
      return { ...rls, forced: false };
  }
}

const parentHas = (parent: Table | undefined, trigger: string): boolean => parent?.triggers.some((candidate) => candidate.name === trigger && candidate.level === "row") === true;

/** ALTER TABLE and its kin, said of something else than a table. */
function alterOther(context: ApplyContext, change: AlterTable, name: { schema: string; name: string }): void {
  const relation = context.relation(name);
  for (const action of change.actions) {
    if (action.action === "attachIndex") {
      attachIndex(context, name, context.resolve(action.index));
    } else if (relation?.kind === "view") {
      if (action.action === "setOptions") context.putRelation({ ...relation, options: mergeOptions(relation.options, action.options) });
      if (action.action === "resetOptions") context.putRelation({ ...relation, options: relation.options.filter((option) => !action.options.some((reset) => reset.name === option.name)) });
    } else if (relation?.kind === "index" && (action.action === "setOptions" || action.action === "resetOptions")) {
      const reset = action.action === "resetOptions";
      context.update(relation.table, (own) => ({
        ...own,
        indexes: own.indexes.map((index) => {
          if (index.name !== name.name) return index;
          const options = reset ? index.with.filter((option) => !action.options.some((other) => other.name === option.name)) : mergeOptions(index.with, action.options);
          return { ...index, with: options };
        }),
      }));
    }
  }
}
