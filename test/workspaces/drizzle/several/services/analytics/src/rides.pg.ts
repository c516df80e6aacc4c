import { index, integer, pgTable, timestamp } from "drizzle-orm/pg-core";

export const rides = pgTable("rides", { ride_id: integer().primaryKey(), started_at: timestamp().notNull() }, (t) => [index().on(t.started_at)]);
