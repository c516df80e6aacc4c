// ALTER TABLE, action by action, passed down to partitions and to tables that inherit.

import type { Change, TableAction } from "../changes";
import type { Column, DataType, Expression, Index, QualifiedName, Table, Trigger } from "../model";
import { addConstraint, childrenOf, dropConstraint, inNamingOrder, setNotNull } from "./constraints";
import { sameName, withName, withoutName, type ApplyContext } from "./context";
import { dropColumn } from "./drop";
import { columnExtras, keyExtras, sequenceExtras, viewExtras, withColumnExtras, withKeyExtras, withSequenceExtras, withViewExtras } from "./extras";
import { attachIndex, forgetIndexMarks } from "./indexes";
import { mergeOptions } from "./options";
import { ownedBy } from "./roles";
import { sequencesOf, sharedDefault } from "./sequences";
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
  for (const action of inPasses(change.actions)) {
    const current = context.table(table);
    if (current) alter(context, current, action, change.only);
  }
  context.update(table, (current) => ({ ...current, changed: context.place(change.range) }));
}

/** AlterTablePass (src/backend/commands/tablecmds.c): what one statement does is done in this order. */
function inPasses(actions: readonly TableAction[]): readonly TableAction[] {
  return actions.length === 1 ? actions : [...actions].sort((a, b) => passOf(a) - passOf(b));
}

function passOf(action: TableAction): number {
  switch (action.action) {
    case "dropColumn":
    case "dropConstraint":
    case "dropNotNull":
    case "dropExpression":
    case "dropIdentity":
    case "dropDefault":
      return 0;
    case "setType":
      return 1;
    case "setExpression":
      return 2;
    case "addColumn":
      return 3;
    case "setNotNull":
    case "setStatistics":
    case "setStorage":
    case "setColumnOptions":
      return 4;
    case "addConstraint":
      return action.constraint.kind === "primary key" || action.constraint.kind === "unique" || action.constraint.kind === "exclude" ? 5 : 6;
    case "setDefault":
    case "addIdentity":
    case "setIdentity":
      return 6;
    default:
      return 7;
  }
}

