import { int, mysqlTable, varchar } from "drizzle-orm/mysql-core";

export const products = mysqlTable("products", { id: int().primaryKey().autoincrement(), name: varchar({ length: 255 }).notNull() });
