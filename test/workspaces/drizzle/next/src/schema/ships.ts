import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, integer, jsonb, pgEnum, pgPolicy, pgRole, pgSchema, pgTable, primaryKey, snakeCase, text, timestamp, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";

export const port = pgSchema("port");
export const existingSchema = pgSchema("information").existing();
export const kind = pgEnum("ship_kind", ["tanker", "ferry", "o'tug"]);
export const pilot = pgRole("pilot", { canLogin: true, connLimit: 5 } as never);

const Draught = { Low: "low", High: "high" } as const;
export const draught = port.enum("draught", Draught);

const MAXIMUM = 400;

export const ships = snakeCase.table(
  "ships",
  {
    shipId: integer().primaryKey().generatedAlwaysAsIdentity(),
    IMONumber: integer().notNull().unique(),
    displayName: text().notNull().default("it's new"),
    kindOfShip: kind().notNull().default("o'tug"),
    draught: draught().default("low"),
    lengthInMetres: integer().notNull(),
    "Flag": text("Flag"),
    motherShip: integer(),
    callSigns: text().array().notNull().default([]),
    holds: integer().array("[][]").default([[1, 2], [3, 4]]),
    colours: kind().array().default(["ferry"]),
    details: jsonb().notNull().default({ note: "it's \"fine\"" }),
    launchedAt: timestamp({ withTimezone: true, mode: "date" }).default(new Date("2020-01-02T03:04:05.006Z")),
    soldAt: timestamp({ mode: "string" }).default("2021-01-01"),
    isActive: boolean().default(true),
  },
  (t) => [
    [index().on(t.displayName), uniqueIndex("ships_call").on(t.callSigns).where(isNull(t.soldAt))],
    foreignKey({ columns: [t.motherShip], foreignColumns: [t.shipId] }).onDelete("set null"),
    check("length_range", sql`${t.lengthInMetres} between 1 and ${MAXIMUM}`),
    index("ships_long").on(t.lengthInMetres.desc(), t.Flag.op("text_pattern_ops").desc()).where(and(gt(t.lengthInMetres, 200), eq(t.isActive, true))!),
    unique().on(t.displayName, t.Flag),
    unique("ships_flag_length").on(t.Flag, t.lengthInMetres).nullsNotDistinct(),
  ],
);

export const berths = pgTable.withRLS("berths", { id: uuid().primaryKey().defaultRandom(), harbour: text().notNull(), number: integer().notNull() }, (t) => [
  unique().on(t.number),
  pgPolicy("berths_read", { for: "select", to: [pilot, "public"], using: sql`${t.number} > 0` }),
]);

export const stays = pgTable(
  "stays",
  {
    shipId: integer("ship_id").references(() => ships.shipId, { onDelete: "cascade" }),
    berthId: uuid("berth_id").references(() => berths.id, { name: "stays_at" } as never),
    from: timestamp().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.shipId, t.berthId] }), index().on(t.berthId)],
);

export const dues = port.table.withRLS("dues", { id: integer().primaryKey(), shipId: integer().references(() => ships.shipId), amount: integer() }, (t) => [primaryKey({ columns: [t.shipId, t.amount], name: "unused" })].slice(1));
