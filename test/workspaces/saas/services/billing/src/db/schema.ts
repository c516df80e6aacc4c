import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  numeric,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

export const invoiceState = pgEnum('invoice_state', ['draft', 'open', 'paid', 'void']);
export const attemptOutcome = pgEnum('attempt_outcome', ['succeeded', 'declined', 'error']);

const createdAt = timestamp('created_at', { withTimezone: true }).notNull().defaultNow();

export const accounts = pgTable(
  'accounts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** The organization in the main database; there is no key across databases. */
    organizationId: uuid('organization_id').notNull(),
    name: text('name').notNull(),
    currency: text('currency').notNull().default('EUR'),
    taxRateCode: text('tax_rate_code').references(() => taxRates.code, { onDelete: 'restrict' }),
    createdAt,
  },
  (t) => [
    uniqueIndex('accounts_organization_id_key').on(t.organizationId),
    index('accounts_tax_rate_code_idx').on(t.taxRateCode),
    check('accounts_currency_iso', sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);

export const taxRates = pgTable(
  'tax_rates',
  {
    code: text('code').primaryKey(),
    country: text('country').notNull(),
    rate: numeric('rate', { precision: 5, scale: 4 }).notNull(),
    validFrom: date('valid_from').notNull(),
  },
  (t) => [check('tax_rates_rate_range', sql`${t.rate} >= 0 AND ${t.rate} < 1`)],
);

export const invoices = pgTable(
  'invoices',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'restrict' }),
    number: text('number').notNull(),
    state: invoiceState('state').notNull().default('draft'),
    periodStart: date('period_start').notNull(),
    periodEnd: date('period_end').notNull(),
    totalCents: bigint('total_cents', { mode: 'number' }).notNull().default(0),
    dunningPaused: boolean('dunning_paused').notNull().default(false),
    creditNoteId: uuid('credit_note_id').references(() => creditNotes.id, { onDelete: 'set null' }),
    issuedAt: timestamp('issued_at', { withTimezone: true }),
    createdAt,
  },
  (t) => [
    uniqueIndex('invoices_number_key').on(t.number),
    index('invoices_account_id_idx').on(t.accountId, t.issuedAt.desc()),
    index('invoices_period_idx').on(t.periodStart, t.periodEnd),
    check('invoices_period', sql`${t.periodEnd} >= ${t.periodStart}`),
  ],
);

export const invoiceItems = pgTable(
  'invoice_items',
  {
    invoiceId: uuid('invoice_id')
      .notNull()
      .references(() => invoices.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    description: text('description').notNull(),
    quantity: numeric('quantity', { precision: 12, scale: 3 }).notNull(),
    unitPriceCents: bigint('unit_price_cents', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.invoiceId, t.position] })],
);

export const paymentAttempts = pgTable(
  'payment_attempts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    invoiceId: uuid('invoice_id')
      .notNull()
      .references(() => invoices.id, { onDelete: 'restrict' }),
    outcome: attemptOutcome('outcome').notNull(),
    amountCents: bigint('amount_cents', { mode: 'number' }).notNull(),
    providerReference: text('provider_reference'),
    attemptedAt: timestamp('attempted_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('payment_attempts_invoice_id_idx').on(t.invoiceId),
    uniqueIndex('payment_attempts_provider_reference_key')
      .on(t.providerReference)
      .where(sql`${t.providerReference} IS NOT NULL`),
  ],
);

export const dunningNotices = pgTable(
  'dunning_notices',
  {
    invoiceId: uuid('invoice_id')
      .notNull()
      .references(() => invoices.id, { onDelete: 'cascade' }),
    level: integer('level').notNull(),
    sentAt: timestamp('sent_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.invoiceId, t.level] }),
    check('dunning_notices_level', sql`${t.level} BETWEEN 1 AND 3`),
  ],
);

export const creditNotes = pgTable(
  'credit_notes',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'restrict' }),
    number: text('number').notNull(),
    totalCents: bigint('total_cents', { mode: 'number' }).notNull(),
    reason: text('reason').notNull(),
    createdAt,
  },
  (t) => [
    uniqueIndex('credit_notes_number_key').on(t.number),
    index('credit_notes_account_id_idx').on(t.accountId),
  ],
);
