// What a fix asks for in SQL, written into the code that declares the table.

import type { Change, TableAction } from "../../schema/changes";
import type { QualifiedName } from "../../schema/model";
import { readChanges } from "../../schema/read/index";
import type { ParsedStatement } from "../../sql/statement";
import { SourceModule, type Source } from "../module";
import { columnName, columnUniqueName, uniqueName, type Naming } from "../names";
import type { Column, Table } from "../orm/model";
import type { DrizzleSchema } from "../read";
import type { Compiler, TypeScript as ts } from "../typescript";
import type { Value } from "../values";
import { addCall, addIdentityColumn, changeColumn, removeCall, type ColumnChange } from "./columns";
import { removeElement } from "./declared";
import { CodeFile, type CodeEdit } from "./file";
import { ExtraWriter, type ExtraCode } from "./extras";
import { callAt, isInFunction } from "./nodes";
import { ThirdArgument } from "./thirdArgument";

/** What the edits are made in. */
export interface CodeOwner {
  readonly compiler: Compiler;
  readonly schema: DrizzleSchema;
  readonly naming: Naming;
  /** Of drizzle-orm: `[0, 45]`. Null where nothing tells it. */
  readonly version: readonly [number, number] | null;
  readonly parse: (sql: string) => ParsedStatement;
  module(file: string): SourceModule | undefined;
  /** It is the user's own code, which a fix may change. */
  isEditable(file: string): boolean;
}

export interface CodeAmendment {
  readonly edits: readonly CodeEdit[];
  /** Statements for which Drizzle has no word. */
  readonly left: readonly string[];
}

/** Null where they cannot be written, or none of them can. */
export function amendCode(owner: CodeOwner, statements: readonly string[]): CodeAmendment | null {
  const amender = new Amender(owner);
  const left = statements.flatMap((sql) => amender.take(sql) ?? [sql]);
  const edits = amender.finish();
  return edits && { edits, left: left.filter((sql) => sql !== "") };
}

export interface ColumnEdit {
  readonly edits: readonly CodeEdit[];
  /** It is written outside of its table: other tables may have it too. */
  readonly shared: boolean;
}

export function amendColumn(owner: CodeOwner, table: QualifiedName, name: string, change: ColumnChange): ColumnEdit | null {
  const declared = declaredTable(owner, table);
  const column = declared && columnNamed(owner, declared, name);
  const module = column?.source.module;
  if (!declared || !column || !(module instanceof SourceModule) || !owner.isEditable(module.file)) return null;
  const shared = module !== declared.source.module || column.source.start < declared.source.start || column.source.end > declared.source.end;
  // A table that is live keeps its serial: only this one is known to be new.
  if (shared && change === "identity") return null;
  const file = new CodeFile(owner.compiler, module);
  return changeColumn(file, column, change) ? { edits: file.finish(), shared } : null;
}

function declaredTable({ schema }: CodeOwner, name: QualifiedName): Table | null {
  const found = schema.tables.filter(({ table }) => table.name === name.name && (table.schema ?? "public") === name.schema);
  return found.length === 1 ? found[0]!.table : null;
}

function columnNamed({ naming }: CodeOwner, table: Table, name: string): Column | null {
  for (const column of table.columns.values()) if (columnName(column, naming) === name) return column;
  return null;
}

class Amender {
  private readonly files = new Map<SourceModule, CodeFile>();
  private readonly tables = new Map<Table, TableAmender>();
  private isLost = false;
  private hasEdits = false;

  constructor(private readonly owner: CodeOwner) {}

  /** The part of a statement that code cannot say, "" where it says all; null: the whole. */
  take(sql: string): string | null {
    const changes = readChanges(this.owner.parse(sql));
    const [only] = changes;
    if (changes.length !== 1 || !only) return null;
    const { change } = only;
    switch (change.change) {
      case "createIndex":
      case "createPolicy":
        this.with(change.table, (table) => table.add(change));
        return "";
      case "alterTable":
        return this.alter(sql, change);
      case "drop":
        return this.drop(change) ? "" : null;
      default:
        return null;
    }
  }

  private alter(sql: string, change: Extract<Change, { change: "alterTable" }>): string | null {
    const said = change.actions.filter(isSayable);
    if (said.length === 0) return null;
    this.with(change.name, (table) => said.every((action) => table.act(action)));
    const left = change.actions.filter((action) => !isSayable(action)).map(({ range }) => sql.slice(range.start, range.end));
    return left.length === 0 ? "" : `${sql.slice(0, change.actions[0]!.range.start)}${left.join(", ")}`;
  }

  /** An index or a policy that the code declares. */
  private drop({ kind, names, table }: Extract<Change, { change: "drop" }>): boolean {
    const [name, ...others] = names;
    if (!name || others.length > 0 || (kind !== "index" && kind !== "policy")) return false;
    const declared = this.owner.schema.statements.find(({ parsed }) => {
      const made = readChanges(parsed)[0]?.change;
      if (kind === "index") return made?.change === "createIndex" && made.index.name?.name === name.name && (made.table.schema ?? "public") === (name.schema ?? "public");
      return made?.change === "createPolicy" && made.name.name === name.name && table !== null && made.table.name === table.name && (made.table.schema ?? "public") === (table.schema ?? "public");
    });
    const module = declared && this.owner.module(declared.file);
    if (!module || !this.owner.isEditable(module.file)) return false;
    const start = declared.place.anchor.start + declared.place.range.start;
    this.hasEdits = removeElement(this.fileOf(module), { start, end: start + declared.place.range.end - declared.place.range.start });
    return this.hasEdits;
  }

  private fileOf(module: SourceModule): CodeFile {
    const file = this.files.get(module) ?? new CodeFile(this.owner.compiler, module);
    this.files.set(module, file);
    return file;
  }

