import { and, isNotNull, isNull, sql } from "drizzle-orm";
import { check, date, index, pgTable, serial, text, unique, uuid } from "drizzle-orm/pg-core";
import { currency, id, money, percentage, publicId, timestamps } from "../columns";
import { accounts } from "./accounts";
import { deliveries } from "./deliveries";

const maximumRate = 40;

export const invoices = pgTable(
  "invoices",
  {
    id: id(),
    publicId: publicId("inv", 16),
    accountId: uuid("account_id").notNull().references(() => accounts.id),
    currency: currency("currency").notNull().default("eur"),
    net: money("net"),
    tax: percentage("tax", 3).notNull(),
    issuedOn: date("issued_on", { mode: "string" }).defaultNow(),
    paidOn: date("paid_on"),
    ...timestamps,
  },
  function (invoice) {
    return [
      check("invoices_tax_range", sql`${invoice.tax} between 0 and ${sql.raw(String(maximumRate))}`),
      check("invoices_paid_after_issue", sql`${invoice.paidOn} is null or ${invoice.paidOn} >= ${invoice.issuedOn}`),
      index("invoices_unpaid").on(invoice.accountId, invoice.issuedOn).where(and(isNull(invoice.paidOn), isNotNull(invoice.issuedOn))!),
    ];
  },
);

export const invoiceLines = pgTable("invoice_lines", {
  id: serial("id").primaryKey(),
  invoiceId: uuid("invoice_id").notNull().references(() => invoices.id, { onDelete: "cascade" }),
  deliveryId: uuid("delivery_id").references(() => deliveries.id),
  text: text("text").notNull(),
  amount: money("amount"),
}, (line) => [unique().on(line.invoiceId, line.deliveryId).nullsNotDistinct(), index().on(line.deliveryId)]);
