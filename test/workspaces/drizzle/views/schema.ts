import { and, count, desc, eq, gte, isNull, relations, sql, sum } from "drizzle-orm";
import { alias, bigint, boolean, integer, pgMaterializedView, pgSchema, pgSequence, pgTable, pgView, QueryBuilder, text, timestamp, uuid } from "drizzle-orm/pg-core";

export const stats = pgSchema("stats");

export const shows = pgTable("shows", {
  id: uuid().primaryKey().defaultRandom(),
  title: text().notNull(),
  archivedAt: timestamp("archived_at", { withTimezone: true }),
  featured: boolean().notNull().default(false),
});

export const episodes = pgTable("episodes", {
  id: uuid().primaryKey().defaultRandom(),
  showId: uuid("show_id").notNull().references(() => shows.id),
  number: integer().notNull().default(sql`nextval('episode_numbers')`),
  seconds: integer().notNull(),
  publishedAt: timestamp("published_at", { withTimezone: true }),
});

export const plays = stats.table("plays", { episodeId: uuid("episode_id").notNull().references(() => episodes.id), count: bigint({ mode: "number" }).notNull().default(0) });

export const episodeNumbers = pgSequence("episode_numbers");
export const ticketNumbers = stats.sequence("ticket_numbers", { startWith: 100, maxValue: 1000, minValue: 100, increment: 2, cycle: true, cache: 10 });

export const liveShows = pgView("live_shows").as((qb) => qb.select().from(shows).where(isNull(shows.archivedAt)));

export const episodeCounts = pgView("episode_counts").as((qb) =>
  qb
    .select({ show: shows.id, title: shows.title, episodes: count(episodes.id).as("episodes"), seconds: sum(episodes.seconds).as("seconds") })
    .from(shows)
    .leftJoin(episodes, and(eq(episodes.showId, shows.id), isNull(shows.archivedAt)))
    .groupBy(shows.id, shows.title)
    .orderBy(desc(shows.title)),
);

const featured = new QueryBuilder().select({ id: shows.id }).from(shows).where(eq(shows.featured, true));
export const featuredShows = pgView("featured_shows").with({ securityBarrier: true }).as(featured);

export const ranking = stats.view("ranking", { show: uuid("show_id"), plays: bigint({ mode: "number" }) }).with({ securityInvoker: true }).as(sql`
  select ${episodes.showId}, sum(${plays.count})::bigint as plays
  from ${episodes} join ${plays} on ${plays.episodeId} = ${episodes.id}
  group by 1
`);

export const checked = pgView("checked", { id: uuid(), title: text() }).with({ checkOption: "cascaded" }).as(sql`select id, title from ${shows} where featured`);

export const totals = pgMaterializedView("totals").as((qb) => qb.select({ show: episodes.showId, seconds: sql<number>`sum(${episodes.seconds})`.as("seconds") }).from(episodes).groupBy(episodes.showId));

export const recent = pgMaterializedView("recent")
  .with({ fillfactor: 80 })
  .using("heap")
  .withNoData()
  .as((qb) => {
    const other = alias(episodes, "other");
    return qb.select({ id: other.id, number: other.number }).from(other).where(gte(other.publishedAt, sql`now() - interval '7 days'`));
  });

export const yearly = stats.materializedView("yearly", { year: integer(), shows: bigint({ mode: "number" }) }).as(sql`select 2024 as year, count(*) as shows from shows`);

// Made by hand, elsewhere.
export const oldReport = pgView("old_report", { id: uuid(), total: integer() }).existing();
export const oldTotals = pgMaterializedView("old_totals", { id: uuid() }).existing();

export const showRelations = relations(shows, ({ many }) => ({ episodes: many(episodes) }));
export const episodeRelations = relations(episodes, ({ one }) => ({ show: one(shows, { fields: [episodes.showId], references: [shows.id] }) }));
