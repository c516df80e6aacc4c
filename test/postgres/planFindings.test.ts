// The findings' examples run on a real server: it is found there, and what is to be run puts it right.

import type pg from "pg";
import { describe, expect, it } from "vitest";
import { withDatabase } from "./server";
import { withServer } from "./withServer";
import { readStatistics } from "../../server/src/database/statisticsReader";
import { explainResult } from "../../server/src/explain/explainResult";
import { findingRules } from "../../server/src/explain/findings/index.generated";
import { knownSchema } from "../../server/src/explain/knownSchema";
import { measure } from "../../server/src/explain/metrics";
import type { ExplainFinding } from "../../server/src/explain/result";
import { readPlan } from "../../server/src/explain/readPlan";
import { relationsRead, triggersRun } from "../../server/src/explain/readRelations";
import { testParser } from "../sql/parsers";

// What needs pgvector runs on PGlite: planAdvice.test.ts.
const examples = findingRules.flatMap((rule) => rule.examples.filter((each) => each.kind === "bad" && each.setup !== undefined && !each.setup.includes("CREATE EXTENSION vector")).map((example) => ({ id: rule.id, example, name: `${rule.id}: ${example.title ?? example.query}` })));

/** With what the server tells beside the plan, as the runner asks for it. */
async function findings(client: pg.Client, version: number, query: string): Promise<readonly ExplainFinding[]> {
  const text = { rowMode: "array" as const, types: { getTypeParser: () => (value: string) => value } };
  const session = { query: async (sql: string, values: readonly (string | null)[] = []) => (await client.query<(string | null)[]>({ text: sql, ...(values.length === 0 ? {} : { values: [...values] }), ...text })).rows };
  const [[json]] = (await session.query(`EXPLAIN (ANALYZE, BUFFERS, VERBOSE, FORMAT JSON) ${query}`)) as [[string]];
  const { plan } = readPlan(json);
  const statistics = await readStatistics(session, { relations: relationsRead(measure(plan)), triggers: triggersRun(plan) });
  if (statistics === null) throw new Error("the server tells nothing of the tables");
  return explainResult(plan, { server: { version: String(version), kind: "remote" }, query, notes: [], statistics, schema: knownSchema(statistics, await testParser()) }).findings;
}

/** On 13 hashes get less memory than since. */
const different = new Set(["plan/hash-spilled"]);

/** npm's servers are built without LLVM. */
const compiled = new Set(["plan/jit-overhead"]);

// The oldest and the newest: what a finding reads is the same between them.
describe.each([13, 15, 18, "system"] as const)("what the findings say, on Postgres %s", (name) => {
  const server = withServer(name);
  const here = (id: string): boolean => (name === "system" ? compiled.has(id) : !compiled.has(id) && (name >= 15 || different.has(id)));

  it.each(examples.filter(({ id }) => here(id)))("$name", ({ id, example }) =>
    withDatabase(server(), async (client) => {
      const { version } = server();
      try {
        // Else a commit is on disk some time later, and a VACUUM before that marks no page as all visible.
        await client.query("SET synchronous_commit = on");
        for (const statement of example.setup!.split(/;\n/)) {
          await client.query(statement);
          // Counts of a session reach the server's by and by: those from before an ANALYZE would be added after it.
          if (version >= 15) await client.query("SELECT pg_stat_force_next_flush()");
        }
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
        if (!local) await client.query("BEGIN");
        const after = await findings(client, version, example.query);
        await client.query("ROLLBACK");
        // A small part of it may be left where the machine is busy.
        expect(after.filter(({ rule, savesMs }) => rule === id && !stays.has(id) && savesMs! > found!.savesMs! / 4)).toEqual([]);
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
