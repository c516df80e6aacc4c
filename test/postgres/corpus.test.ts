// The labelled corpus on real servers: what is said to fail fails so, and all else runs, clean cases before all.

import type { Client } from "pg";
import { describe, expect, it } from "vitest";
import { readCorpus, type Case } from "../corpus/cases";
import { runAsTool } from "./asTool";
import { supabasePlatform } from "./platforms";
import { SqlError } from "./runSql";
import { postgresVersions, withDatabase } from "./server";
import { withServer } from "./withServer";

const corpus = readCorpus();
const cases = corpus.filter((each) => each.given !== null);
const histories = corpus.filter((each) => each.sort === "history");

/** What no test server has, no client here sends, or no test should do to a server. */
const beyondTheServer = /\b(?:TABLESPACE fast_disks|columnar|ALTER SYSTEM|DROP DATABASE|FROM stdin)\b|:['"]\w/;

describe.each(postgresVersions)("the corpus on Postgres %i", (version) => {
  const server = withServer(version);
  const here = cases.filter((each) => each.postgresVersion === version && !beyondTheServer.test(each.files[each.migration]!));

  it.each(here.map((each) => [`${each.source}: ${each.name}`, each] as const))("%s", async (_, each) => {
    await withDatabase(server(), async (client) => {
      if (each.tool === "supabase") await client.query(supabasePlatform);
      await run(client, each, each.files[each.given!]!);
      await client.query("reset all");
      const error = await run(client, each, each.files[each.migration]!).then(
        () => null,
        (thrown: unknown) => (thrown instanceof SqlError ? thrown : Promise.reject(thrown as Error)),
      );
      expect(error?.code ?? null, error?.message).toBe(each.fails);
    });
    if (each.tool === "supabase") await dropSupabaseRoles();
  });

  if (version === 17) {
    it.each(histories.map((each) => [each.name, each] as const))("%s", async (_, each) => {
      const migrations = Object.keys(each.files).filter((file) => file.endsWith(".sql") && !/(?:seed|\.down)\.sql$/.test(file));
      await withDatabase(server(), async (client) => {
        if (each.tool === "supabase") await client.query(supabasePlatform);
        for (const file of migrations.sort((a, b) => a.localeCompare(b, "en", { numeric: true }))) {
          await client.query("reset all");
          await run(client, each, each.files[file]!);
        }
      });
      if (each.tool === "supabase") await dropSupabaseRoles();
    });
  }

  /** Roles belong to the server, not to a database. */
  async function dropSupabaseRoles(): Promise<void> {
    await withDatabase(server(), async (client) => {
      for (const role of ["anon", "authenticated", "service_role", "supabase_auth_admin"]) await client.query(`drop role if exists ${role}`);
    });
  }
});

function run(client: Client, each: Case, text: string): Promise<void> {
  const metadata = Object.entries(each.files).filter(([file]) => file.endsWith("metadata.toml")).map(([, content]) => content);
  return runAsTool(client, each.tool, text, metadata.join("\n"));
}
