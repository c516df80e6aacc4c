import { sum } from "drizzle-orm";
import { pgView } from "drizzle-orm/pg-core";
import { dailyCounts } from "db/tables";

export const totals = pgView("totals").as((qb) =>
  qb
    .select({ teamId: dailyCounts.teamId, opened: sum(dailyCounts.opened).as("opened") })
    .from(dailyCounts)
    .groupBy(dailyCounts.teamId),
);
