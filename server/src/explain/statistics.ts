// What a server's catalog and its statistics say of the relations that a plan reads, as plain data. Nothing of a row is
// in it: of pg_stats only what counts values, never the values themselves.

import type { QualifiedName } from "../schema/model";

export interface ServerStatistics {
  /** When the server was asked, in milliseconds since 1970, by its own clock. */
  readonly at: number;
  readonly server: {
    /** track_counts: without it nothing is counted, and autovacuum does nothing. */
    readonly counts: boolean;
    readonly autovacuum: Autovacuum;
    /** default_statistics_target */
    readonly target: number;
    /** shared_buffers, in pages. */
    readonly sharedBuffers: number;
    /** When the database's counters were last set to nothing, in milliseconds since 1970; null: never, as far as is known. */
    readonly reset: number | null;
    /** What keeps rows that are dead in their place, as far as the role may see it. */
    readonly holds: readonly Hold[];
  };
  /** Those that the plan reads, the one that takes most of its time first; then those that stand beside them by a key or as parents. */
  readonly relations: readonly RelationStatistics[];
  readonly foreignKeys: readonly KnownForeignKey[];
}

/** Its thresholds: so many rows, and a part of the table's. */
export interface Autovacuum {
  readonly enabled: boolean;
  readonly analyzeThreshold: number;
  readonly analyzeScaleFactor: number;
  readonly vacuumThreshold: number;
  readonly vacuumScaleFactor: number;
}

export interface Hold {
  readonly kind: "transaction" | "prepared transaction" | "replication slot";
  /** Since when, in milliseconds since 1970; null: a slot does not say. */
  readonly since: number | null;
}

export interface RelationStatistics extends QualifiedName {
  readonly kind: "table" | "partitioned table" | "materialized view" | "foreign table";
  /** The plan reads it. */
  readonly scanned: boolean;
  /** The table that it is a partition of, or inherits from. */
  readonly parent: QualifiedName | null;
  /** As VACUUM, ANALYZE or CREATE INDEX left them in pg_class; null: none of them has come to it. */
  readonly planner: { readonly rows: number; readonly pages: number } | null;
  /** Of its heap, now; null: not looked at. */
  readonly bytes: number | null;
  /** By the cumulative statistics. */
  readonly counted: {
    readonly live: number;
    readonly dead: number;
    /** Inserted, updated and deleted since the last ANALYZE. */
    readonly modified: number;
  };
  /** By hand or by autovacuum, in milliseconds since 1970; null: not since the counters were reset. */
  readonly analyzed: number | null;
  readonly vacuumed: number | null;
  /** Of this table: `autovacuum_analyze_scale_factor` and its like, as they are written. */
  readonly options: Readonly<Record<string, string>>;
  /** The role sees what ANALYZE has found of its columns: without SELECT, and under a policy, it does not. */
  readonly readable: boolean;
  readonly columns: readonly ColumnStatistics[];
  readonly indexes: readonly KnownIndex[];
  readonly extended: readonly ExtendedStatistics[];
}

export interface ColumnStatistics {
  readonly name: string;
  /** As format_type prints it. */
  readonly type: string;
  readonly notNull: boolean;
  /** SET STATISTICS; null: the server's. */
  readonly target: number | null;
  /** Null: there are none, or the role does not see them. */
  readonly known: {
    /** How many values there are; below zero: as a part of the rows. */
    readonly distinct: number;
    /** The part of the rows that has none. */
    readonly nulls: number;
    /** From -1 to 1: how far the order of the rows on disk is that of the values; null: it has no order. */
    readonly correlation: number | null;
  } | null;
}

export interface KnownIndex {
  readonly name: string;
  /** As pg_get_indexdef prints it. */
  readonly definition: string;
  readonly method: string;
  readonly unique: boolean;
  readonly partial: boolean;
  /** False: a CREATE INDEX CONCURRENTLY that failed has left it, or one is at work. */
  readonly valid: boolean;
  /** The constraint that it serves. */
  readonly constraint: "primary key" | "unique" | "exclude" | null;
  /** The columns of its key; null: an expression. */
  readonly keys: readonly (string | null)[];
  /** Null: not looked at. */
  readonly bytes: number | null;
  /** How often it was used since the counters were reset. */
  readonly scans: number;
}

/** CREATE STATISTICS */
export interface ExtendedStatistics extends QualifiedName {
  /** As pg_get_statisticsobjdef prints it. */
  readonly definition: string;
  readonly columns: readonly string[];
  readonly kinds: readonly ("ndistinct" | "dependencies" | "mcv" | "expressions")[];
  /** ANALYZE has filled it; null: the role does not see that. */
  readonly built: boolean | null;
}

export interface KnownForeignKey {
  readonly name: string;
  readonly table: QualifiedName;
  readonly columns: readonly string[];
  readonly references: QualifiedName;
  readonly referencedColumns: readonly string[];
}
