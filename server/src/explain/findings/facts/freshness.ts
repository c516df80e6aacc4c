// Whether what ANALYZE found of a table still holds: by the server's own counts, and only as far as they tell.

import { knownBelow } from "./known";
import { relationSql, rowsText } from "./names";
import type { PlanNode } from "../../plan";
import { countText } from "../../numbers";
import { numberOf } from "../../properties";
import type { Autovacuum, RelationStatistics, ServerStatistics } from "../../statistics";

export type Freshness =
  /** ANALYZE has never come to it. */
  | "never"
  /** So much has changed since that autovacuum itself would analyse it again. */
  | "stale"
  /** Some of it has changed: it may matter, or not. */
  | "changed"
  /** What has changed since cannot be what is wrong. */
  | "fresh"
  /** The counters do not tell. */
  | "unknown";

/** `missed`: how many rows more there were than were expected of this table alone; null: they are of a join. */
export function freshnessOf(relation: RelationStatistics, missed: number | null, { server }: ServerStatistics): Freshness {
  const { columns, readable, analyzed, planner, counted } = relation;
  if (analyzed === null && (readable ? columns.every(({ known }) => known === null) : planner === null)) return "never";
  if (!server.counts || relation.kind === "foreign table") return "unknown";
  const { modified } = counted;
  // One change makes at most one row more that fits a condition.
  const explains = missed === null || modified >= missed / 2;
  if (explains && modified > analyzeThreshold(relation, server.autovacuum)) return "stale";
  if (analyzed === null) return "unknown";
  return explains && modified > (missed === null ? 0.01 * (planner?.rows ?? 0) : 0) ? "changed" : "fresh";
}

/** The tables below where an error begins that ANALYZE has never come to, or that have changed too much since. */
export function outdatedBelow(culprit: PlanNode, statistics: ServerStatistics | null): readonly { readonly relation: RelationStatistics; readonly freshness: "never" | "stale" }[] {
  if (statistics === null) return [];
  return knownBelow(culprit, statistics).flatMap((relation) => {
    const freshness = freshnessOf(relation, missedBy(culprit), statistics);
    return freshness === "never" || freshness === "stale" ? [{ relation, freshness }] : [];
  });
}

/** Null: of a join, where one row more may be many. */
export function missedBy(culprit: PlanNode): number | null {
  if (relationSql(culprit) === null) return null;
  return (numberOf(culprit.properties, "Actual Rows") ?? 0) - (numberOf(culprit.properties, "Plan Rows") ?? 0);
}

/** Above so many changes autovacuum analyses a table, as Postgres is set up unless somebody made it wait for more. */
function analyzeThreshold({ options, planner }: RelationStatistics, { analyzeThreshold: threshold, analyzeScaleFactor: factor }: Autovacuum): number {
  const own = (name: string, other: number, usual: number): number => Math.min(Number(options[name] ?? other), usual);
  return own("autovacuum_analyze_threshold", threshold, 50) + own("autovacuum_analyze_scale_factor", factor, 0.1) * (planner?.rows ?? 0);
}

/** "ANALYZE has not come to orders yet", "6,000 of 9,000 rows of orders have changed since its last ANALYZE, 3 hours ago". */
export function changesText({ name, counted, analyzed, planner }: RelationStatistics, freshness: Freshness, { at, server }: ServerStatistics): string {
  if (freshness === "never") return `ANALYZE has not come to ${name} yet, so that the planner knows nothing of its columns`;
  const since = analyzed !== null ? `its last ANALYZE, ${agoText(at - analyzed)}` : `the counters were reset${server.reset === null ? "" : `, ${agoText(at - server.reset)}`}`;
  if (counted.modified === 0) return `no row of ${name} has changed since ${since}`;
  const rows = planner !== null && planner.rows > counted.modified ? `${countText(counted.modified)} of ${rowsText(planner.rows)} of` : `${rowsText(counted.modified)} of`;
  return `${rows} ${name} ${counted.modified === 1 ? "has" : "have"} changed since ${since}`;
}

/** Of milliseconds: "3 days ago" */
export function agoText(ms: number): string {
  const units = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]] as const;
  for (const [unit, length] of units) {
    const count = Math.floor(ms / length);
    if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
  return "less than a minute ago";
}
