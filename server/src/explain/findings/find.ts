// Runs the rules on a plan. What saves little is not said: a plan of two milliseconds has nothing to say.

import { withKnownIndexes } from "./facts/knownIndexes";
import { onPartitionedTable } from "./facts/partitions";
import { relationSql, subjectOf } from "./facts/names";
import { findingRules } from "./index.generated";
import type { FindingContext, FindingId, FindingReport, Saving } from "./finding";
import type { NodeMetrics } from "../metrics";
import type { Plan, PlanNode } from "../plan";
import { numberOf, textOf } from "../properties";
import type { ExplainFinding } from "../result";
import type { ServerStatistics } from "../statistics";
import { nodesOf } from "../tree";
import type { Severity } from "../../rules/rule";
import type { SchemaView } from "../../schema/view";

/** A finding saves at least so much of the whole. */
const leastShare = 0.05;
/** In milliseconds. */
const leastMs = 10;
/** Of a plan that was not timed: its cost, and a finding's share of it. */
const leastCost = 2000;
const leastCostShare = 0.2;
/** Of one rule: the next ones are like the first. */
const mostOfOneRule = 5;

export interface FindInput {
  readonly plan: Plan;
  readonly metrics: ReadonlyMap<PlanNode, NodeMetrics>;
  /** In milliseconds; null: not measured. */
  readonly executionMs: number | null;
  readonly query: string | null;
  readonly postgres: number | null;
  readonly schema: SchemaView | null;
  readonly statistics: ServerStatistics | null;
  /** The whole was run so often: what is saved is saved each time. */
  readonly times: number;
}

type Found = FindingReport & { readonly rule: FindingId };

/** The one that saves most comes first. */
export function findIn(input: FindInput): readonly ExplainFinding[] {
  const found: Found[] = [];
  const context = contextOf(input);
  const { times } = input;
  const often = ({ ms, share }: Saving): Saving => ({ ms: ms === null ? null : ms * times, share });
  const known = (report: Found): Found => onPartitionedTable(withKnownIndexes(report, input.statistics), input.statistics);
  for (const rule of findingRules) rule.check({ ...context, report: (report) => void found.push(known({ rule: rule.id, ...report, saving: often(report.saving) })) });
  const kept = together(found, { ...context, executionMs: context.executionMs === null ? null : context.executionMs * times })
    .filter(({ saving }) => isWorthIt(saving, input))
    .sort((a, b) => (b.saving.ms ?? 0) - (a.saving.ms ?? 0) || b.saving.share - a.saving.share);
  const counts = new Map<string, number>();
  return kept.flatMap((report) => {
    const count = (counts.get(report.rule) ?? 0) + 1;
    counts.set(report.rule, count);
    return count > mostOfOneRule ? [] : [findingOf(report)];
  });
}

function contextOf({ plan, metrics, executionMs, query, postgres, schema, statistics }: FindInput): Omit<FindingContext, "report"> {
  const nodes = [...metrics.keys()];
  const root = metrics.get(plan.root)!;
  const timed = root.totalMs !== null && numberOf(plan.root.properties, "Actual Loops") !== 0;
  const whole = Math.max(executionMs ?? 0, root.totalMs ?? 0);
  const cost = numberOf(plan.root.properties, "Total Cost") ?? 0;
  const time = (ms: number): Saving => ({ ms, share: whole > 0 ? Math.min(1, ms / whole) : 1 });
  const own = (of: readonly PlanNode[], part = 1): Saving => {
    if (timed) return time(part * of.reduce((sum, node) => sum + (metrics.get(node)?.selfMs ?? 0), 0));
    const costs = of.reduce((sum, node) => sum + (metrics.get(node)?.selfCost ?? 0), 0);
    return { ms: null, share: cost > 0 ? Math.min(1, (part * costs) / cost) : 0 };
  };
  return {
    plan,
    nodes,
    measures: (node) => metrics.get(node)!,
    analyzed: root.loops !== null,
    executionMs: timed ? whole : null,
    query,
    postgres,
    schema,
    statistics,
    own,
    below: (node, part) => own(nodesOf(node), part),
    time,
  };
}

