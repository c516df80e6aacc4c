// What every part of the replay shares: the schema being written, the statement, and where problems go.

import { quoteIdentifier } from "../../sql/identifiers";
import type { Name, ObjectName } from "../changes";
import type { Version } from "../history";
import { extensionKey, functionKey, policiesKey, relationKey, temporarySchema, TrackedView, typeKey } from "../keys";
import { edited, namesInText, writtenName } from "./nameText";
import type { DataType, Expression, Extension, Function, ObjectReference, Place, QualifiedName, Relation, SourceText, Table, Type } from "../model";
import type { Key, Writer } from "../store";
import { usesOf } from "./uses";
import { qualified } from "../view";
import type { Statement } from "../../sql/statement";
import type { Range } from "../../text/range";

/** Something in a statement that does not fit the schema as the history left it. */
export interface ReplayProblem {
  readonly place: Place;
  readonly message: string;
  /** The SQLSTATE that a server would fail with. */
  readonly code: string;
}

export class ApplyContext extends TrackedView {
  /** Of the statement inside a DO block that is being applied. */
  offset = 0;
  /** The statement may not have run: what does not fit is passed over without a word. */
  tentative = false;
  /** CREATE SCHEMA AUTHORIZATION makes what it names as that role. */
  actingAs: string | null = null;

  constructor(
    readonly writer: Writer,
    readonly statement: Statement,
    readonly version: Version,
    private readonly problems: ReplayProblem[],
  ) {
    super(writer);
  }

  place(range: Range): Place {
    const by = this.offset;
    return { anchor: this.statement, range: by === 0 ? range : { start: range.start + by, end: range.end + by } };
  }

  /** The statement's words. */
  text(range: Range): string {
    return this.statement.parsed.text.slice(range.start + this.offset, range.end + this.offset);
  }

  /** What a new object carries. */
  declared(range: Range): { origin: Place; changed: null; createdIn: string; comment: null } {
    return { origin: this.place(range), changed: null, createdIn: this.version.id, comment: null };
  }

  /** Who runs the statement, and owns what it makes; null: the role that runs the history. */
  get runner(): string | null {
    return this.actingAs ?? this.session.role;
  }

  /** The role that a name means here; null: the one that runs the history. */
  roleMeant(name: string): string | null {
    if (name === "session_user") return null;
    return name === "current_user" || name === "current_role" ? this.runner : name;
  }

  /** `code`: the SQLSTATE that a server would fail with. */
  problem(range: Range, message: string, code: string): void {
    if (!this.tentative) this.problems.push({ place: this.place(range), message, code });
  }

  putRelation(relation: Relation): void {
    const before = this.relation(relation);
    this.countPolicies(before, relation);
    this.countConstraintNames(relation, constraintsOf(before), constraintsOf(relation));
    this.keepUses(usesOf(before), usesOf(relation));
    if (relation.kind === "sequence" && relation.ownedBy) this.writer.set(ownerKey(relation.ownedBy.table), true);
    this.writer.set(relationKey(relation), relation);
  }
  removeRelation(name: QualifiedName): void {
    const before = this.relation(name);
    this.countPolicies(before, undefined);
    this.countConstraintNames(name, constraintsOf(before), nothing);
    this.keepUses(usesOf(before), usesOf(undefined));
    this.writer.set(relationKey(name), undefined);
  }

  /** Postgres chooses a constraint's name so that no other one of the schema has it, of whatever table. */
  hasConstraint(schema: string, name: string): boolean {
    return this.writer.get(constraintNameKey({ schema, name })) !== undefined;
  }

  private countConstraintNames({ schema }: QualifiedName, before: Names, after: Names): void {
    if (before === after) return;
    const had = new Set(before.map(({ name }) => name));
    const has = new Set(after.map(({ name }) => name));
    for (const name of had) if (!has.has(name)) this.count(constraintNameKey({ schema, name }), -1);
    for (const name of has) if (!had.has(name)) this.count(constraintNameKey({ schema, name }), 1);
  }

