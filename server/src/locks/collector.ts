import type { Effects, Lock, Work } from "./effects";
import { compareModes, stronger, type LockMode } from "./modes";
import { isMadeHere } from "./noOps";
import { leaves } from "./rows";
import type { Change, ObjectName } from "../schema/changes";
import type { Version } from "../schema/history";
import type { QualifiedName } from "../schema/model";
import { qualified, type SchemaView } from "../schema/view";
import type { Range } from "../text/range";

export interface EffectsInput {
  readonly change: Change;
  /** The statement's own text, which the ranges of `change` are relative to. */
  readonly text: string;
  readonly before: SchemaView;
  readonly after: SchemaView;
  readonly version: Pick<Version, "id">;
  /** The server's major version. */
  readonly postgresVersion: number;
}

/** Gathers the effects of one statement. */
export class Collector {
  private readonly locks = new Map<string, Lock>();
  private readonly work: Work[] = [];
  concurrent = false;

  constructor(readonly input: EffectsInput) {}

  get before(): SchemaView {
    return this.input.before;
  }

  /** The relation that a name means, if the statement does not make it itself. */
  existing(name: Pick<ObjectName, "schema" | "name">): QualifiedName | null {
    return isMadeHere(this.input, name) ? null : this.before.resolve(name);
  }

  lock(relation: QualifiedName | null, mode: LockMode, from: Range): void {
    if (relation === null) return;
    const key = qualified(relation);
    const held = this.locks.get(key);
    if (held === undefined) this.locks.set(key, { relation: { schema: relation.schema, name: relation.name }, mode, from });
    else if (compareModes(mode, held.mode) > 0) this.locks.set(key, { ...held, mode: stronger(mode, held.mode), from });
  }

  rewrite(table: QualifiedName, from: Range): void {
    this.add({ kind: "rewrite", relation: table, index: null, from });
  }

  /** Every row of the table, or of each of its partitions. */
  scan(table: QualifiedName, from: Range): void {
    for (const leaf of leaves(this.before, table)) this.add({ kind: "scan", relation: leaf, index: null, from });
  }

  build(table: QualifiedName, index: string | null, from: Range): void {
    for (const leaf of leaves(this.before, table)) this.add({ kind: "build", relation: leaf, index, from });
  }

  /** A new, empty file for the table and each of its partitions. */
  empty(table: QualifiedName, from: Range): void {
    for (const leaf of leaves(this.before, table)) this.add({ kind: "empty", relation: leaf, index: null, from });
  }

  /** Not of its partitions. */
  scanOne(table: QualifiedName, from: Range): void {
    this.add({ kind: "scan", relation: table, index: null, from });
  }

  /** Not of the tables that inherit from it. */
  buildOne(table: QualifiedName, index: string | null, from: Range): void {
    this.add({ kind: "build", relation: table, index, from });
  }

  private add(work: Work): void {
    const { schema, name } = work.relation;
    this.work.push({ ...work, relation: { schema, name } });
  }

  effects(): Effects {
    return { locks: [...this.locks.values()].sort((a, b) => compareModes(b.mode, a.mode)), work: this.work, concurrent: this.concurrent };
  }
}
