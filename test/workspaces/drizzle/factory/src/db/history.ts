import { bigserial, index, jsonb, pgTable, timestamp, uuid } from "drizzle-orm/pg-core";
import { answers, forms } from "./entities";

const historyOf = <T extends { id: any }>(name: string, table: T) =>
  pgTable(
    `${name}_history`,
    {
      version: bigserial("version", { mode: "number" }).primaryKey(),
      rowId: uuid("row_id").notNull().references(() => table.id, { onDelete: "cascade" }),
      row: jsonb("row").notNull(),
      at: timestamp("at").notNull().defaultNow(),
    },
    (t) => [index(`${name}_history_row`).on(t.rowId, t.version.desc())],
  );

export const [formHistory, answerHistory] = [historyOf("forms", forms), historyOf("answers", answers)];

export const { audit, backup } = {
  audit: historyOf("form_audit", forms),
  backup: historyOf("form_backup", forms),
};
