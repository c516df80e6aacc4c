// What Drizzle's functions make, as plain data: close to what drizzle-orm itself keeps, with the places in the code.

import type { ReferentialAction } from "../../schema/model";
import type { Source } from "../module";
import type { Unknown, Value } from "../values";
import type { Fragment } from "./fragment";

/** Made by `text("name")` and changed by the calls behind it, as drizzle-orm changes its builders. */
export interface ColumnBuilder {
  /** The function: `timestamp`. */
  readonly type: string;
  /** Null: the key that it stands under, in the table's casing. */
  name: string | null;
  /** The first key that it stands under: a builder that several tables share has its name from there. */
  key: string | null;
  /** It has a name that is not known: then it is none of the columns that are. */
  readonly nameless: boolean;
  /** A data type as SQL has it, without array marks; a custom type's is as it was written. */
  readonly sqlType: Fragment;
  /** `[]`, `[3]`. */
  dimensions: string[];
  notNull: boolean;
  primaryKey: boolean;
  unique: { readonly name: string | null; readonly nullsNotDistinct: boolean; readonly source: Source } | null;
  /** As given: a value, or SQL. */
  default: Value | null;
  /** `$default`, `$defaultFn`: made by the application. */
  runtimeDefault: boolean;
  runtimeUpdate: Source | null;
  references: Reference[];
  /** Asked for once all tables are there: it may name its own. */
  generated: (() => Fragment) | null;
  identity: { readonly kind: "always" | "by default"; readonly options: SequenceOptions; readonly source: Source } | null;
  /** `text({ enum: [...] })`: known to TypeScript alone. */
  enumValues: readonly string[] | null;
  /** What of it is not known. */
  unknown: Unknown | null;
  /** The call that makes the type: `timestamp("created_at")`. */
  readonly source: Source;
  /** The whole chain. */
  whole: Source;
  readonly nameSource: Source | null;
  /** Calls in the chain, by name. */
  readonly calls: Map<string, Source>;
}

export interface Reference {
  /** `() => users.id`. */
  readonly target: () => Value;
  /** The release candidates' alone. */
  readonly name: string | null;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** `references(...)`. */
  readonly source: Source;
}

export interface Column extends Readonly<Omit<ColumnBuilder, "name" | "key">> {
  readonly table: Table;
  /** That its name is made of. */
  readonly key: string;
  /** Of the key in the table's object. */
  readonly keySource: Source | null;
  /** As written; null: made of the key. */
  readonly name: string | null;
}

export type Casing = "snake_case" | "camelCase" | null;

export interface Table {
  readonly schema: string | null;
  readonly name: string;
  readonly columns: Map<string, Column>;
  /** The third argument. */
  readonly extras: (() => Value) | null;
  /** `.enableRLS()`, `pgTable.withRLS`. */
  rowSecurity: Source | null;
  /** Policies that `.link(table)` adds. */
  readonly linked: { readonly policy: Policy; readonly source: Source }[];
  readonly casing: Casing | "project";
  /** What of its columns is not known. */
  unknown: Unknown | null;
  readonly source: Source;
  readonly nameSource: Source | null;
  /** It is the platform's: `authUsers`. */
  readonly existing: boolean;
}

export interface IndexColumn {
  readonly of: { readonly column: Column } | { readonly sql: Fragment };
  readonly order: "asc" | "desc" | null;
  readonly nulls: "first" | "last" | null;
  readonly opclass: string | null;
  readonly source: Source | null;
}

export type Extra =
  | { extra: "index"; name: string | null; readonly unique: boolean; columns: readonly IndexColumn[] | null; only: boolean; concurrently: boolean; method: string; where: Fragment | null; with: readonly (readonly [string, string])[]; unknown: Unknown | null; readonly nameSource: Source | null }
  | { extra: "unique"; name: string | null; columns: readonly Column[]; nullsNotDistinct: boolean; unknown: Unknown | null }
  | { readonly extra: "primary key"; readonly name: string | null; readonly columns: readonly Column[]; readonly unknown: Unknown | null }
  | { readonly extra: "foreign key"; readonly name: string | null; readonly columns: readonly Column[]; readonly foreignColumns: readonly Column[]; onDelete: ReferentialAction; onUpdate: ReferentialAction; readonly unknown: Unknown | null }
  | { readonly extra: "check"; readonly name: string | null; readonly expression: Fragment; readonly unknown: Unknown | null }
  | { readonly extra: "policy"; readonly policy: Policy };

export interface Policy {
  readonly name: string | null;
  readonly permissive: boolean;
  readonly command: "all" | "select" | "insert" | "update" | "delete";
  readonly roles: readonly string[];
  readonly using: Fragment | null;
  readonly withCheck: Fragment | null;
  readonly unknown: Unknown | null;
  readonly nameSource: Source | null;
}

export interface Enum {
  readonly schema: string | null;
  readonly name: string;
  readonly labels: readonly string[] | Unknown;
  readonly source: Source;
  readonly nameSource: Source | null;
}

export interface SequenceOptions {
  readonly name: string | null;
  /** `INCREMENT BY 1`. */
  readonly words: readonly string[];
}

export interface Sequence {
  readonly schema: string | null;
  readonly name: string;
  readonly options: SequenceOptions;
  readonly source: Source;
}

export interface Role {
  readonly name: string;
  readonly existing: boolean;
  readonly options: readonly string[];
  readonly source: Source;
}

export interface View {
  readonly schema: string | null;
  readonly name: string;
  readonly materialized: boolean;
  /** Null: made by the query builder. */
  readonly query: Fragment | null;
  readonly existing: boolean;
  readonly options: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
  readonly source: Source;
  readonly nameSource: Source | null;
}