  private with(name: { readonly schema: string | null; readonly name: string }, write: (table: TableAmender) => boolean): void {
    const table = declaredTable(this.owner, { schema: name.schema ?? "public", name: name.name });
    const amender = table && this.amenderOf(table);
    if (!amender || !write(amender)) this.isLost = true;
  }

  private amenderOf(table: Table): TableAmender | null {
    const known = this.tables.get(table);
    if (known) return known;
    const { owner } = this;
    const { module } = table.source;
    if (!(module instanceof SourceModule) || !owner.isEditable(module.file)) return null;
    const call = callAt(module, table.source, owner.compiler);
    // What a function makes is several tables, or may be.
    if (!call || isInFunction(call, owner.compiler) || owner.schema.tables.some((other) => other.table !== table && sameSource(other.table.source, table.source))) return null;
    const amender = new TableAmender(owner, this.fileOf(module), table, call);
    this.tables.set(table, amender);
    return amender;
  }

  finish(): readonly CodeEdit[] | null {
    if (this.isLost || (this.tables.size === 0 && !this.hasEdits)) return null;
    for (const table of this.tables.values()) if (!table.finish()) return null;
    return [...this.files.values()].flatMap((file) => file.finish());
  }
}

const sameSource = (a: Source, b: Source): boolean => a.module === b.module && a.start === b.start && a.end === b.end;

/** Drizzle has no FORCE ROW LEVEL SECURITY. */
const isSayable = (action: TableAction): boolean => action.action !== "rowSecurity" || action.set === "enable";

class TableAmender {
  private readonly third: ThirdArgument;
  private readonly writer: ExtraWriter;
  private readonly extras: ExtraCode[] = [];
  private enables = false;
  private hasPolicy = false;
  /** A constraint of the third argument that goes: the first new one takes its place. */
  private replaced: Source | null = null;

  constructor(
    private readonly owner: CodeOwner,
    private readonly file: CodeFile,
    private readonly table: Table,
    private readonly call: ts.CallExpression,
  ) {
    this.third = new ThirdArgument(file, call, table, this.isFrom(0, 36));
    this.writer = new ExtraWriter(file, table, owner.naming.release, (name) => {
      const column = columnNamed(owner, table, name);
      return column && this.third.column(column);
    });
  }

  /** False where it cannot be said. */
  add(change: Extract<Change, { change: "createIndex" | "createPolicy" }>): boolean {
    if (change.change === "createPolicy") {
      this.hasPolicy = true;
      return this.isFrom(0, 36) && this.push(this.writer.policy(change));
    }
    return this.isFrom(0, 31) && this.push(this.writer.index(change.index));
  }

  act(action: TableAction): boolean {
    switch (action.action) {
      case "rowSecurity":
        this.enables = true;
        return this.isFrom(0, 36);
      case "addColumn":
        return addIdentityColumn(this.file, this.table, this.call, action.column);
      case "dropConstraint":
        return this.dropUnique(action.constraint.name);
      case "addConstraint": {
        const { constraint } = action;
        const [only, ...others] = constraint.kind === "primary key" && constraint.name === null && !constraint.usingIndex ? constraint.columns : [];
        const column = only && others.length === 0 ? columnNamed(this.owner, this.table, only.name) : null;
        if (column && this.isOwn(column)) {
          addCall(this.file, column, ".primaryKey()");
          return true;
        }
        return this.push(this.writer.constraint(constraint));
      }
      default:
        return false;
    }
  }

  finish(): boolean {
    if (this.enables && !this.hasPolicy) this.enableRowSecurity();
    const [first, ...others] = this.extras;
    if (!this.replaced) return !first || this.third.write(this.extras);
    if (!first) return removeElement(this.file, this.replaced);
    return this.third.replace(this.replaced, first) && (others.length === 0 || this.third.write(others));
  }

  /** `.unique()` at a column, or one of the third argument. */
  private dropUnique(name: string): boolean {
    const { table, file } = this;
    const { naming } = this.owner;
    for (const column of table.columns.values()) {
      const { unique } = column;
      if (!unique || !this.isOwn(column) || (unique.name ?? columnUniqueName(column, naming) ?? `${table.name}_${columnName(column, naming)}_key`) !== name) continue;
      removeCall(file, unique.source);
      return true;
    }
    const extra = extrasIn(table.extras?.()).find(({ extra: of }) => of.extra === "unique" && (of.name ?? uniqueName(table, of.columns, naming) ?? `${table.name}_${of.columns.map((column) => columnName(column, naming)).join("_")}_key`) === name);
    if (extra?.source.module !== file.module) return false;
    this.replaced = extra.source;
    return true;
  }

  private push(extra: ExtraCode | null): boolean {
    if (extra) this.extras.push(extra);
    return extra !== null;
  }

  /** Written inside of the table's own call. */
  private isOwn({ source }: Column): boolean {
    return source.module === this.table.source.module && source.start >= this.table.source.start && source.end <= this.table.source.end;
  }

  /** A policy enables it by itself. */
  private enableRowSecurity(): void {
    const at = this.owner.naming.release === "rc" ? this.call.expression.end : this.call.end;
    this.file.edit(at, at, this.owner.naming.release === "rc" ? ".withRLS" : ".enableRLS()");
  }

  private isFrom(major: number, minor: number): boolean {
    const { version } = this.owner;
    return version === null || version[0] > major || (version[0] === major && version[1] >= minor);
  }
}

function extrasIn(value: Value | undefined): readonly Extract<Value, { kind: "extra" }>[] {
  if (value?.kind === "extra") return [value];
  if (value?.kind === "array") return value.items.flatMap(extrasIn);
  return value?.kind === "object" ? [...value.properties.values()].flatMap((property) => extrasIn(property.value)) : [];
}
