import { relations } from 'drizzle-orm'
import { integer, pgTable, text, timestamp, type AnyPgColumn } from 'drizzle-orm/pg-core'
import { clubs, members } from './clubs'

export const events = pgTable('events', {
	id: integer().primaryKey(),
	clubId: integer('club_id')
		.notNull()
		.references((): AnyPgColumn => {
			return clubs.id
		}, { onDelete: 'no action' }),
	title: text().notNull(),
	startsAt: timestamp('starts_at', { withTimezone: true }).notNull(),
	seriesId: integer('series_id').references(function (): AnyPgColumn { return events.id }),
})

export const eventsRelations = relations(events, ({ one, many }) => ({ club: one(clubs, { fields: [events.clubId], references: [clubs.id] }), members: many(members) }))
