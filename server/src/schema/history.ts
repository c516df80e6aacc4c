// A database's history as plain data: versions in the order in which their tool runs them.

import type { Statement } from "../sql/statement";

export type ToolId =
  | "plain"
  | "drizzle"
  | "prisma"
  | "supabase"
  | "flyway"
  | "golang-migrate"
  | "dbmate"
  | "goose"
  | "sqlx"
  | "refinery"
  | "node-pg-migrate"
  | "liquibase"
  | "hasura"
  | "diesel"
  /** A .sql file that belongs to no history: judged by itself. */
  | "single";

/** What stands around a version's statements when its tool runs them. */
export interface TransactionRule {
  /** The tool opens a transaction around this version, or around all pending ones together. */
  readonly wraps: "nothing" | "version" | "all pending";
  /** Sent as one string: several statements act as one transaction (the simple-query protocol's implicit one). */
  readonly implicit: boolean;
  /** What a statement that cannot run in a transaction has to do here. */
  readonly wayOut: WayOut;
  /** True where this version already carries its tool's marker for "no transaction". */
  readonly disabled: boolean;
}

export type WayOut =
  /** Nothing: each statement runs by itself. */
  | { readonly way: "none needed" }
  /** The tool sees by itself that the statement cannot run in a transaction, if it stands alone in its file; with `together`, if nothing but such statements do. What it does not see (REINDEX, DETACH PARTITION) needs what `unseen` says. */
  | { readonly way: "detected"; readonly advice: string; readonly together?: true; readonly unseen?: string }
  /** A line (or words on an existing marker line) that this tool understands; with `alone`, the statement must also be the only one of its file. */
  | { readonly way: "marker"; readonly text: string; readonly where: "file start" | "marker line"; readonly markerLine?: string; readonly alone: boolean; readonly advice: string }
  /** The statement must be the only one of its file. */
  | { readonly way: "own file"; readonly advice: string }
  /** Not with this tool: run it by hand before, and let the migration be a no-op (IF NOT EXISTS). */
  | { readonly way: "by hand"; readonly advice: string };

/** One unit of change: a file, a folder, or a changeset. What it creates is new inside it. */
export interface Version {
  /** Unique in its database, as its tool names it: `0042_add_orders`, `V1.1__x`, `author:id`. */
  readonly id: string;
  readonly tool: ToolId;
  readonly transaction: TransactionRule;
  /** Its files may not be edited, and its migration findings are not shown. */
  readonly released: boolean;
  /** Files that it is read from, the one to edit first. */
  readonly files: readonly string[];
  /** In the order in which they run; only the up direction. */
  readonly statements: readonly Statement[];
  /** The statements that take it back, empty where none are written; null: this history has no way down. */
  readonly down: readonly Statement[] | null;
  /** Written by pg_dump, or rolled back at its end: it runs on no live table, or leaves nothing. */
  readonly harmless: boolean;
  /** Repeatable (Flyway's R__), run again whenever it changes. */
  readonly repeatable: boolean;
}

/** What the rules are told about the database beyond its history. */
export interface DatabaseFacts {
  /** The configuration's name of the database, or the folder of its migrations. */
  readonly name: string;
  readonly postgresVersion: number;
  /** False where nothing tells the version: everything is read then, and only what runs on every one is proposed. */
  readonly versionKnown: boolean;
  readonly tool: ToolId;
  readonly platform: "supabase" | "neon" | null;
  /** Schemas that the platform's API exposes: Supabase's by `config.toml` (`[api] schemas`), Neon's Data API; null: none is known of. */
  readonly apiSchemas: readonly string[] | null;
  readonly tenantColumns: readonly string[];
  /** What policies compare those with, as plumbline.json says it: an expression, `{column}` in it for the column's name. */
  readonly tenantValue: string | null;
  readonly rls: "auto" | "always" | "never";
  /** Rows on the live database by `schema.table`, as far as plumbline.json tells. */
  readonly rows: ReadonlyMap<string, number>;
  /** A table with so many rows or fewer is small. */
  readonly smallTableRows: number;
  /** Which schema file owns the tables, where one does: findings about design belong there. */
  readonly owner: "sql" | "drizzle" | "prisma";
}