/** What one statement puts right is said once, and what is the same of several partitions too. */
function together(found: readonly Found[], { executionMs, measures }: Pick<FindingContext, "executionMs" | "measures">): readonly Found[] {
  const result = new Map<string, Found>();
  const others = new Map<string, number>();
  for (const report of found) {
    const key = `${report.rule} ${remedyOf(report, measures)}`;
    const before = result.get(key);
    if (before === undefined) result.set(key, report);
    else {
      others.set(key, (others.get(key) ?? 0) + 1);
      const larger = (before.saving.ms ?? before.saving.share) >= (report.saving.ms ?? report.saving.share) ? before : report;
      const ms = before.saving.ms === null || report.saving.ms === null ? null : Math.min(before.saving.ms + report.saving.ms, executionMs ?? Number.POSITIVE_INFINITY);
      result.set(key, { ...larger, saving: { ms, share: Math.min(1, before.saving.share + report.saving.share) } });
    }
  }
  return [...result].map(([key, report]) => (others.has(key) ? { ...report, message: `${report.message} ${others.get(key)!} more beside it ${others.get(key) === 1 ? "is" : "are"} like it.` } : report));
}

/** What puts a finding right, the same for all partitions of a table. The tables of a UNION ALL stand beside each other too, and have each its own. */
function remedyOf({ node, message, advice, sql }: Found, measures: FindingContext["measures"]): string {
  if (node === null) return sql ?? message;
  const append = appendAround(node, measures);
  if (append === null) return sql ?? node.path;
  const scans = nodesOf(node).filter((each) => relationSql(each) !== null);
  // How many rows or pages it is differs between partitions.
  const said = sql == null ? withoutNames(advice, scans).replace(/\d[\d,.]*/g, "#") : withoutNames(sql, scans);
  return said === sql ? sql : `${append.path} ${scans.map(parentAlias).join(" ")} ${said}`;
}

function withoutNames(text: string, scans: readonly PlanNode[]): string {
  const names = [...new Set(scans.flatMap((scan) => [relationSql(scan)!, subjectOf(scan)]))].sort((a, b) => b.length - a.length).map((name) => name.replace(/[^\w]/g, "\\$&"));
  // What Postgres or a finding names after a table begins with its name: "events_1_kind_idx".
  return names.length === 0 ? text : text.replace(new RegExp(`(?<![\\w$.])(?:${names.join("|")})(?![A-Za-z0-9$])`, "g"), "*");
}

/** Postgres calls partitions by the table's alias, with a number: "events_1". */
function parentAlias({ properties }: PlanNode): string {
  return (textOf(properties, "Alias") ?? textOf(properties, "Relation Name")!).replace(/_\d+$/, "");
}

/** The partitions of a table stand beside each other. */
function appendAround(node: PlanNode, measures: FindingContext["measures"]): PlanNode | null {
  const { parent } = measures(node);
  return parent !== null && (parent.type === "Append" || parent.type === "Merge Append") ? parent : null;
}

function isWorthIt({ ms, share }: Saving, { plan }: FindInput): boolean {
  if (ms !== null) return ms >= leastMs && share >= leastShare;
  return share >= leastCostShare && (numberOf(plan.root.properties, "Total Cost") ?? 0) >= leastCost;
}

function findingOf({ rule, node, message, saving, advice, sql }: Found): ExplainFinding {
  return { rule, severity: severityOf(saving), message, path: node?.path ?? null, savesMs: saving.ms === null ? null : Math.round(saving.ms * 1000) / 1000, advice, sql: sql ?? null };
}

/** By what it would save: most of a second and more is an error, a quarter of the time a warning. */
function severityOf({ ms, share }: Saving): Severity {
  if (ms === null) return "info";
  if (share >= 0.5 && ms >= 1000) return "error";
  return share >= 0.25 ? "warning" : "info";
}
