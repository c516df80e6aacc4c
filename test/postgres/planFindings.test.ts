// The findings' examples run on a real server: it is found there, and what is to be run puts it right.

import type pg from "pg";
import { describe, expect, it } from "vitest";
import { withDatabase } from "./server";
import { withServer } from "./withServer";
import { explainResult } from "../../server/src/explain/explainResult";
import { findingRules } from "../../server/src/explain/findings/index.generated";
import type { ExplainFinding } from "../../server/src/explain/result";
import { readPlan } from "../../server/src/explain/readPlan";

const examples = findingRules.flatMap((rule) => rule.examples.filter((each) => each.kind === "bad" && each.setup !== undefined).map((example) => ({ id: rule.id, example, name: `${rule.id}: ${example.title ?? example.query}` })));

async function findings(client: pg.Client, version: number, query: string): Promise<readonly ExplainFinding[]> {
  const { rows } = await client.query<Record<string, string>>(`EXPLAIN (ANALYZE, BUFFERS) ${query}`);
  const { plan } = readPlan(rows.map((row) => row["QUERY PLAN"]!).join("\n"));
  return explainResult(plan, { server: { version: String(version), kind: "remote" }, query, notes: [] }).findings;
}

/** On 13 hashes get less memory than since. */
const different = new Set(["plan/hash-spilled"]);

// The oldest and the newest: what a finding reads is the same between them.
describe.each([13, 15, 18] as const)("what the findings say, on Postgres %i", (version) => {
  const server = withServer(version);

  it.each(examples.filter(({ id }) => version >= 15 || different.has(id)))("$name", ({ id, example }) =>
    withDatabase(server(), async (client) => {
      try {
        for (const statement of example.setup!.split(/;\n/)) await client.query(statement);
        const writes = !/^(?:SELECT|WITH)/.test(example.query);
        await client.query("BEGIN");
        const found = (await findings(client, version, example.query)).find(({ rule }) => rule === id);
        await client.query("ROLLBACK");
        expect(found, "not found on the server").toBeDefined();
        if (found!.sql === null || writes) return;
        const local = found!.sql.startsWith("SET LOCAL");
        await client.query("RESET ROLE");
        if (local) await client.query("BEGIN");
        for (const statement of found!.sql.split("\n")) await client.query(statement);
        if (example.setup!.includes("SET ROLE")) await client.query("SET ROLE app_reader");
        const after = await findings(client, version, example.query);
        if (local) await client.query("ROLLBACK");
        expect(after.filter(({ rule }) => rule === id && !stays.has(id))).toEqual([]);
      } finally {
        await client.query("ROLLBACK");
        await client.query("RESET ROLE");
        await client.query("DROP OWNED BY app_reader").catch(() => undefined);
        await client.query("DROP ROLE IF EXISTS app_reader");
      }
    }),
  );
});

/** What is to be run is a part of it: the policy or the query has to be written otherwise too, a person has to look, or the example has the other joins switched off. */
const stays = new Set(["plan/row-security-per-row", "plan/sparse-pages", "plan/expression-not-indexed", "plan/nested-loop-many"]);