function changeColumn(context: ApplyContext, table: Table, action: { column: { name: string; range: { start: number; end: number } } }, only: boolean, change: (column: Column) => Column): void {
  const { name, range } = action.column;
  if (!table.columns.some((column) => column.name === name) && table.complete) {
    context.problem(range, `table ${table.schema}.${table.name} has no column ${name}`, "42703");
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
      addColumn(context, table, action, null);
      return;
    case "dropColumn":
      dropColumn(context, table, action.column, { ifExists: action.ifExists, cascade: action.cascade, only });
      return;
    case "setType": {
      const type = context.resolveDataType(action.type.type);
      const typePlace = context.place(action.type.range);
      changeColumn(context, table, action, false, (column) => ({
        ...column,
        type,
        typePlace,
        collation: action.collation,
        storage: null,
        compression: null,
        default: column.default && retypedDefault(column.default, column.type, type),
        generated: action.using && column.generated ? { ...column.generated, expression: action.using } : column.generated,
      }));
      if (table.columns.some((column) => column.name === action.column.name && column.identity)) {
        for (const sequence of sequencesOf(context, table, action.column.name)) if (sequence.implicit) context.putRelation({ ...sequence, type: type.text });
      }
      return;
    }
    case "setNotNull":
      setNotNull(context, table, action.column.name, true);
      return;
    case "dropNotNull":
      setNotNull(context, table, action.column.name, false);
      return;
    case "setDefault": {
      const value = context.expression(action.expression);
      leaveSequence(context, table, action.column.name);
      changeColumn(context, table, action, only, (column) => ({ ...column, default: value, serial: false }));
      return;
    }
    case "dropDefault":
      leaveSequence(context, table, action.column.name);
      changeColumn(context, table, action, only, (column) => ({ ...column, default: null, serial: false }));
      return;
    case "addIdentity":
      changeColumn(context, table, action, only, (column) => ({ ...column, identity: action.identity, notNull: true }));
      addImpliedSequence(context, table, identityDefinition(table, action));
      return;
    case "setIdentity":
      if (action.identity) changeColumn(context, table, action, only, (column) => ({ ...column, identity: action.identity }));
      for (const sequence of sequencesOf(context, table, action.column.name)) {
        if (sequence.implicit) context.putRelation({ ...sequence, options: mergeOptions(sequence.options, action.options.filter((option) => option.name !== "restart")) });
      }
      return;
    case "dropIdentity":
      changeColumn(context, table, action, only, (column) => ({ ...column, identity: null }));
      for (const sequence of sequencesOf(context, table, action.column.name)) if (sequence.implicit) context.removeRelation(sequence);
      return;
    case "dropExpression":
      changeColumn(context, table, action, only, (column) => ({ ...column, generated: null }));
      return;
    case "setExpression": {
      const value = context.ownExpression(action.expression, table);
      changeColumn(context, table, action, only, (column) => ({ ...column, generated: { expression: value, stored: column.generated?.stored ?? true } }));
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
      addConstraint(context, table, action.constraint, only);
      return;
    case "dropConstraint":
      forgetIndexMarks(context, table, action.constraint.name);
      if (!dropConstraint(context, context.table(table) ?? table, action.constraint.name, action.cascade)) dropNotNullByName(context, table, action);
      return;
    case "validateConstraint":
      validate(context, table, action.constraint.name);
      return;
    case "alterConstraint":
      alterConstraint(context, table, action);
      return;
    case "rowSecurity":
      change((own) => ({ ...own, rls: rowSecurity(own.rls, action.set) }));
      return;
    case "triggers":
      enableTriggers(context, table, action, only);
      return;
    case "attachPartition": {
      const partition = context.touch(action.partition);
      if (!partition || isAbove(context, partition, table)) return;
      change((own) => ({ ...own, partitions: withName(own.partitions, partition) }));
      context.update(partition, (own) => ({
        ...own,
        tableKind: "partition",
        partitionOf: { schema: table.schema, name: table.name },
        partitionBound: action.bound,
        columns: own.columns.map((column) => ({ ...column, inherited: true })),
      }));
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
        // The identity is the parent's, unless the partition has a sequence of its own.
        columns: own.columns.map((column) => ({ ...column, inherited: false, identity: sequencesOf(context, own, column.name).some((sequence) => sequence.implicit) ? column.identity : null })),
        constraints: own.constraints.map((constraint) => ({ ...constraint, inherited: false })),
        indexes: own.indexes.map((index) => ({ ...index, parent: null })),
        triggers: own.triggers.filter((trigger) => !isCopy(context.table(table), trigger)),
      }));
      return;
    }
    case "attachIndex":
      return;
    case "inherit": {
      const parent = context.touch(action.parent);
      if (parent && !isAbove(context, table, parent)) inherit(context, table, parent);
      return;
    }
    case "noInherit":
      disinherit(context, table, context.resolve(action.parent));
      return;
    case "setOptions":
      change((own) => ({ ...own, options: mergeOptions(own.options, action.options) }));
      return;
    case "resetOptions":
      change((own) => ({ ...own, options: own.options.filter((option) => !action.options.some((reset) => reset.name === option.name)) }));
      return;
    case "setPersistence":
      // Of a partitioned table, which has no storage, it is passed over in silence.
      if (table.partitionKey || table.persistence === action.persistence) return;
      change((own) => ({ ...own, persistence: action.persistence }));
      for (const sequence of sequencesOf(context, table, null)) {
        const unlogged = action.persistence === "unlogged";
        if (unlogged !== (sequenceExtras(sequence).unlogged ?? false)) context.putRelation(withSequenceExtras(sequence, { unlogged }));
      }
      return;
    case "setTablespace":
      change((own) => ({ ...own, tablespace: action.value }));
      return;
    case "setAccessMethod":
      change((own) => ({ ...own, accessMethod: action.value === "default" ? null : action.value }));
      return;
    case "replicaIdentity":
      change((own) => ({ ...own, replicaIdentity: action.value }));
      return;
    case "clusterOn":
      change((own) => ({ ...own, clusterIndex: action.index?.name ?? null }));
      return;
    case "setColumnOptions":
    case "resetColumnOptions":
      changeColumn(context, table, action, true, (column) => {
        const kept = (columnExtras(column).options ?? []).filter((option) => !action.options.some((other) => other.name === option.name));
        return withColumnExtras(column, { options: action.action === "setColumnOptions" ? [...kept, ...action.options] : kept });
      });
      return;
    case "owner": {
      const owner = context.roleMeant(action.owner);
      change((own) => ({ ...own, ...ownedBy(own, owner) }));
      // A column's sequence belongs to whom its table does.
      for (const sequence of sequencesOf(context, table, null)) context.putRelation({ ...sequence, ...ownedBy(sequence, owner) });
      return;
    }
    case "other":
      return;
  }
}

