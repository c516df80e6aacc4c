// An index that a partition lacks is made on the table that it is a partition of: then all of them have it, and those to come.

import type { RelationStatistics, ServerStatistics } from "../../statistics";
import { written } from "../../../rules/wording";

interface Advice {
  readonly advice: string;
  readonly sql?: string | null;
}

const target = /^(CREATE INDEX (?:(?:"(?:[^"]|"")+"|[\w$]+) )?ON )((?:(?:"(?:[^"]|"")+"|[\w$]+)\.)?(?:"(?:[^"]|"")+"|[\w$]+))(?= )/;

/** The advice as it is, where it is for no partition that the server knows. */
export function onPartitionedTable<Report extends Advice>(report: Report, statistics: ServerStatistics | null): Report {
  const { sql } = report;
  const found = statistics === null || sql == null ? null : target.exec(sql);
  if (!found) return report;
  const [whole, create, table] = found as unknown as [string, string, string];
  const partition = statistics!.relations.find((each) => written(each) === table);
  const parent = partition && partitionedTable(partition, statistics!);
  if (!parent) return report;
  return { ...report, sql: `${create}${written(parent)}${sql!.slice(whole.length)}`, advice: `${report.advice} It is made on ${written(parent)}, for every partition: there CONCURRENTLY takes an index on each of them first, which are then attached to one made ON ONLY ${written(parent)}.` };
}

/** The outermost that is known. */
function partitionedTable(partition: RelationStatistics, { relations }: ServerStatistics): RelationStatistics | null {
  let found: RelationStatistics | null = null;
  for (let at: RelationStatistics | undefined = partition; at?.parent != null; ) {
    const { schema, name }: NonNullable<RelationStatistics["parent"]> = at.parent;
    at = relations.find((each) => each.schema === schema && each.name === name && each.kind === "partitioned table");
    found = at ?? found;
  }
  return found;
}
