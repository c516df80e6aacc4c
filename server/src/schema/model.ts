// The schema as Postgres's catalogs know it, as plain immutable data. An object that a statement changes is
// replaced, never mutated: identity (===) tells whether it changed.

import type { Range } from "../text/range";

/** Something with a text that moves as a whole when the document around it is edited (a SQL statement, a TypeScript declaration). */
export interface Anchor {
  /** Absolute path with `/`, or the URI of a document that no file stands behind. */
  readonly file: string;
  /** UTF-16 offset in the file now. */
  readonly start: number;
}

/** Where something is written. `range` is relative to `anchor.start`. */
export interface Place {
  readonly anchor: Anchor;
  readonly range: Range;
}

/** What every object of the schema carries. */
export interface Declared {
  /** Where it was created; null for what was there before the history or belongs to the platform. */
  readonly origin: Place | null;
  /** Where it was last changed, if that is not its origin. */
  readonly changed: Place | null;
  /** The migration version that created it; null: before the history. */
  readonly createdIn: string | null;
  readonly comment: string | null;
}

export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** What belongs to a role, and may be granted to others. */
export interface Owned {
  /** Null: the role that runs the history, whatever it is called. */
  readonly owner: string | null;
  readonly grants: readonly Grant[];
  /** What REVOKE has named, granted here or not: a platform's own grants are taken away by it too. */
  readonly revoked: readonly Grant[];
}

export interface Schema extends Declared, Owned {
  readonly kind: "schema";
  readonly name: string;
}

