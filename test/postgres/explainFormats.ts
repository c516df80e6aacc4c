// One plan in every format, and how they are compared.

import { expect } from "vitest";
import type { PlanQuery } from "./explainQueries";
import { saidInText, saidInMarkup } from "./explainLosses";
import type { Plan } from "../../server/src/explain/plan";
import { planValue } from "../../server/src/explain/planValue";
import { readPlan } from "../../server/src/explain/readPlan";

export const formats = ["text", "xml", "yaml"] as const;

export interface Asked {
  readonly query: (sql: string) => Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}
/** What EXPLAIN says, with the settings, and without leaving a trace. */
export async function explain({ client }: { readonly client: Asked }, query: PlanQuery, options: readonly string[]): Promise<string> {
  await client.query("BEGIN");
  try {
    for (const setting of query.settings) await client.query(`SET LOCAL ${setting}`);
    const { rows } = await client.query(`EXPLAIN (${options.join(", ")}) ${query.sql}`);
    return rows.map((row) => (typeof row["QUERY PLAN"] === "string" ? row["QUERY PLAN"] : JSON.stringify(row["QUERY PLAN"]))).join("\n");
  } finally {
    await client.query("ROLLBACK");
  }
}

export const read = (text: string): Plan => readPlan(text).plan;

/**
 * The text without what JSON does not tell: an average of removed rows below a half, which is printed as 0, from none at
 * all; and a partition that is foreign from another.
 */
export function printable(text: string): string {
  return `${text.trimEnd()}\n`.replaceAll(/^ *Rows Removed by .*: 0\n/gm, "").replaceAll(/^( +)Foreign (?=(?:Insert|Update|Delete) on )/gm, "$1");
}

/** What another format says comes out as JSON does, but for what it leaves out. */
export function compare(json: Plan, text: string, format: (typeof formats)[number], name: string): void {
  const result = readPlan(text);
  expect(result.format, name).toBe(format);
  const said = format === "text" ? saidInText : saidInMarkup;
  expect(planValue(said(result.plan)), `${name}\n${text}`).toEqual(planValue(said(json)));
}
