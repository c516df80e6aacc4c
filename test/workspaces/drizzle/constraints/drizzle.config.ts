import { defineConfig } from 'drizzle-kit'

export default defineConfig({
	dialect: 'postgresql',
	schema: ['./schema/clubs.ts', './schema/events.ts', './schema/indexed.ts'],
	out: './migrations',
})
