import { sql, type SQL } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';

const tsvector = customType<{ data: string }>({
  dataType: () => 'tsvector',
});

export const sources = pgTable('sources', {
  id: uuid().primaryKey().defaultRandom(),
  organizationId: uuid('organization_id').notNull(),
  kind: text({ enum: ['work_order', 'ticket', 'manual'] }).notNull(),
  displayName: text('display_name').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, (t) => [
  unique('sources_organization_id_display_name_key').on(t.organizationId, t.displayName),
  check('sources_kind', sql`${t.kind} in ('work_order', 'ticket', 'manual')`),
]);

export const documents = pgTable('documents', {
  id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  sourceId: uuid('source_id').notNull().references(() => sources.id, { onDelete: 'cascade' }),
  externalId: text('external_id').notNull(),
  language: text().notNull().default('en'),
  region: text().notNull(),
  title: text().notNull(),
  body: text().notNull(),
  byteLength: bigint('byte_length', { mode: 'number' }).notNull(),
  searchText: tsvector('search_text').generatedAlwaysAs(
    (): SQL => sql`setweight(to_tsvector('simple', ${documents.title}), 'A') || to_tsvector('simple', ${documents.body})`,
  ),
  indexedAt: timestamp('indexed_at', { withTimezone: true }).notNull().defaultNow(),
}, (t) => [
  unique('documents_source_id_external_id_key').on(t.sourceId, t.externalId),
  index('documents_search_text_idx').using('gin', t.searchText),
]);

export const synonyms = pgTable('synonyms', {
  organizationId: uuid('organization_id').notNull(),
  term: text().notNull(),
  replacement: text().notNull(),
}, (t) => [primaryKey({ columns: [t.organizationId, t.term] })]);

export const queryLog = pgTable('query_log', {
  id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  organizationId: uuid('organization_id').notNull(),
  query: text().notNull(),
  filters: jsonb().notNull().default({}),
  resultCount: integer('result_count').notNull(),
  clickedDocumentId: bigint('clicked_document_id', { mode: 'bigint' }).references(() => documents.id, { onDelete: 'set null' }),
  searchedAt: timestamp('searched_at', { withTimezone: true }).notNull().defaultNow(),
}, (t) => [
  index('query_log_organization_id_searched_at_idx').on(t.organizationId, t.searchedAt),
  index('query_log_clicked_document_id_idx').on(t.clickedDocumentId),
]);
