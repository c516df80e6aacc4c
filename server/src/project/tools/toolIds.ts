import type { ToolId } from "../../schema/history";

/** Every tool, in the order in which detection asks them: `tools/all.ts` says why. */
export const toolIds = [
  "supabase",
  "drizzle",
  "prisma",
  "hasura",
  "diesel",
  "liquibase",
  "goose",
  "dbmate",
  "node-pg-migrate",
  "refinery",
  "flyway",
  "sqlx",
  "golang-migrate",
  "plain",
  "single",
] as const satisfies readonly ToolId[];

/** A tool that the list forgets makes this a type error: `never` is the only type without it. */
export type NoToolForgotten = Assert<Exclude<ToolId, (typeof toolIds)[number]>>;
type Assert<T extends never> = T;
