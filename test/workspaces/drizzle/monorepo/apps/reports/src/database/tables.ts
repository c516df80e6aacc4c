import { auditColumns } from "@workbench/db/columns/base";
import { date, integer, pgTable } from "drizzle-orm/pg-core";
import { teams } from "@workbench/db/schema/teams";
import { uuid } from "drizzle-orm/pg-core";

export { teams, visibility } from "@workbench/db/schema/teams";

export const dailyCounts = pgTable("daily_counts", {
  day: date().notNull(),
  teamId: uuid("team_id").notNull().references(() => teams.id),
  opened: integer().notNull().default(0),
  closed: integer().notNull().default(0),
  ...auditColumns,
});
