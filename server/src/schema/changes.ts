// What a statement does to the schema, as typed data: read from the parse tree once a text (so every range is relative
// to the statement's start), applied at each place where that text stands.

import type { Range } from "../text/range";
import type { DataType, Expression, Grant, IndexElement, Membership, Option, PolicyCommand, ReferentialAction, SourceText, Trigger } from "./model";

/** A name as written; without a schema it is looked up on the search path, or created in its first one. */
export interface ObjectName {
  readonly schema: string | null;
  readonly name: string;
  /** All of it, schema included. */
  readonly range: Range;
}

/** A column, constraint, label or role name as written. */
export interface Name {
  readonly name: string;
  readonly range: Range;
}

/** An expression with the place of its text. */
export type PlacedExpression = Expression & { readonly range: Range };

export interface TypeName {
  /** Resolved as far as text goes: a user's type without a schema has schema "" until it is looked up. */
  readonly type: DataType;
  readonly serial: "smallserial" | "serial" | "bigserial" | null;
  readonly range: Range;
}

export interface ColumnDefinition {
  readonly name: Name;
  /** Null for a column of a typed table or a partition that only adds options. */
  readonly type: TypeName | null;
  readonly notNull: boolean;
  /** Of the words NOT NULL, where they are written. */
  readonly notNullRange: Range | null;
  readonly default: PlacedExpression | null;
  readonly identity: "always" | "by default" | null;
  readonly identityOptions: readonly Option[];
  readonly generated: { readonly expression: PlacedExpression; readonly stored: boolean } | null;
  readonly collation: string | null;
  readonly storage: string | null;
  readonly compression: string | null;
  /** Constraints written at the column; PRIMARY KEY, UNIQUE, CHECK, REFERENCES. */
  readonly constraints: readonly ConstraintDefinition[];
  /** The whole definition. */
  readonly range: Range;
}

interface ConstraintDefinitionBase {
  /** Null: Postgres chooses. */
  readonly name: Name | null;
  /** The whole constraint, CONSTRAINT name included. */
  readonly range: Range;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
}
export type ConstraintDefinition =
  | (ConstraintDefinitionBase & {
      readonly kind: "primary key" | "unique";
      /** Empty with USING INDEX. */
      readonly columns: readonly Name[];
      readonly include: readonly Name[];
      readonly nullsNotDistinct: boolean;
      readonly withoutOverlaps: boolean;
      readonly usingIndex: Name | null;
      readonly with: readonly Option[];
      readonly tablespace: string | null;
    })
  | (ConstraintDefinitionBase & {
      readonly kind: "foreign key";
      readonly columns: readonly Name[];
      readonly references: ObjectName;
      readonly referencedColumns: readonly Name[];
      readonly onDelete: ReferentialAction;
      readonly onUpdate: ReferentialAction;
      readonly onDeleteColumns: readonly string[];
      readonly match: "simple" | "full";
      readonly notValid: boolean;
      readonly enforced: boolean;
      readonly period: boolean;
    })
  | (ConstraintDefinitionBase & {
      readonly kind: "check";
      readonly expression: PlacedExpression;
      readonly notValid: boolean;
      readonly enforced: boolean;
      readonly noInherit: boolean;
    })
  | (ConstraintDefinitionBase & {
      readonly kind: "exclude";
      readonly method: string;
      readonly elements: readonly { readonly element: IndexElement; readonly operator: string }[];
      readonly include: readonly Name[];
      readonly where: Expression | null;
    })
  | (ConstraintDefinitionBase & {
      readonly kind: "not null";
      readonly columns: readonly Name[];
      readonly notValid: boolean;
      readonly noInherit: boolean;
    });

export interface IndexDefinition {
  /** Null: Postgres chooses. */
  readonly name: Name | null;
  readonly method: string;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly elements: readonly (IndexElement & { readonly range: Range })[];
  readonly include: readonly Name[];
  readonly where: PlacedExpression | null;
  readonly with: readonly Option[];
  readonly tablespace: string | null;
}

