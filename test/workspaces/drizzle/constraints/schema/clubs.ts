import { sql } from 'drizzle-orm'
import {
	type AnyPgColumn,
	check,
	foreignKey,
	integer,
	pgTable,
	primaryKey,
	serial,
	smallint,
	text,
	unique,
	uniqueIndex,
	uuid,
} from 'drizzle-orm/pg-core'
import { events } from './events'

const MINIMUM_AGE = 6

export const clubs = pgTable(
	'clubs',
	{
		id: integer().primaryKey(),
		parentId: integer('parent_id').references((): AnyPgColumn => clubs.id, { onDelete: 'set null', onUpdate: 'restrict' }),
		// The other file refers to this one.
		nextEventId: integer('next_event_id').references((): AnyPgColumn => events.id, { onDelete: 'set default' }),
		code: text().notNull().unique('clubs_code_key', { nulls: 'not distinct' }),
		slug: text().unique(),
		name: text().notNull(),
		minimumAge: smallint('minimum_age').default(MINIMUM_AGE),
		maximumAge: smallint('maximum_age'),
	},
	(t) => [
		unique().on(t.name, t.parentId),
		unique('clubs_name_twice').on(t.name, t.slug).nullsNotDistinct(),
		check('clubs_age', sql`${t.minimumAge} >= ${sql.raw(`${MINIMUM_AGE}`)} and (${t.maximumAge} is null or ${t.maximumAge} > ${t.minimumAge})`),
		check('clubs_code_literal', sql`char_length(code) between 2 and 12`),
		check('clubs name with space', sql`${t.name} <> ${'x'}`.inlineParams()),
	],
)

export const members = pgTable(
	'members',
	{
		clubId: integer('club_id').notNull(),
		number: integer().notNull(),
		sponsorClub: integer('sponsor_club'),
		sponsorNumber: integer('sponsor_number'),
		name: text().notNull(),
	},
	(t) => [
		primaryKey({ columns: [t.clubId, t.number], name: 'members_key' }),
		foreignKey({ columns: [t.clubId], foreignColumns: [clubs.id] }).onDelete('cascade').onUpdate('cascade'),
		foreignKey({ name: 'members_sponsor', columns: [t.sponsorClub, t.sponsorNumber], foreignColumns: [t.clubId, t.number] }),
	],
)

// The forms of older versions.
export const badges = pgTable('badges', {
	clubId: integer('club_id'),
	memberNumber: integer('member_number'),
	kind: text(),
	grantedBy: uuid('granted_by'),
}, (t) => ({
	pk: primaryKey(t.clubId, t.memberNumber, t.kind),
	member: foreignKey({ columns: [t.clubId, t.memberNumber], foreignColumns: [members.clubId, members.number] }),
}))

export const settings = pgTable('settings', { key: text(), value: text() }, (t) => [primaryKey({ columns: [t.key] })])

export const counters = pgTable('counters', { id: serial().primaryKey().unique(), name: text().unique() }, (t) => [uniqueIndex().on(t.name)])

export const plain = pgTable('plain', { anything: text() })
