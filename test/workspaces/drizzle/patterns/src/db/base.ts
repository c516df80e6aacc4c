import { sql } from "drizzle-orm";
import { index, pgTable as table, timestamp, uuid, type PgColumnBuilderBase } from "drizzle-orm/pg-core";
import { PREFIX, toSnake } from "./constants";

const ts = (name = "created_at") => timestamp(name, { mode: "date", precision: 3 }).default(sql`CURRENT_TIMESTAMP(3)`);

const common = Object.freeze({
  id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
  createdAt: ts(),
});

/** All tables of the library. */
export const libraryTable = <Columns extends Record<string, PgColumnBuilderBase>>(name: string, columns: Columns, extra?: (t: any) => any[]) =>
  table(PREFIX + toSnake(name), { ...common, updatedAt: ts("updated_at").notNull(), ...columns }, (t) => [
    index(`${toSnake(name)}_created`).on(t.createdAt),
    ...(extra ? extra(t) : []),
  ]);

export class Names {
  static readonly archive = "archive";
}

export function withAudit<T extends Record<string, PgColumnBuilderBase>>(columns: T, by?: () => any) {
  const result: Record<string, PgColumnBuilderBase> = { ...columns };
  if (by) {
    result.changedBy = uuid("changed_by").references(by);
  }
  result["changedAt"] = timestamp("changed_at");
  return result as T & { changedBy: ReturnType<typeof uuid>; changedAt: ReturnType<typeof timestamp> };
}
