// The effects of one change, whatever its kind.

import { alterTable } from "./alterTable";
import { Collector, type EffectsInput } from "./collector";
import { lockReferenced, referencingKeys } from "./constraints";
import { noEffects, type Effects } from "./effects";
import { lockModes, type LockMode } from "./modes";
import { isGone, isIndexThere } from "./noOps";
import { lockDefaultPartition } from "./partitions";
import { descendants, rowsOf } from "./rows";
import type { Change, ObjectName } from "../schema/changes";
import type { QualifiedName, Table } from "../schema/model";
import { qualified, type SchemaView } from "../schema/view";
import type { Range } from "../text/range";

/** What a change locks, reads and writes on this version of Postgres, with the schema as it is just before it. */
export function effectsOf(input: EffectsInput): Effects {
  const collector = new Collector(input);
  collect(collector, input.change);
  const effects = collector.effects();
  return effects.locks.length === 0 && effects.work.length === 0 ? noEffects : effects;
}

function collect(collector: Collector, change: Change): void {
  const { before } = collector;
  switch (change.change) {
    case "alterTable":
      alterTable(collector, change);
      return;
    case "createTable":
      createTable(collector, change);
      return;
    case "createIndex":
      createIndex(collector, change);
      return;
    case "reindex":
      reindex(collector, change);
      return;
    case "drop":
      drop(collector, change);
      return;
    case "rename":
      if (change.kind === "table" || change.kind === "view" || change.kind === "materialized view" || change.kind === "foreign table" || change.kind === "sequence") collector.lock(collector.existing(change.name), "ACCESS EXCLUSIVE", change.name.range);
      if (change.kind === "index") collector.lock(before.resolve(change.name), "SHARE UPDATE EXCLUSIVE", change.name.range);
      return;
    case "renamePart":
      if (change.part === "attribute" || change.part === "domain constraint") return;
      lockWithPartitions(collector, change.of, "ACCESS EXCLUSIVE", change.part === "column" || change.part === "trigger" || change.part === "constraint");
      return;
    case "setSchema":
      if (change.kind === "table" || change.kind === "view" || change.kind === "materialized view" || change.kind === "foreign table" || change.kind === "sequence") collector.lock(collector.existing(change.name), "ACCESS EXCLUSIVE", change.name.range);
      return;
    case "createTrigger":
      lockWithPartitions(collector, change.table, "SHARE ROW EXCLUSIVE", change.trigger.level === "row");
      return;
    case "createPolicy":
    case "alterPolicy":
      collector.lock(collector.existing(change.table), "ACCESS EXCLUSIVE", change.table.range);
      return;
    case "lock": {
      const mode = lockModes.find((each) => each === change.mode);
      for (const name of change.names) if (mode) lockWithPartitions(collector, name, mode, true);
      return;
    }
    case "write":
      write(collector, change);
      return;
    case "comment": {
      const table = change.on === "table" || change.on === "column" || change.on === "constraint" || change.on === "trigger" || change.on === "policy" || change.on === "rule";
      if (table) collector.lock(collector.existing(change.name), "SHARE UPDATE EXCLUSIVE", change.name.range);
      return;
    }
    case "other":
      if (change.on !== null && change.type === "rule") collector.lock(collector.existing(change.on), "ACCESS EXCLUSIVE", change.on.range);
      if (change.on !== null && change.type === "statistics") collector.lock(collector.existing(change.on), "SHARE UPDATE EXCLUSIVE", change.on.range);
      return;
    case "createTableAs":
    case "createView":
      readsOf(collector, change);
      return;
    case "refreshView":
      refreshView(collector, change);
      return;
    case "vacuum":
      collector.concurrent = !change.full;
      for (const name of change.tables) {
        lockWithPartitions(collector, name, change.full ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE", true);
        if (change.full) for (const each of rowsOf(before, before.resolve(name))) collector.rewrite(each, name.range);
      }
      return;
    case "analyze":
      for (const name of change.tables) collector.lock(collector.existing(name), "SHARE UPDATE EXCLUSIVE", name.range);
      return;
    case "cluster":
      for (const table of change.table ? [before.resolve(change.table)] : before.tables().filter(({ clusterIndex }) => clusterIndex !== null)) {
        const from = change.table?.range ?? change.range;
        collector.lock(table, "ACCESS EXCLUSIVE", from);
        collector.rewrite(table, from);
      }
      return;
    case "alterDomain":
      alterDomain(collector, change);
      return;
    default:
      return;
  }
}

function lockWithPartitions(collector: Collector, name: ObjectName, mode: LockMode, partitions: boolean): void {
  const relation = collector.existing(name);
  if (relation === null) return;
  collector.lock(relation, mode, name.range);
  if (partitions) for (const each of descendants(collector.before, relation)) collector.lock(each, mode, name.range);
}

function createTable(collector: Collector, change: Extract<Change, { change: "createTable" }>): void {
  const { before } = collector;
  if (change.ifNotExists && before.relation(before.resolve(change.name)) !== undefined) return;
  if (change.partitionOf) {
    const parent = collector.existing(change.partitionOf);
    collector.lock(parent, "ACCESS EXCLUSIVE", change.partitionOf.range);
    const table = parent ? before.table(parent) : undefined;
    if (table) {
      lockDefaultPartition(collector, table, change.partitionBound, change.partitionOf.range);
      for (const key of table.constraints) if (key.kind === "foreign key") lockReferenced(collector, key.references, change.partitionOf.range);
    }
  }
  for (const parent of change.inherits) collector.lock(collector.existing(parent), "SHARE UPDATE EXCLUSIVE", parent.range);
  for (const constraint of [...change.constraints, ...change.columns.flatMap((column) => column.constraints)]) {
    if (constraint.kind !== "foreign key") continue;
    const referenced = collector.existing(constraint.references);
    if (referenced) lockReferenced(collector, referenced, constraint.references.range);
  }
}

function createIndex(collector: Collector, change: Extract<Change, { change: "createIndex" }>): void {
  if (isIndexThere(collector.input, change)) return;
  const table = collector.existing(change.table);
  if (table === null) return;
  const mode = change.concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE";
  collector.concurrent = change.concurrently;
  collector.lock(table, mode, change.table.range);
  const partitioned = collector.before.table(table)?.partitionKey != null;
  if (partitioned && change.only) return;
  if (partitioned) for (const each of descendants(collector.before, table)) collector.lock(each, mode, change.table.range);
  if (partitioned) collector.build(table, null, change.table.range);
  else collector.buildOne(table, change.index.name?.name ?? null, change.table.range);
}

function reindex(collector: Collector, change: Extract<Change, { change: "reindex" }>): void {
  const { before } = collector;
  const { target, concurrently } = change;
  collector.concurrent = concurrently;
  const mode = concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE";
  if (change.word !== "index") {
    const tables = change.word === "table" ? [before.resolve(target), ...descendants(before, before.resolve(target))] : before.tables().filter((table) => change.word !== "schema" || table.schema === target.name);
    for (const table of tables) {
      collector.lock(table, mode, target.range);
      for (const index of indexNames(before.table(table))) collector.lock({ schema: table.schema, name: index }, concurrently ? mode : "ACCESS EXCLUSIVE", target.range);
      if (before.table(table)?.partitionKey == null) collector.buildOne(table, null, target.range);
    }
    return;
  }
  const index = before.relation(before.resolve(target));
  collector.lock(before.resolve(target), concurrently ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE", target.range);
  if (index?.kind !== "index") return;
  collector.lock(index.table, mode, target.range);
  collector.build(index.table, index.name, target.range);
}

/** Of the table's constraints too. */
function indexNames(table: Table | undefined): readonly string[] {
  const constraints = (table?.constraints ?? []).filter(({ kind }) => kind === "primary key" || kind === "unique" || kind === "exclude");
  return [...constraints, ...(table?.indexes ?? [])].map(({ name }) => name);
}

function drop(collector: Collector, change: Extract<Change, { change: "drop" }>): void {
  const { before } = collector;
  // Of a trigger, rule or policy.
  if (change.table) {
    const recurses = change.kind === "trigger";
    lockWithPartitions(collector, change.table, "ACCESS EXCLUSIVE", recurses);
    return;
  }
  for (const name of change.names) {
    if (isGone(collector.input, change, name)) continue;
    if (change.kind === "table" || change.kind === "foreign table") dropTable(collector, before.resolve(name), change.cascade, name.range);
    else if (change.kind === "index") dropIndex(collector, name, change.concurrently);
    else if (change.kind === "view" || change.kind === "materialized view" || change.kind === "sequence") {
      collector.lock(before.resolve(name), "ACCESS EXCLUSIVE", name.range);
      if (change.cascade) dropViewsOf(collector, before.resolve(name), name.range);
    } else if (change.cascade && (change.kind === "type" || change.kind === "domain" || change.kind === "function" || change.kind === "procedure" || change.kind === "routine")) {
      for (const user of usersOf(before, name)) if (user.kind === "table" || user.kind === "view") collector.lock(user, "ACCESS EXCLUSIVE", name.range);
    } else if (change.kind === "schema" && change.cascade) {
      for (const table of before.tables()) if (table.schema === name.name) dropTable(collector, table, true, name.range);
    }
  }
}

/** What uses a type or a function; names without a schema are looked up on the search path. */
function usersOf(view: SchemaView, name: Pick<ObjectName, "schema" | "name">): ReturnType<SchemaView["usersOf"]> {
  const schemas = name.schema === null ? view.session.searchPath : [name.schema];
  return schemas.flatMap((schema) => view.usersOf({ schema, name: name.name }));
}

function dropTable(collector: Collector, name: QualifiedName, cascade: boolean, from: Range): void {
  const { before } = collector;
  collector.lock(name, "ACCESS EXCLUSIVE", from);
  const table = before.table(name);
  if (table === undefined) return;
  for (const dropped of [table, ...descendants(before, table)]) {
    collector.lock(dropped, "ACCESS EXCLUSIVE", from);
    for (const key of dropped.constraints) if (key.kind === "foreign key") collector.lock(key.references, "ACCESS EXCLUSIVE", from);
    if (cascade) for (const { table: referencing } of referencingKeys(collector, dropped)) collector.lock(referencing, "ACCESS EXCLUSIVE", from);
  }
  if (cascade) dropViewsOf(collector, table, from);
  if (table.partitionOf) collector.lock(table.partitionOf, "ACCESS EXCLUSIVE", from);
}

/** With CASCADE the views that read it go, and those that read them. */
function dropViewsOf(collector: Collector, name: QualifiedName, from: Range): void {
  const { before } = collector;
  const seen = new Set<string>();
  const queue: QualifiedName[] = [name];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const user of before.usersOf(at)) {
      if (user.kind !== "view" || seen.has(qualified(user))) continue;
      seen.add(qualified(user));
      collector.lock(user, "ACCESS EXCLUSIVE", from);
      queue.push(user);
    }
  }
}

