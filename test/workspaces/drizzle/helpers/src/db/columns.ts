import { sql, type SQL } from "drizzle-orm";
import { bigint, integer, numeric, pgEnum, text, timestamp, uuid, varchar, type AnyPgColumn } from "drizzle-orm/pg-core";
import { createId } from "../lib/ids";

/** Every table's first column. */
export const id = () => uuid("id").primaryKey().defaultRandom();

export function publicId(prefix: string, length = 24) {
  return varchar("public_id", { length: prefix.length + 1 + length })
    .notNull()
    .unique()
    .$defaultFn(() => createId(prefix));
}

export const timestamps = {
  createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  updatedAt: timestamp("updated_at", { withTimezone: true, mode: "date" })
    .notNull()
    .defaultNow()
    .$onUpdate(() => new Date()),
};

export const softDelete = { deletedAt: timestamp("deleted_at", { withTimezone: true }) } as const;

export const lifecycle = { ...timestamps, ...softDelete };

/** An amount in the smallest unit of its currency. */
export const money = <Name extends string>(name: Name, { nullable = false }: { nullable?: boolean } = {}) => {
  const column = bigint(name, { mode: "bigint" }).default(sql`0`);
  return nullable ? column : column.notNull();
};

export function percentage(name: string, scale: number = 2) {
  return numeric(name, { precision: 3 + scale, scale });
}

export const address = (prefix: "pickup" | "dropoff") =>
  ({
    [`${prefix}Street`]: text(`${prefix}_street`).notNull(),
    [`${prefix}City`]: varchar(`${prefix}_city`, { length: 120 }).notNull(),
    [`${prefix}Country`]: varchar(`${prefix}_country`, { length: 2 }).notNull().default("DE"),
  }) as Record<`${typeof prefix}Street` | `${typeof prefix}City` | `${typeof prefix}Country`, ReturnType<typeof text>>;

export function reference(name: string, target: () => AnyPgColumn, onDelete: "cascade" | "restrict" | "set null" = "cascade") {
  return uuid(name).references(target, { onDelete });
}

export const version = integer().notNull().default(1);

export const currency = pgEnum("currency", ["eur", "usd", "gbp"]);

export const notDeleted = (column: AnyPgColumn): SQL => sql`${column} is null`;
