import * as pg from "drizzle-orm/pg-core";
import base, { auditColumns } from "#db/columns/base";
import { LIMITS, Visibility } from "#constants";

export const visibility = pg.pgEnum("visibility", Visibility);

export const teams = pg.pgTable("teams", {
  ...base,
  name: pg.varchar({ length: LIMITS.name }).notNull(),
  slug: pg.varchar({ length: LIMITS["slug"] }).notNull().unique("teams_slug"),
  visibility: visibility().notNull().default(Visibility.Team),
  ...auditColumns,
});