  /** One key a use, so that two objects that use a third have no write in common. */
  private keepUses(before: ReadonlyMap<Key, Key>, after: ReadonlyMap<Key, Key>): void {
    for (const key of before.keys()) if (!after.has(key)) this.writer.set(key, undefined);
    for (const [key, user] of after) if (!before.has(key)) this.writer.set(key, user);
  }

  private count(key: Key, by: number): void {
    const count = ((this.writer.get(key) as number | undefined) ?? 0) + by;
    this.writer.set(key, count === 0 ? undefined : count);
  }

  putExtension(extension: Extension): void {
    this.writer.set(extensionKey(extension.name), extension);
  }

  /** False: no column of the table owns a sequence, and none has to be looked for. */
  ownsSequences(table: QualifiedName): boolean {
    return this.writer.get(ownerKey(table)) === true;
  }

  private countPolicies(before: Relation | undefined, after: Relation | undefined): void {
    const has = (relation: Relation | undefined): number => (relation?.kind === "table" && relation.policies.length > 0 ? 1 : 0);
    const change = has(after) - has(before);
    if (change !== 0) this.writer.set(policiesKey, ((this.writer.get(policiesKey) as number | undefined) ?? 0) + change);
  }

  putType(type: Type): void {
    const before = this.type(type);
    this.writer.set(typeKey(type), type);
    this.countConstraintNames(type, checksOf(before), checksOf(type));
    this.keepUses(usesOf(before), usesOf(type));
  }
  removeType(name: QualifiedName): void {
    const before = this.type(name);
    this.writer.set(typeKey(name), undefined);
    this.countConstraintNames(name, checksOf(before), nothing);
    this.keepUses(usesOf(before), usesOf(undefined));
  }
  putFunctions(name: QualifiedName, functions: readonly Function[]): void {
    const uses = (overloads: readonly Function[]): ReadonlyMap<Key, Key> => new Map(overloads.flatMap((overload) => [...usesOf(overload)]));
    this.keepUses(uses(this.functions(name)), uses(functions));
    this.writer.set(functionKey(name), functions.length === 0 ? undefined : functions);
  }

  /** Replaces a table by what `change` makes of it, if it is there. */
  update(name: QualifiedName, change: (table: Table) => Table): void {
    const table = this.table(name);
    if (table) this.putRelation(change(table));
  }

  /**
   * The table that a statement works on. One that the history never created was there before it: it is entered as such,
   * with nothing known of it.
   */
  touch(name: ObjectName): Table | null {
    const resolved = this.resolve(name);
    const relation = this.relation(resolved);
    if (relation?.kind === "table") return relation;
    if (relation || this.tentative) return null;
    const table = assumedTable(resolved);
    this.putRelation(table);
    return table;
  }

  columnPlace(column: Name): Place {
    return this.place(column.range);
  }

  /** A user's type gets the schema that it is found in. */
  resolveDataType(type: DataType): DataType {
    if (type.schema !== "") return type;
    const found = this.resolveType({ schema: null, name: type.name });
    const schema = this.type(found) || this.relation(found) ? found.schema : "public";
    const text = schema === "public" || schema === "pg_catalog" ? type.text : `${quoteIdentifier(schema)}.${type.text}`;
    return { ...type, schema, text };
  }

  /**
   * An expression whose bare names mean what they meant here, wherever it is read: with only `public` on the search path.
   * Its place in the statement is not kept.
   */
  expression<E extends Expression | null>(expression: E): Expression | Extract<E, null>;
  expression(expression: Expression | null): Expression | null {
    if (expression === null) return null;
    const { text, columns, functions } = expression;
    if (this.session.searchPath.join() === "public") return { text, columns, functions };
    const edits = namesInText(text).flatMap(({ kind, parts, start, end, qualifier }) => {
      if (parts.length !== 1 || qualifier !== null) return [];
      const written = { schema: null, name: parts[0]! };
      const name = kind === "function" ? this.resolveFunction(written) : kind === "type" ? this.resolveType(written) : this.resolve(written);
      const known = kind === "function" ? this.functions(name).length > 0 : this.relation(name) !== undefined || (kind === "type" && this.type(name) !== undefined);
      return known && name.schema !== "public" && name.schema !== temporarySchema ? [{ start, end, text: writtenName(name) }] : [];
    });
    return { text: edited(text, edits), columns, functions };
  }