/** A data type as `format_type` prints it, and what it is made of. */
export interface DataType {
  /** As `format_type(oid, typmod)` prints it with only `public` and `pg_catalog` on the search path: `character varying(20)`, `timestamp with time zone`, `sales.status`. */
  readonly text: string;
  /** Internal name without modifiers or array marks: `int4`, `varchar`, `timestamptz`, `status`. */
  readonly name: string;
  /** Schema of a user's type, `pg_catalog` for a built-in one. */
  readonly schema: string;
  /** Modifiers as written: `numeric(10,2)` has [10, 2]. */
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

/** An expression as it was written, with no outer parentheses; `columns` are the bare column names that it reads. */
export interface Expression {
  readonly text: string;
  readonly columns: readonly string[];
  /** Names of the functions it calls, as written, lower-case: `gen_random_uuid`, `auth.uid`. */
  readonly functions: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly notNull: boolean;
  readonly default: Expression | null;
  readonly identity: "always" | "by default" | null;
  /** GENERATED ALWAYS AS (expression). */
  readonly generated: { readonly expression: Expression; readonly stored: boolean } | null;
  readonly collation: string | null;
  readonly storage: string | null;
  readonly compression: string | null;
  readonly statistics: number | null;
  /** Inherited from a parent, or of a partition's parent. */
  readonly inherited: boolean;
  /** Written as serial, bigserial or smallserial. */
  readonly serial: boolean;
  readonly origin: Place | null;
  /** Place of its type's name, where it was last set. */
  readonly typePlace: Place | null;
  readonly createdIn: string | null;
  readonly comment: string | null;
}

interface ConstraintBase {
  readonly name: string;
  readonly origin: Place | null;
  readonly createdIn: string | null;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  readonly comment: string | null;
  /** Passed down from a partitioned or inherited parent. */
  readonly inherited: boolean;
}

export interface PrimaryKey extends ConstraintBase {
  readonly kind: "primary key";
  readonly columns: readonly string[];
  readonly include: readonly string[];
  /** WITHOUT OVERLAPS on the last column (18). */
  readonly withoutOverlaps: boolean;
}
export interface UniqueConstraint extends ConstraintBase {
  readonly kind: "unique";
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly withoutOverlaps: boolean;
}
export type ReferentialAction = "no action" | "restrict" | "cascade" | "set null" | "set default";
export interface ForeignKey extends ConstraintBase {
  readonly kind: "foreign key";
  readonly columns: readonly string[];
  readonly references: QualifiedName;
  /** Filled in from the referenced primary key where the statement leaves it out; empty where that is not known. */
  readonly referencedColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** ON DELETE SET NULL (columns). */
  readonly onDeleteColumns: readonly string[];
  readonly match: "simple" | "full";
  readonly validated: boolean;
  readonly enforced: boolean;
  readonly period: boolean;
}
export interface CheckConstraint extends ConstraintBase {
  readonly kind: "check";
  readonly expression: Expression;
  readonly validated: boolean;
  readonly enforced: boolean;
  readonly noInherit: boolean;
}
export interface ExcludeConstraint extends ConstraintBase {
  readonly kind: "exclude";
  readonly method: string;
  /** Each element as it was written, with its operator. */
  readonly elements: readonly { readonly element: IndexElement; readonly operator: string }[];
  readonly include: readonly string[];
  readonly where: Expression | null;
}
/** A named NOT NULL that is not validated yet (18); a validated one is the column's `notNull`. */
export interface NotNullConstraint extends ConstraintBase {
  readonly kind: "not null";
  readonly column: string;
  readonly validated: boolean;
  readonly noInherit: boolean;
}
export type Constraint = PrimaryKey | UniqueConstraint | ForeignKey | CheckConstraint | ExcludeConstraint | NotNullConstraint;

export interface IndexElement {
  /** A column's name, or null for an expression. */
  readonly column: string | null;
  readonly expression: Expression | null;
  readonly opclass: string | null;
  /** Options of the operator class as written: `siglen=32`. */
  readonly opclassOptions: string | null;
  readonly collation: string | null;
  readonly order: "asc" | "desc";
  readonly nulls: "first" | "last";
}

/** An index that is not one of a constraint; those of a primary key, unique or exclude constraint are implied by it. */
export interface Index {
  readonly name: string;
  readonly method: string;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly elements: readonly IndexElement[];
  readonly include: readonly string[];
  readonly where: Expression | null;
  readonly with: readonly Option[];
  readonly tablespace: string | null;
  readonly valid: boolean;
  /** Created ON ONLY a partitioned table: its partitions have none until one is attached. */
  readonly only: boolean;
  /** The parent's index that it is attached to, or was made from. */
  readonly parent: string | null;
  readonly origin: Place | null;
  readonly createdIn: string | null;
  readonly comment: string | null;
}

export interface Option {
  readonly name: string;
  readonly value: string;
}

export type PolicyCommand = "all" | "select" | "insert" | "update" | "delete";
export interface Policy {
  readonly name: string;
  readonly command: PolicyCommand;
  readonly permissive: boolean;
  /** `public` for everyone. */
  readonly roles: readonly string[];
  readonly using: Expression | null;
  readonly withCheck: Expression | null;
  readonly origin: Place | null;
  /** Of its last ALTER POLICY. */
  readonly changed: Place | null;
  readonly createdIn: string | null;
  readonly comment: string | null;
}

export interface Trigger {
  readonly name: string;
  readonly timing: "before" | "after" | "instead of";
  readonly events: readonly ("insert" | "update" | "delete" | "truncate")[];
  readonly updateOf: readonly string[];
  readonly level: "row" | "statement";
  readonly function: QualifiedName;
  readonly when: Expression | null;
  readonly enabled: "origin" | "always" | "replica" | "disabled";
  readonly constraint: boolean;
  /** The whole CREATE TRIGGER as written, to print it again. */
  readonly definition: SourceText;
  readonly origin: Place | null;
  readonly createdIn: string | null;
  readonly comment: string | null;
}

/**
 * Text of the user's SQL that is kept as written and printed again. `names` are the ranges (relative to `text`) of
 * names that mean objects, so that a rename can rewrite them.
 */
export interface SourceText {
  readonly text: string;
  readonly names: readonly { readonly range: Range; readonly refers: ObjectReference }[];
}
export type ObjectReference =
  | { readonly kind: "relation" | "type" | "function"; readonly name: QualifiedName }
  | { readonly kind: "column"; readonly relation: QualifiedName; readonly column: string };

export interface Grant {
  readonly privilege: string;
  /** `public` for everyone. */
  readonly grantee: string;
  readonly grantable: boolean;
  /** Empty: the whole object. */
  readonly columns: readonly string[];
}

export interface Table extends Declared, QualifiedName, Owned {
  readonly kind: "table";
  readonly tableKind: "table" | "partitioned" | "partition" | "foreign";
  readonly persistence: "permanent" | "unlogged" | "temporary";
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly policies: readonly Policy[];
  readonly triggers: readonly Trigger[];
  readonly rls: { readonly enabled: boolean; readonly forced: boolean };
  readonly options: readonly Option[];
  /** PARTITION BY: strategy and the key's columns (null for an expression); also on a partition that is partitioned itself. */
  readonly partitionKey: { readonly strategy: "range" | "list" | "hash"; readonly columns: readonly (string | null)[]; readonly text: string } | null;
  readonly partitionOf: QualifiedName | null;
  /** FOR VALUES ... or DEFAULT, as written. */
  readonly partitionBound: string | null;
  readonly inherits: readonly QualifiedName[];
  /** Tables with a foreign key to this one (themselves included), each once. */
  readonly referencedBy: readonly QualifiedName[];
  readonly partitions: readonly QualifiedName[];
  /** Tables that inherit from this one through INHERITS. */
  readonly inheritedBy: readonly QualifiedName[];
  readonly accessMethod: string | null;
  readonly tablespace: string | null;
  readonly replicaIdentity: string | null;
  readonly clusterIndex: string | null;
  readonly server: string | null;
  /** True only if every statement of the history that names it was read, and the history created it: then "X is missing" may be said. */
  readonly complete: boolean;
  /** Place of the table's name where it was declared. */
  readonly namePlace: Place | null;
}

/** An index or a constraint's index as a relation: where its definition is kept. */
export interface IndexRelation extends QualifiedName {
  readonly kind: "index";
  readonly table: QualifiedName;
  readonly constraint: boolean;
}

export interface View extends Declared, QualifiedName, Owned {
  readonly kind: "view";
  readonly materialized: boolean;
  readonly columns: readonly string[];
  readonly definition: SourceText;
  readonly options: readonly Option[];
  readonly dependsOn: readonly ObjectReference[];
  /** Of a materialized view. */
  readonly indexes: readonly Index[];
  readonly populated: boolean;
  readonly triggers: readonly Trigger[];
  readonly rules: readonly SourceText[];
}

export interface Sequence extends Declared, QualifiedName, Owned {
  readonly kind: "sequence";
  readonly type: string;
  readonly options: readonly Option[];
  readonly ownedBy: { readonly table: QualifiedName; readonly column: string } | null;
  /** Made by serial or identity: printed with its column. */
  readonly implicit: boolean;
}

export type Relation = Table | View | Sequence | IndexRelation | CompositeType;

export interface EnumType extends Declared, QualifiedName {
  readonly kind: "enum";
  readonly labels: readonly string[];
  readonly grants: readonly Grant[];
}
export interface Domain extends Declared, QualifiedName {
  readonly kind: "domain";
  readonly type: DataType;
  readonly notNull: boolean;
  readonly default: Expression | null;
  readonly collation: string | null;
  readonly checks: readonly { readonly name: string; readonly expression: Expression; readonly validated: boolean }[];
  readonly grants: readonly Grant[];
}
export interface CompositeType extends Declared, QualifiedName {
  readonly kind: "composite";
  readonly attributes: readonly { readonly name: string; readonly type: DataType; readonly collation: string | null }[];
  readonly grants: readonly Grant[];
}
export interface RangeType extends Declared, QualifiedName {
  readonly kind: "range";
  readonly definition: SourceText;
  readonly grants: readonly Grant[];
}
export type Type = EnumType | Domain | RangeType;

export interface Function extends Declared, QualifiedName, Owned {
  readonly kind: "function" | "procedure" | "aggregate";
  /** Input types as `format_type` prints them. */
  readonly arguments: readonly string[];
  readonly returns: string | null;
  readonly language: string;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly securityDefiner: boolean;
  readonly settings: readonly Option[];
  readonly definition: SourceText;
}

export interface Extension extends Declared {
  readonly kind: "extension";
  readonly name: string;
  readonly schema: string | null;
  readonly version: string | null;
}

export interface Role extends Declared {
  readonly kind: "role";
  readonly name: string;
  readonly options: readonly Option[];
  readonly memberOf: readonly Membership[];
}

/** GRANT role TO role. */
export interface Membership {
  readonly role: string;
  readonly admin: boolean;
  /** Its privileges hold without SET ROLE. Up to 15 the member's own INHERIT says so, whenever it is asked. */
  readonly inherit: boolean;
  readonly set: boolean;
}

/** ALTER DEFAULT PRIVILEGES, one entry a grant. */
export interface DefaultPrivilege {
  readonly role: string | null;
  readonly schema: string | null;
  readonly objects: string;
  readonly grant: Grant;
  readonly revoked: boolean;
}

/** An object that only has to be printed again: publication, statistics object, event trigger, cast, operator, text search configuration, foreign server, ... */
export interface OtherObject extends Declared {
  readonly kind: "other";
  /** `publication`, `statistics`, `event trigger`, ... as Postgres calls it. */
  readonly type: string;
  readonly name: string;
  readonly schema: string | null;
  /** The statements that made it what it is, in order. */
  readonly definitions: readonly SourceText[];
}