/** `from`: the table that passes the column down. */
function addColumn(context: ApplyContext, table: Table, action: Extract<TableAction, { action: "addColumn" }>, from: Table | null): void {
  const inherited = from !== null;
  const name = action.column.name.name;
  if (table.columns.some((column) => column.name === name)) {
    if (inherited) context.update(table, (own) => ({ ...own, columns: own.columns.map((column) => (column.name === name ? { ...column, inherited: true } : column)) }));
    else if (!action.ifNotExists) context.problem(action.column.name.range, `table ${table.schema}.${table.name} has a column ${name} already`, "42701");
    return;
  }
  const column = columnOf(context, action.column, table);
  // The same place as in the table that passes it down: it is declared there, and not here.
  const above = context.table(from ?? table)?.columns.find((candidate) => candidate.name === name);
  const declared = from ? sharedDefault(context, from, { ...column, inherited: true, origin: above?.origin ?? column.origin }) : column;
  context.update(table, (own) => ({ ...own, columns: [...own.columns, declared] }));
  if (!inherited) {
    addImpliedSequence(context, table, action.column);
    for (const child of childrenOf(table)) {
      const childTable = context.table(child);
      if (childTable) addColumnBelow(context, childTable, action, table);
    }
    for (const constraint of inNamingOrder(action.column.constraints)) {
      const current = context.table(table);
      if (current) addConstraint(context, current, constraint);
    }
  }
}

function addColumnBelow(context: ApplyContext, table: Table, action: Extract<TableAction, { action: "addColumn" }>, from: Table): void {
  addColumn(context, table, action, from);
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) addColumnBelow(context, childTable, action, from);
  }
}

/** A serial column with another default, or none: its sequence stays its own, and fills it no more. */
function leaveSequence(context: ApplyContext, table: Table, name: string): void {
  if (table.columns.find((column) => column.name === name)?.serial !== true) return;
  for (const sequence of sequencesOf(context, table, name)) if (sequence.implicit) context.putRelation({ ...sequence, implicit: false });
}

/** A literal that was read as the old type is converted, and not read again as the new one. */
function retypedDefault(expression: Expression, from: DataType, to: DataType): Expression {
  if (!/^'(?:[^']|'')*'$/.test(expression.text) || (from.name === to.name && from.schema === to.schema && from.array === to.array)) return expression;
  const bare = from.text.replace(/\([\d, ]+\)/, "");
  return { ...expression, text: `${expression.text}::${bare}` };
}

/** SET (NOT) DEFERRABLE and the like; the copies on partitions follow. */
function alterConstraint(context: ApplyContext, table: Table, action: Extract<TableAction, { action: "alterConstraint" }>): void {
  const target = table.constraints.find((constraint) => constraint.name === action.constraint.name);
  if (!target) return;
  const visit = (current: Table): void => {
    context.update(current, (own) => ({
      ...own,
      constraints: own.constraints.map((constraint) => {
        if (constraint.origin !== target.origin || constraint.kind !== target.kind) return constraint;
        const changed = { ...constraint, deferrable: action.deferrable ?? constraint.deferrable, initiallyDeferred: action.initiallyDeferred ?? constraint.initiallyDeferred };
        return changed.kind === "foreign key" && action.enforced !== null ? { ...changed, enforced: action.enforced, validated: action.enforced } : changed;
      }),
    }));
    for (const partition of current.partitions) {
      const child = context.table(partition);
      if (child) visit(child);
    }
  };
  visit(table);
}

function enableTriggers(context: ApplyContext, table: Table, action: Extract<TableAction, { action: "triggers" }>, only: boolean): void {
  const isMeant = (trigger: Trigger): boolean => typeof action.trigger === "string" || action.trigger.name === trigger.name;
  context.update(table, (own) => ({ ...own, triggers: own.triggers.map((trigger) => (isMeant(trigger) ? { ...trigger, enabled: action.enabled } : trigger)) }));
  if (only) return;
  for (const partition of table.partitions) {
    const child = context.table(partition);
    if (child) enableTriggers(context, child, action, only);
  }
}

