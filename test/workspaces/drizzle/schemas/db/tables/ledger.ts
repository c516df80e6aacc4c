import { integer, numeric, pgTable, primaryKey, serial, text, unique, uuid } from 'drizzle-orm/pg-core'
import { entrySide, ledger } from '../schemas'
import { orders as stockOrders } from './inventory'

export const orders = pgTable('orders', { id: uuid().primaryKey(), number: integer().notNull() })

export const entries = ledger.table(
  'entries',
  {
    journal: serial().notNull(),
    line: integer().notNull(),
    side: entrySide().notNull(),
    sides: entrySide('all_sides').array(),
    amount: numeric({ precision: 14, scale: 2 }).notNull().default('0.00'),
    order: uuid('order_id').references(() => orders.id),
    stockOrder: uuid('stock_order_id').references(() => stockOrders.id, { onDelete: 'set null' }),
    memo: text(),
  },
  (t) => ({
    pk: primaryKey({ columns: [t.journal, t.line] }),
    once: unique('entries_once').on(t.order, t.side),
  }),
)