function dropIndex(collector: Collector, name: ObjectName, concurrently: boolean): void {
  const { before } = collector;
  const resolved = before.resolve(name);
  const mode = concurrently ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE";
  collector.concurrent ||= concurrently;
  collector.lock(resolved, mode, name.range);
  const index = before.relation(resolved);
  if (index?.kind !== "index") return;
  lockWithPartitions(collector, { ...index.table, range: name.range }, mode, before.table(index.table)?.partitionKey != null);
}

function write(collector: Collector, change: Extract<Change, { change: "write" }>): void {
  const { before } = collector;
  for (const name of change.tables) {
    if (change.command !== "truncate") {
      collector.lock(collector.existing(name), "ROW EXCLUSIVE", name.range);
      continue;
    }
    lockWithPartitions(collector, name, "ACCESS EXCLUSIVE", true);
    collector.empty(before.resolve(name), name.range);
    if (!change.cascade) continue;
    const queue = [before.resolve(name)];
    const seen = new Set<string>();
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const referencing of before.table(at)?.referencedBy ?? []) {
        if (seen.has(qualified(referencing))) continue;
        seen.add(qualified(referencing));
        lockWithPartitions(collector, { ...referencing, range: name.range }, "ACCESS EXCLUSIVE", true);
        collector.empty(referencing, name.range);
        queue.push(referencing);
      }
    }
  }
}

