import { integer, pgTable } from "drizzle-orm/pg-core";
import { rides } from "../../rides.pg";

export const delays = pgTable("delays", { ride_id: integer().notNull().references(() => rides.ride_id), seconds: integer() });
