// What the rules claim of locks, scans and rewrites, shown on each supported server: rule.proof.

import { describe, expect, it } from "vitest";
import { rules } from "../../server/src/rules/index.generated";
import type { Proof } from "../../server/src/rules/rule";
import { observe, strongestLock } from "./locks";
import { neonPlatform, supabasePlatform } from "./platforms";
import { runSql } from "./runSql";
import { postgresVersions, type Server } from "./server";
import { withServer } from "./withServer";

const claims = rules.flatMap((rule) => (rule.proof ?? []).map((proof, i) => ({ rule: rule.id, proof, name: `${rule.id} ${i + 1}: ${proof.statement.replace(/\s+/g, " ")}` })));

const platforms = { supabase: supabasePlatform, neon: neonPlatform };

/** What stands before the statement, the platform first. */
const worldOf = ({ platform, given }: Proof): readonly string[] => (platform ? [platforms[platform], ...given] : given);

const tableOf = (name: string): string => (name.includes(".") ? name : `public.${name}`);

/** The heaps among `table public.orders`, `index public.orders_pkey`. */
const heaps = (rewrites: readonly string[]): readonly string[] => rewrites.filter((each) => each.startsWith("table ")).map((each) => each.slice("table ".length));

describe.each(postgresVersions)("the rules' claims on Postgres %i", (version) => {
  const server = withServer(version);
  const here = claims.filter(({ proof }) => proof.versions?.includes(version) ?? true);

  it.each(here)("$name", async ({ proof }) => {
    if (proof.rows !== undefined || proof.plan !== undefined) {
      await expectAnswer(server(), proof);
      return;
    }
    const facts = await observe(server(), { setup: worldOf(proof), statement: proof.statement, transaction: runsInTransaction(proof) });
    expect(facts.error?.code ?? null, facts.error?.message).toBe(proof.fails ?? null);
    for (const [table, mode] of Object.entries(proof.locks ?? {})) expect(strongestLock(facts, tableOf(table)), table).toBe(mode);
    if (proof.rewrites) expect(heaps(facts.rewrites)).toEqual(proof.rewrites.map(tableOf).sort());
    if (proof.scans) expect(facts.scanned).toEqual(proof.scans.map(tableOf).sort());
  });
});

it("claims something in every proof", () => {
  for (const { name, proof } of claims) {
    expect(proof.locks ?? proof.rewrites ?? proof.scans ?? proof.fails ?? proof.rows ?? proof.plan, name).toBeDefined();
  }
});

/** What a query gives, in a database of its own. */
async function expectAnswer(server: Server, proof: Proof): Promise<void> {
  const { statement, rows, plan } = proof;
  const database = await server.createDatabase();
  const client = await server.connect(database);
  try {
    await runSql(client, worldOf(proof));
    const answer = await client.query<Record<string, unknown>>(statement);
    if (rows !== undefined) expect(answer.rows).toHaveLength(rows);
    const text = answer.rows.map((row) => Object.values(row).join()).join("\n");
    if (plan !== undefined && "has" in plan) expect(text).toContain(plan.has);
    if (plan !== undefined && "lacks" in plan) expect(text).not.toContain(plan.lacks);
  } finally {
    await client.end();
    await server.dropDatabase(database);
  }
}

/** CONCURRENTLY is tried outside of a transaction, as it must be, unless the claim is about a transaction. */
function runsInTransaction(proof: Proof): boolean {
  return proof.inTransaction ?? !/\bconcurrently\b/i.test(proof.statement);
}
