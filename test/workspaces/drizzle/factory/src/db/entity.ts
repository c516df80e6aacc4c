import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  pgPolicy,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
  type PgColumn,
  type PgColumnBuilderBase,
  type PgTableExtraConfigValue,
} from "drizzle-orm/pg-core";
import { tenants, users } from "./core";

export interface EntityOptions<Columns extends Record<string, PgColumnBuilderBase>> {
  columns: Columns;
  /** Columns that many queries look for, within a tenant. */
  indexed?: (keyof Columns & string)[];
  unique?: [string, ...string[]][];
  softDelete?: boolean;
  audited?: boolean;
  sortable?: boolean;
  extras?: (table: any) => PgTableExtraConfigValue[];
}

const auditColumns = {
  createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
};

/** A table of a tenant, with what all of them have. */
export function entity<Name extends string, Columns extends Record<string, PgColumnBuilderBase>>(
  name: Name,
  { columns, indexed = [], unique = [], softDelete = false, audited = true, sortable, extras }: EntityOptions<Columns>,
) {
  return pgTable(
    name,
    {
      id: uuid("id").primaryKey().defaultRandom(),
      tenantId: uuid("tenant_id").notNull().references(() => tenants.id, { onDelete: "cascade" }),
      ...columns,
      ...(audited ? auditColumns : {}),
      ...(softDelete && { deletedAt: timestamp("deleted_at", { withTimezone: true }) }),
      ...(sortable ? { position: integer("position").notNull().default(0), hidden: boolean("hidden").notNull().default(false) } : undefined),
    },
    (table) => {
      const t = table as unknown as Record<string, PgColumn & { desc(): never }>;
      const live = softDelete ? sql`${t.deletedAt} is null` : undefined;
      const result: PgTableExtraConfigValue[] = indexed.map((column) => index(`${name}_${column}_idx`).on(t.tenantId as never, t[column] as never));
      for (const keys of unique) {
        const builder = uniqueIndex([name, ...keys, "key"].join("_")).on(...(["tenantId", ...keys].map((key) => t[key]) as [never, ...never[]]));
        result.push(live ? builder.where(live) : builder);
      }
      if (audited) {
        result.push(index(`${name}_created_idx`).on(t.tenantId as never, t.createdAt!.desc()));
      }
      result.push(pgPolicy(`${name}_tenant`, { for: "all", using: sql`${t.tenantId} = current_setting('app.tenant')::uuid` }));
      return [...result, ...(extras?.(table) ?? [])];
    },
  );
}
