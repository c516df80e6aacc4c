import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, numeric, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { color, inventory, movementKind, priority, status, unit } from '../schemas'

export const articles = inventory.table(
  'articles',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity({ name: 'article_numbers', startWith: 5000 }),
    sku: text().notNull().unique(),
    unit: unit().notNull().default('piece'),
    colors: color().array().notNull().default([]),
    weight: numeric({ precision: 9, scale: 3 }),
    active: boolean().notNull().default(true),
  },
  (t) => [check('articles_weight', sql`${t.weight} > 0`), uniqueIndex('articles_sku_upper').on(sql`upper(${t.sku})`)],
)

export const movements = inventory.table(
  'movements',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    articleId: integer('article_id')
      .references(() => articles.id, { onDelete: 'restrict', onUpdate: 'cascade' })
      .notNull(),
    lot: bigint({ mode: 'number' }).notNull().default(sql`nextval('inventory.lot_numbers')`),
    kind: movementKind().notNull(),
    priority: priority().default('normal'),
    status: status().default('open'),
    quantity: numeric({ precision: 12, scale: 3 }).notNull(),
    at: timestamp({ withTimezone: true }).notNull().default(sql`transaction_timestamp()`),
  },
  (table) => [
    index().on(table.articleId, table.at.desc()),
    index('movements_corrections').on(table.at).where(sql`${table.kind} = 'correction'`),
  ],
)

/** The same name as in public. */
export const orders = inventory.table('orders', { id: uuid().primaryKey(), articleId: integer('article_id').references(() => articles.id) })
