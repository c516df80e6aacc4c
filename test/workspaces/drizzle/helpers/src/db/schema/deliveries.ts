import { sql } from "drizzle-orm";
import { doublePrecision, index, integer, pgEnum, pgTable, text, timestamp, unique, uuid, type AnyPgColumn, type PgColumn } from "drizzle-orm/pg-core";
import { address, id, lifecycle, money, percentage, reference, softDelete, version } from "../columns";
import { accounts, users } from "./accounts";
import { invoices } from "./billing";

export const deliveryState = pgEnum("delivery_state", ["draft", "planned", "on_the_way", "delivered", "failed"]);

/** What every table of an account has: an index by account and time. */
const accountExtras = (table: { accountId: PgColumn; createdAt: PgColumn }, name: string) => [
  index(`${name}_account_created`).on(table.accountId as never, table.createdAt as never),
];

const owned = {
  accountId: reference("account_id", () => accounts.id).notNull(),
};

export const deliveries = pgTable(
  "deliveries",
  {
    id: id(),
    ...owned,
    number: integer("number").notNull(),
    state: deliveryState("state").notNull().default("draft"),
    ...address("pickup"),
    ...address("dropoff"),
    price: money("price"),
    tip: money("tip", { nullable: true }),
    discount: percentage("discount"),
    driverId: reference("driver_id", () => users.id, "set null"),
    parentId: uuid("parent_id").references((): AnyPgColumn => deliveries.id),
    invoiceId: uuid("invoice_id").references(() => invoices.id, { onDelete: "restrict" }),
    version,
    ...lifecycle,
  },
  (t) => [
    ...accountExtras(t, "deliveries"),
    unique("deliveries_number").on(t.accountId, t.number),
    index("deliveries_open").on(t.state).where(sql`${t.state} not in ('delivered', 'failed') and ${t.deletedAt} is null`),
  ],
);

export const positions = pgTable("positions", {
  deliveryId: reference("delivery_id", () => deliveries.id).notNull(),
  at: timestamp("at", { withTimezone: true, precision: 3 }).notNull(),
  latitude: doublePrecision("latitude").notNull(),
  longitude: doublePrecision("longitude").notNull(),
  ...softDelete,
}, positionExtras);

function positionExtras(table: Record<"deliveryId" | "at", any>) {
  return [index("positions_delivery_at").on(table.deliveryId, table.at.desc())];
}

export const notes = pgTable("notes", { id: id(), ...owned, body: text().notNull(), ...lifecycle }, (t) => accountExtras(t, "notes"));