  /** As `expression`, of a table's own columns: one that goes by the table's name too loses it, and can be passed down. */
  ownExpression<E extends Expression | null>(expression: E, table: QualifiedName): Expression | Extract<E, null>;
  ownExpression(expression: Expression | null, table: QualifiedName): Expression | null {
    const own = this.expression(expression);
    if (own === null || !own.text.includes(table.name)) return own;
    const edits = namesInText(own.text)
      .filter(({ kind, parts, quoted, end }) => kind === "relation" && !quoted && own.text[end] === "." && parts.at(-1) === table.name && (parts.length === 1 || parts[0] === table.schema))
      .map(({ start, end }) => ({ start, end: end + 1, text: "" }));
    return edits.length === 0 ? own : { ...own, text: edited(own.text, edits) };
  }

  /** Names in kept text get the schema that they mean now. */
  resolveSource(source: SourceText): SourceText {
    if (source.names.length === 0) return source;
    return { text: source.text, names: source.names.map(({ range, refers }) => ({ range, refers: this.resolveReference(refers) })) };
  }

  private resolveReference(refers: ObjectReference): ObjectReference {
    if (refers.kind === "column") return { ...refers, relation: this.resolve(asWritten(refers.relation)) };
    const written = asWritten(refers.name);
    if (refers.kind === "relation") return { ...refers, name: this.resolve(written) };
    return { ...refers, name: refers.kind === "type" ? this.resolveType(written) : this.resolveFunction(written) };
  }
}

type Names = readonly { readonly name: string }[];
const nothing: Names = [];
const constraintsOf = (relation: Relation | undefined): Names => (relation?.kind === "table" ? relation.constraints : nothing);
const checksOf = (type: Type | undefined): Names => (type?.kind === "domain" ? type.checks : nothing);

/** How many constraints of a schema have the name. */
const constraintNameKey = (name: QualifiedName): Key => `constraint:${qualified(name)}`;

const asWritten = (name: QualifiedName): Pick<ObjectName, "schema" | "name"> => ({ schema: name.schema === "" ? null : name.schema, name: name.name });

export function assumedTable(name: QualifiedName): Table {
  return {
    kind: "table",
    schema: name.schema,
    name: name.name,
    tableKind: "table",
    persistence: "permanent",
    columns: [],
    constraints: [],
    indexes: [],
    policies: [],
    triggers: [],
    rls: { enabled: false, forced: false },
    owner: null,
    grants: [],
    revoked: [],
    options: [],
    partitionKey: null,
    partitionOf: null,
    partitionBound: null,
    inherits: [],
    referencedBy: [],
    partitions: [],
    inheritedBy: [],
    accessMethod: null,
    tablespace: null,
    replicaIdentity: null,
    clusterIndex: null,
    server: null,
    complete: false,
    namePlace: null,
    origin: null,
    changed: null,
    createdIn: null,
    comment: null,
  };
}

/** Set once a sequence has been owned by a column of the table. */
const ownerKey = (table: QualifiedName): string => `owner:${table.schema}.${table.name}`;

export const sameName = (a: QualifiedName, b: QualifiedName): boolean => a.name === b.name && a.schema === b.schema;

/** `list` with `name` in it, once. */
export function withName(list: readonly QualifiedName[], name: QualifiedName): readonly QualifiedName[] {
  return list.some((item) => sameName(item, name)) ? list : [...list, { schema: name.schema, name: name.name }];
}

export function withoutName(list: readonly QualifiedName[], name: QualifiedName): readonly QualifiedName[] {
  return list.some((item) => sameName(item, name)) ? list.filter((item) => !sameName(item, name)) : list;
}
