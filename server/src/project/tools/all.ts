import type { ToolId } from "../../schema/history";
import { dbmate } from "./dbmate";
import { diesel } from "./diesel";
import { drizzle } from "./drizzle";
import { flyway } from "./flyway";
import { golangMigrate } from "./golangMigrate";
import { goose } from "./goose";
import { hasura } from "./hasura";
import { liquibase } from "./liquibase";
import { nodePgMigrate } from "./nodePgMigrate";
import { plain, single } from "./plain";
import { prisma } from "./prisma";
import { refinery } from "./refinery";
import { sqlx } from "./sqlx";
import { supabase } from "./supabase";
import type { MigrationTool } from "./tool";
import { toolIds } from "./toolIds";

const every = [supabase, drizzle, prisma, hasura, diesel, liquibase, goose, dbmate, nodePgMigrate, refinery, flyway, sqlx, golangMigrate, plain, single];
const byId: ReadonlyMap<ToolId, MigrationTool> = new Map(every.map((tool) => [tool.id, tool]));

/**
 * The tools in the order in which detection asks them; a file belongs to the first that takes it. What a tool alone
 * writes comes first (a journal, a lock file, a marker in each file), names that several tools share come later, and
 * are decided by what stands beside them:
 * - `supabase/migrations` before Drizzle: drizzle-kit may write there, but the CLI runs each file in it.
 * - `<name>/migration.sql` is Drizzle's beside a snapshot.json, else Prisma's.
 * - `<name>/up.sql` is Hasura's below its metadata or with 13 digits, else diesel's.
 * - Markers inside of files (Liquibase, goose, dbmate, node-pg-migrate) before all that is told by names alone.
 * - `V1__x.sql` is refinery's where a Cargo.toml names it, else Flyway's.
 * - `1_x.sql` and `1_x.up.sql` are sqlx's where a Cargo.toml names it; else `.up.sql` is golang-migrate's.
 * - A plain folder takes what is left and has an order.
 */
export const tools: readonly MigrationTool[] = toolIds.flatMap((id) => byId.get(id) ?? []);

export function toolOf(id: ToolId): MigrationTool {
  const tool = byId.get(id);
  if (tool === undefined) throw new Error(`no migration tool ${id}`);
  return tool;
}
