// The head of a database whose tables a schema in code owns: what the code declares, with what only the history has
// (an index or a policy that was written by hand).

import { policiesKey, relationPrefix, sessionKey, TrackedView } from "./keys";
import type { Constraint, Index, QualifiedName, Table } from "./model";
import { Reader, SchemaStore, type Key, type KeptReads, type Reads } from "./store";
import type { Timeline } from "./timeline";
import { qualified } from "./view";

/** True where the tool wrote that index, constraint or policy itself: without its declaration it is about to go. */
export type WrittenByTool = (table: QualifiedName, name: string) => boolean;

export class MergedHead {
  private readonly store = new SchemaStore();
  private readonly tables = new WeakMap<Table, { readonly replayed: Table; readonly merged: Table }>();

  /** Both timelines stand at their ends. What comes out as it was stays the same object. */
  update(declared: Timeline, history: Timeline, writtenByTool: WrittenByTool): void {
    const wanted = new Map<Key, unknown>(history.entries());
    let policies = 0;
    for (const [key, value] of declared.entries()) {
      const own = wanted.get(key);
      if (key === sessionKey || key === policiesKey) continue;
      wanted.set(key, own === undefined ? value : key.startsWith(relationPrefix) ? this.relation(value, own, writtenByTool) : own);
    }
    for (const [key, value] of wanted) if (key.startsWith(relationPrefix) && isTable(value) && value.policies.length > 0) policies++;
    if (policies > 0) wanted.set(policiesKey, policies);
    const gone = [...this.store.entries()].filter(([key]) => !wanted.has(key));
    for (const [key] of gone) this.store.set(key, undefined);
    for (const [key, value] of wanted) if (this.store.get(key) !== value) this.store.set(key, value);
  }

  private relation(declared: unknown, replayed: unknown, writtenByTool: WrittenByTool): unknown {
    if (!isTable(declared) || !isTable(replayed)) return declared;
    const known = this.tables.get(declared);
    if (known?.replayed === replayed) return known.merged;
    const merged = mergeTable(declared, replayed, writtenByTool);
    this.tables.set(declared, { replayed, merged });
    return merged;
  }

  view(reads: Reads = new Map()): TrackedView {
    return new TrackedView(new Reader(this.store, reads));
  }

  holds(reads: KeptReads): boolean {
    return this.store.holds(reads);
  }
}

const isTable = (value: unknown): value is Table => (value as Partial<Table> | undefined)?.kind === "table";

export function mergeTable(declared: Table, replayed: Table, writtenByTool: WrittenByTool): Table {
  const byHand = ({ name }: { readonly name: string }): boolean => !writtenByTool(declared, name);
  const constraints = replayed.constraints.filter((each) => byHand(each) && !declared.constraints.some((own) => own.name === each.name || sameConstraint(own, each)));
  const indexes = replayed.indexes.filter((each) => byHand(each) && !declared.indexes.some((own) => own.name === each.name || sameIndex(own, each)));
  const policies = replayed.policies.filter((each) => byHand(each) && !declared.policies.some((own) => own.name === each.name));
  return {
    ...declared,
    createdIn: replayed.createdIn,
    constraints: [...declared.constraints, ...constraints],
    indexes: [...declared.indexes, ...indexes],
    policies: [...declared.policies, ...policies],
    triggers: replayed.triggers,
    grants: replayed.grants,
    options: replayed.options,
    comment: replayed.comment,
    rls: { enabled: declared.rls.enabled || replayed.rls.enabled, forced: declared.rls.forced || replayed.rls.forced },
    referencedBy: named([...declared.referencedBy, ...replayed.referencedBy]),
    tableKind: replayed.tableKind,
    partitionKey: replayed.partitionKey,
    partitionOf: replayed.partitionOf,
    partitions: replayed.partitions,
    inherits: replayed.inherits,
    inheritedBy: replayed.inheritedBy,
    replicaIdentity: replayed.replicaIdentity,
  };
}

function named(names: readonly QualifiedName[]): readonly QualifiedName[] {
  return [...new Map(names.map((name) => [qualified(name), name])).values()];
}

export function sameConstraint(one: Constraint, other: Constraint): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === "primary key") return true;
  if (one.kind === "foreign key" && other.kind === "foreign key") return one.columns.join() === other.columns.join() && qualified(one.references) === qualified(other.references);
  return one.kind === "unique" && other.kind === "unique" && one.columns.join() === other.columns.join();
}

export function sameIndex(one: Index, other: Index): boolean {
  const shape = ({ method, unique, elements, where }: Index): string => JSON.stringify([method, unique, elements.map(({ column, expression }) => column ?? expression?.text), where?.text ?? null]);
  return shape(one) === shape(other);
}