/** One action of ALTER TABLE (also of ALTER INDEX, VIEW, SEQUENCE, FOREIGN TABLE where they share it). */
export type TableAction = { readonly range: Range } & (
  | { readonly action: "addColumn"; readonly column: ColumnDefinition; readonly ifNotExists: boolean }
  | { readonly action: "dropColumn"; readonly column: Name; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly action: "setType"; readonly column: Name; readonly type: TypeName; readonly collation: string | null; readonly using: PlacedExpression | null }
  | { readonly action: "setNotNull" | "dropNotNull"; readonly column: Name }
  | { readonly action: "setDefault"; readonly column: Name; readonly expression: PlacedExpression }
  | { readonly action: "dropDefault"; readonly column: Name }
  | { readonly action: "addIdentity"; readonly column: Name; readonly identity: "always" | "by default"; readonly options: readonly Option[] }
  | { readonly action: "setIdentity"; readonly column: Name; readonly identity: "always" | "by default" | null; readonly options: readonly Option[] }
  | { readonly action: "dropIdentity" | "dropExpression"; readonly column: Name; readonly ifExists: boolean }
  | { readonly action: "setExpression"; readonly column: Name; readonly expression: PlacedExpression }
  | { readonly action: "setStorage" | "setCompression"; readonly column: Name; readonly value: string }
  | { readonly action: "setStatistics"; readonly column: Name; readonly value: number }
  | { readonly action: "setColumnOptions" | "resetColumnOptions"; readonly column: Name; readonly options: readonly Option[] }
  | { readonly action: "addConstraint"; readonly constraint: ConstraintDefinition }
  | { readonly action: "dropConstraint"; readonly constraint: Name; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly action: "validateConstraint"; readonly constraint: Name }
  | { readonly action: "alterConstraint"; readonly constraint: Name; readonly deferrable: boolean | null; readonly initiallyDeferred: boolean | null; readonly enforced: boolean | null }
  | { readonly action: "rowSecurity"; readonly set: "enable" | "disable" | "force" | "no force" }
  | { readonly action: "triggers"; readonly trigger: Name | "all" | "user"; readonly enabled: Trigger["enabled"] }
  | { readonly action: "attachPartition"; readonly partition: ObjectName; readonly bound: string }
  | { readonly action: "detachPartition"; readonly partition: ObjectName; readonly concurrently: boolean; readonly finalize: boolean }
  | { readonly action: "attachIndex"; readonly index: ObjectName }
  | { readonly action: "inherit" | "noInherit"; readonly parent: ObjectName }
  | { readonly action: "setOptions" | "resetOptions"; readonly options: readonly Option[] }
  | { readonly action: "setPersistence"; readonly persistence: "permanent" | "unlogged" }
  | { readonly action: "setTablespace" | "setAccessMethod"; readonly value: string }
  | { readonly action: "replicaIdentity"; readonly value: string }
  | { readonly action: "clusterOn"; readonly index: Name | null }
  | { readonly action: "owner"; readonly owner: string }
  | { readonly action: "other"; readonly subtype: string }
);

export interface AssignedColumn extends Name {
  /** An element or a field of it alone: `tags[1]`, `address.city`. */
  readonly part: boolean;
}

export type DropKind = "table" | "index" | "view" | "materialized view" | "sequence" | "foreign table" | "type" | "domain" | "schema" | "extension" | "role" | "function" | "procedure" | "aggregate" | "routine" | "policy" | "trigger" | "rule" | "constraint" | "other";

/** Which kind of relation ALTER TABLE and the like were said of. */
export type RelationWord = "table" | "index" | "view" | "materialized view" | "sequence" | "foreign table" | "composite";

export interface FunctionSignature extends ObjectName {
  /** Input types as format_type prints them; null where the statement gives none. */
  readonly arguments: readonly string[] | null;
}