/** Whether `table` is `other`, or what it is a part or child of: no circle may be made. */
function isAbove(context: ApplyContext, table: QualifiedName, other: Table): boolean {
  if (sameName(table, other)) return true;
  return [...(other.partitionOf ? [other.partitionOf] : []), ...other.inherits].some((name) => {
    const parent = context.table(name);
    return parent !== undefined && isAbove(context, table, parent);
  });
}

/** INHERIT: the child keeps its own columns and checks, which are the parent's too from here on. */
function inherit(context: ApplyContext, table: Table, parent: Table): void {
  context.update(table, (own) => ({
    ...own,
    inherits: withName(own.inherits, parent),
    columns: own.columns.map((column) => (parent.columns.some((other) => other.name === column.name) ? { ...column, inherited: true } : column)),
    constraints: own.constraints.map((constraint) => (constraint.kind === "check" && parent.constraints.some((other) => other.kind === "check" && !other.noInherit && other.name === constraint.name) ? { ...constraint, inherited: true } : constraint)),
  }));
  context.update(parent, (own) => ({ ...own, inheritedBy: withName(own.inheritedBy, table) }));
}

/** NO INHERIT: what the child had from the parent is its own. */
function disinherit(context: ApplyContext, table: Table, parent: QualifiedName): void {
  context.update(table, (own) => {
    const inherits = withoutName(own.inherits, parent);
    const others = inherits.flatMap((name) => context.table(name) ?? []);
    return {
      ...own,
      inherits,
      columns: own.columns.map((column) => ({ ...column, inherited: others.some((other) => other.columns.some((above) => above.name === column.name)) })),
      constraints: own.constraints.map((constraint) => ({ ...constraint, inherited: others.some((other) => other.constraints.some((above) => above.kind === "check" && above.name === constraint.name)) })),
    };
  });
  context.update(parent, (own) => ({ ...own, inheritedBy: withoutName(own.inheritedBy, table) }));
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
  else if (!action.ifExists && table.complete) context.problem(action.constraint.range, `table ${table.schema}.${table.name} has no constraint ${action.constraint.name}`, "42704");
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

const isCopy = (parent: Table | undefined, trigger: Trigger): boolean => parent?.triggers.some((candidate) => candidate.name === trigger.name && candidate.origin === trigger.origin) === true;

/** ALTER TABLE and its kin, said of something else than a table. */
function alterOther(context: ApplyContext, change: AlterTable, name: { schema: string; name: string }): void {
  for (const action of change.actions) {
    const relation = context.relation(name);
    if (action.action === "attachIndex") {
      attachIndex(context, name, context.resolve(action.index));
    } else if ((relation?.kind === "view" || relation?.kind === "sequence") && action.action === "owner") {
      context.putRelation({ ...relation, ...ownedBy(relation, context.roleMeant(action.owner)) });
    } else if (relation?.kind === "view") {
      if (action.action === "setDefault" || action.action === "dropDefault") {
        const others = Object.entries(viewExtras(relation).defaults ?? {}).filter(([column]) => column !== action.column.name);
        const own = action.action === "setDefault" ? { [action.column.name]: context.expression(action.expression).text } : {};
        context.putRelation(withViewExtras(relation, { defaults: { ...Object.fromEntries(others), ...own } }));
      }
      if (action.action === "setOptions") context.putRelation({ ...relation, options: mergeOptions(relation.options, action.options) });
      if (action.action === "resetOptions") context.putRelation({ ...relation, options: relation.options.filter((option) => !action.options.some((reset) => reset.name === option.name)) });
    } else if (relation?.kind === "index" && (action.action === "setOptions" || action.action === "resetOptions")) {
      const reset = action.action === "resetOptions";
      const inIndexes = (indexes: readonly Index[]): readonly Index[] =>
        indexes.map((index) => {
          if (index.name !== name.name) return index;
          const options = reset ? index.with.filter((option) => !action.options.some((other) => other.name === option.name)) : mergeOptions(index.with, action.options);
          return { ...index, with: options };
        });
      const view = context.view(relation.table);
      if (view) context.putRelation({ ...view, indexes: inIndexes(view.indexes) });
      context.update(relation.table, (own) => ({
        ...own,
        constraints: own.constraints.map((constraint) => {
          if (!relation.constraint || constraint.name !== name.name) return constraint;
          const before = keyExtras(constraint).with ?? [];
          return withKeyExtras(constraint, { with: reset ? before.filter((option) => !action.options.some((other) => other.name === option.name)) : mergeOptions(before, action.options) });
        }),
        indexes: inIndexes(own.indexes),
      }));
    }
  }
}