/** The tables with a column of the domain, or of a domain over it. */
function tablesWith(view: SchemaView, domain: QualifiedName): readonly Table[] {
  return view.usersOf(domain).flatMap((user) => (user.kind === "table" ? [user] : user.kind === "domain" ? tablesWith(view, user) : []));
}

/** What is filled by a query reads the tables of it; a plain view only has to know them. */
function readsOf(collector: Collector, change: Extract<Change, { change: "createTableAs" | "createView" }>): void {
  const { before } = collector;
  if (change.ifNotExists && before.relation(before.resolve(change.name)) !== undefined) return;
  for (const name of change.reads) {
    const read = collector.existing(name);
    if (read === null || before.table(read) === undefined) continue;
    collector.lock(read, "ACCESS SHARE", name.range);
    if (change.change === "createView" ? change.materialized && change.withData : change.withData) collector.scan(read, name.range);
  }
}

/** The query is run into a new file; CONCURRENTLY into a temporary table that is compared with the view. */
function refreshView(collector: Collector, change: Extract<Change, { change: "refreshView" }>): void {
  const { before } = collector;
  const { name, concurrently } = change;
  const resolved = collector.existing(name);
  if (resolved === null) return;
  collector.lock(resolved, concurrently ? "EXCLUSIVE" : "ACCESS EXCLUSIVE", name.range);
  if (!change.withData) {
    collector.empty(resolved, name.range);
    return;
  }
  const view = before.view(resolved);
  for (const source of view?.dependsOn ?? []) {
    if (source.kind !== "relation" || before.table(source.name) === undefined) continue;
    collector.lock(source.name, "ACCESS SHARE", name.range);
    collector.scan(source.name, name.range);
  }
  if (concurrently) collector.scanOne(resolved, name.range);
  else collector.rewrite(resolved, name.range);
}

/** Every table that has a column of the domain is read (validateDomainCheckConstraint in src/backend/commands/typecmds.c). */
function alterDomain(collector: Collector, change: Extract<Change, { change: "alterDomain" }>): void {
  const { alter, name } = change;
  const validates = alter.set === "notNull" || (alter.set === "addCheck" && !alter.notValid) || alter.set === "validateCheck";
  if (!validates) return;
  const { before } = collector;
  const schemas = name.schema === null ? before.session.searchPath : [name.schema];
  const domain = schemas.map((schema) => before.type({ schema, name: name.name })).find((type) => type?.kind === "domain");
  if (domain === undefined) return;
  for (const table of tablesWith(before, domain)) {
    collector.lock(table, "SHARE", name.range);
    if (table.partitionKey === null) collector.scanOne(table, name.range);
  }
}