export type GrantTarget =
  | { readonly on: "relation" | "sequence" | "type"; readonly names: readonly ObjectName[] }
  | { readonly on: "schema" | "other"; readonly names: readonly ObjectName[] }
  | { readonly on: "function"; readonly names: readonly FunctionSignature[] }
  | { readonly on: "all in schema"; readonly objects: "tables" | "sequences" | "functions"; readonly schemas: readonly string[] };

export type Change = { readonly range: Range } & (
  /** `owner`: of AUTHORIZATION. */
  | { readonly change: "createSchema"; readonly name: Name; readonly ifNotExists: boolean; readonly owner: string | null }
  | {
      readonly change: "createTable";
      readonly name: ObjectName;
      readonly ifNotExists: boolean;
      readonly persistence: "permanent" | "unlogged" | "temporary";
      readonly columns: readonly ColumnDefinition[];
      readonly constraints: readonly ConstraintDefinition[];
      readonly like: readonly { readonly source: ObjectName; readonly including: ReadonlySet<"defaults" | "constraints" | "indexes" | "identity" | "generated" | "comments" | "storage" | "statistics" | "compression"> }[];
      readonly inherits: readonly ObjectName[];
      readonly partitionOf: ObjectName | null;
      readonly partitionBound: string | null;
      readonly partitionKey: { readonly strategy: "range" | "list" | "hash"; readonly columns: readonly (string | null)[]; readonly text: string } | null;
      readonly options: readonly Option[];
      readonly accessMethod: string | null;
      readonly tablespace: string | null;
      readonly foreignServer: string | null;
      readonly foreignOptions: readonly Option[];
      readonly ofType: ObjectName | null;
    }
  /** CREATE TABLE AS, SELECT INTO: the columns are the query's, and not known where the select list does not tell. */
  | { readonly change: "createTableAs"; readonly name: ObjectName; readonly ifNotExists: boolean; readonly persistence: "permanent" | "unlogged" | "temporary"; readonly columns: readonly string[] | null; /** The relations that its query names. */ readonly reads: readonly ObjectName[]; readonly withData: boolean }
  | { readonly change: "alterTable"; readonly name: ObjectName; readonly word: RelationWord; readonly ifExists: boolean; readonly only: boolean; readonly actions: readonly TableAction[] }
  | { readonly change: "createIndex"; readonly table: ObjectName; readonly only: boolean; readonly index: IndexDefinition; readonly concurrently: boolean; readonly concurrentlyRange: Range | null; readonly ifNotExists: boolean }
  | { readonly change: "reindex"; readonly target: ObjectName; readonly word: "index" | "table" | "schema" | "database" | "system"; readonly concurrently: boolean }
  | { readonly change: "drop"; readonly kind: DropKind; readonly names: readonly (ObjectName | FunctionSignature)[]; /** Of a policy, trigger or rule. */ readonly table: ObjectName | null; readonly ifExists: boolean; readonly cascade: boolean; readonly concurrently: boolean; /** What an "other" object is called in DROP. */ readonly word: string }
  | { readonly change: "rename"; readonly kind: "table" | "index" | "view" | "materialized view" | "sequence" | "foreign table" | "type" | "domain" | "schema" | "function" | "procedure" | "role" | "other"; readonly name: ObjectName | FunctionSignature; readonly to: Name; readonly ifExists: boolean }
  | { readonly change: "renamePart"; readonly part: "column" | "constraint" | "policy" | "trigger" | "attribute" | "rule" | "domain constraint"; readonly of: ObjectName; readonly word: RelationWord | "domain"; readonly name: Name; readonly to: Name; readonly ifExists: boolean }
  | { readonly change: "renameEnumLabel"; readonly type: ObjectName; readonly label: string; readonly to: string }
  | { readonly change: "setSchema"; readonly kind: DropKind; readonly name: ObjectName | FunctionSignature; readonly schema: Name; readonly ifExists: boolean }
  | { readonly change: "createEnum"; readonly name: ObjectName; readonly labels: readonly string[] }
  | { readonly change: "addEnumLabel"; readonly type: ObjectName; readonly label: string; readonly ifNotExists: boolean; readonly neighbour: string | null; readonly after: boolean }
  | { readonly change: "createDomain"; readonly name: ObjectName; readonly type: TypeName; readonly collation: string | null; readonly notNull: boolean; readonly default: Expression | null; readonly checks: readonly { readonly name: string | null; readonly expression: Expression }[] }
  | { readonly change: "alterDomain"; readonly name: ObjectName; readonly alter: { readonly set: "notNull" | "dropNotNull" | "dropDefault" } | { readonly set: "default"; readonly expression: Expression } | { readonly set: "addCheck"; readonly name: string | null; readonly expression: Expression; readonly notValid: boolean } | { readonly set: "dropCheck" | "validateCheck"; readonly name: string; readonly ifExists: boolean } }
  | { readonly change: "createComposite"; readonly name: ObjectName; readonly attributes: readonly { readonly name: string; readonly type: TypeName; readonly collation: string | null }[] }
  | { readonly change: "alterComposite"; readonly name: ObjectName; readonly actions: readonly TableAction[] }
  | { readonly change: "createRange"; readonly name: ObjectName; readonly definition: SourceText }
  | { readonly change: "createView"; readonly name: ObjectName; readonly materialized: boolean; readonly temporary: boolean; readonly replace: boolean; readonly ifNotExists: boolean; readonly columns: readonly string[] | null; readonly options: readonly Option[]; readonly definition: SourceText; readonly reads: readonly ObjectName[]; readonly withData: boolean }
  | { readonly change: "refreshView"; readonly name: ObjectName; readonly concurrently: boolean; readonly withData: boolean }
  | { readonly change: "createSequence"; readonly name: ObjectName; readonly ifNotExists: boolean; readonly temporary: boolean; readonly options: readonly Option[]; readonly ownedBy: { readonly table: ObjectName; readonly column: string } | null }
  | { readonly change: "alterSequence"; readonly name: ObjectName; readonly ifExists: boolean; readonly options: readonly Option[]; readonly ownedBy: { readonly table: ObjectName; readonly column: string } | "none" | null }
  | { readonly change: "createFunction"; readonly kind: "function" | "procedure" | "aggregate"; readonly name: ObjectName; readonly arguments: readonly string[]; readonly returns: string | null; readonly replace: boolean; readonly language: string; readonly volatility: "immutable" | "stable" | "volatile"; readonly securityDefiner: boolean; readonly settings: readonly Option[]; readonly definition: SourceText }
  | { readonly change: "alterFunction"; readonly name: FunctionSignature; readonly volatility: "immutable" | "stable" | "volatile" | null; readonly securityDefiner: boolean | null; readonly set: readonly Option[]; readonly reset: readonly string[] | "all"; readonly definition: SourceText }
  | { readonly change: "createTrigger"; readonly table: ObjectName; readonly name: Name; readonly replace: boolean; readonly trigger: Omit<Trigger, "name" | "origin" | "createdIn" | "comment" | "enabled" | "function">; readonly function: ObjectName }
  | { readonly change: "createPolicy"; readonly table: ObjectName; readonly name: Name; readonly command: PolicyCommand; readonly permissive: boolean; readonly roles: readonly string[]; readonly using: PlacedExpression | null; readonly withCheck: PlacedExpression | null }
  | { readonly change: "alterPolicy"; readonly table: ObjectName; readonly name: Name; readonly roles: readonly string[] | null; readonly using: PlacedExpression | null; readonly withCheck: PlacedExpression | null }
  | { readonly change: "grant"; readonly target: GrantTarget; readonly grants: readonly Grant[]; readonly revoke: boolean; readonly grantOptionOnly: boolean }
  /** `options`: what WITH says of the membership, or what REVOKE ... OPTION FOR takes back of it. */
  | { readonly change: "grantRole"; readonly roles: readonly string[]; readonly members: readonly string[]; readonly revoke: boolean; readonly options: Partial<Omit<Membership, "role">> }
  /** ALTER ... OWNER TO, of what ALTER TABLE has no part in. */
  | { readonly change: "setOwner"; readonly kind: DropKind; readonly name: ObjectName | FunctionSignature; readonly owner: string }
  | { readonly change: "reassignOwned"; readonly roles: readonly string[]; readonly owner: string }
  | { readonly change: "dropOwned"; readonly roles: readonly string[] }
  | { readonly change: "defaultPrivileges"; readonly roles: readonly string[]; readonly schemas: readonly string[]; readonly objects: string; readonly grants: readonly Grant[]; readonly revoke: boolean }
  | { readonly change: "createRole"; readonly name: string; readonly options: readonly Option[] }
  | { readonly change: "alterRole"; readonly name: string; readonly options: readonly Option[] }
  | { readonly change: "createExtension"; readonly name: Name; readonly schema: string | null; readonly version: string | null; readonly ifNotExists: boolean }
  | { readonly change: "comment"; readonly on: string; readonly name: ObjectName | FunctionSignature; /** The column, constraint, trigger or policy of `name`. */ readonly part: string | null; readonly text: string | null }
  /** Kept to be printed again: publications, statistics objects, casts, ... */
  | { readonly change: "other"; readonly type: string; readonly name: ObjectName; /** The table of a rule or a statistics object. */ readonly on: ObjectName | null; readonly definition: SourceText }
  /** Session state. */
  | { readonly change: "set"; readonly setting: string; /** Null: RESET or SET TO DEFAULT. */ readonly value: string | null; readonly local: boolean }
  | { readonly change: "transaction"; readonly command: "begin" | "commit" | "rollback" | "savepoint" | "release" | "rollback to"; /** The one that SAVEPOINT, RELEASE and ROLLBACK TO name. */ readonly savepoint: string | null }
  | { readonly change: "lock"; readonly names: readonly ObjectName[]; readonly mode: string; readonly noWait: boolean }
  /** Rows, not schema. `where` is null without a WHERE clause. */
  | {
      readonly change: "write";
      readonly command: "insert" | "update" | "delete" | "merge" | "truncate" | "copy";
      readonly tables: readonly ObjectName[];
      readonly where: Range | null;
      readonly cascade: boolean;
      /** That INSERT or COPY lists; null: the table's own, in order. */
      readonly columns: readonly Name[] | null;
      /** What each SET clause assigns: of UPDATE, of ON CONFLICT DO UPDATE, of the branches of MERGE. */
      readonly sets: readonly (readonly AssignedColumn[])[];
      /**
       * Of INSERT: VALUES with so many in a row, the positions that are DEFAULT in every row, and for each position the
       * highest of its values where all are whole numbers; or a query. Null: DEFAULT VALUES, and all others.
       */
      readonly source: { readonly rows: "values"; readonly width: number; readonly defaults: readonly number[]; readonly highest: readonly (number | null)[] } | { readonly rows: "query"; readonly reads: readonly ObjectName[] } | null;
      /** Other tables are read for it: FROM, USING, WITH. */
      readonly joins: boolean;
    }
  /** `tables` empty: all of the database. */
  | { readonly change: "vacuum"; readonly tables: readonly ObjectName[]; readonly full: boolean; readonly analyze: boolean }
  | { readonly change: "analyze"; readonly tables: readonly ObjectName[] }
  /** Without a table: all that were clustered before. Without an index: by the one that the table was clustered by before. */
  | { readonly change: "cluster"; readonly table: ObjectName | null; readonly index: Name | null }
  /** A query, EXPLAIN, CALL, ...: leaves the schema as it is. */
  | { readonly change: "none"; readonly command: string }
  /** Could not be read, or runs SQL made at run time: whatever its tokens name is not completely known from here on. */
  | { readonly change: "unread"; readonly names: readonly ObjectName[] }
);

/** What one statement does, a DO block's statements included, in order. */
export interface StatementChange {
  readonly change: Change;
  /** Of the statement in the DO block; 0 outside of one. Ranges in `change` are relative to it. */
  readonly offset: number;
  /** Its errors are swallowed, or it stands under a condition: applied only where it fits the schema. */
  readonly tentative: boolean;
}
