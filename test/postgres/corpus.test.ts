// The labelled corpus on real servers: what is said to fail fails so, and all else runs, clean cases before all. How each
// tool sends a file is written here from the tools' own behaviour, not taken from Plumbline's model of it.

import type { Client } from "pg";
import { describe, expect, it } from "vitest";
import { splitStatements } from "../../server/src/sql/splitter";
import { readCorpus, type Case } from "../corpus/cases";
import { supabasePlatform } from "./replaySupabase";
import { runSql, SqlError } from "./runSql";
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

async function run(client: Client, each: Case, text: string): Promise<void> {
  const up = text.split(/^-- (?:\+goose Down|migrate:down|Down Migration).*$/m)[0]!;
  switch (each.tool) {
    case "plain":
    case "single":
      return runSql(client, statementsOf(up));
    case "prisma":
    case "golang-migrate":
      return runSql(client, up);
    case "dbmate":
      return up.includes("transaction:false") ? runSql(client, up) : runSql(client, statementsOf(up), { transaction: true });
    case "sqlx":
      return /^-- no-transaction/.test(up) ? runSql(client, up) : runSql(client, statementsOf(up), { transaction: true });
    case "liquibase":
      for (const changeset of up.split(/^(?=--changeset )/m)) {
        await runSql(client, statementsOf(changeset), { transaction: !changeset.includes("runInTransaction:false") });
      }
      return;
    default: {
      const outside = /^-- \+goose NO TRANSACTION/m.test(up) || Object.values(each.files).some((file) => file.includes("run_in_transaction = false"));
      // Flyway steps out of its transaction where a file holds nothing that needs one.
      const alone = each.tool === "flyway" && /CONCURRENTLY/.test(up) && statementsOf(up).length === 1;
      return runSql(client, statementsOf(up), { transaction: !outside && !alone });
    }
  }
}

function statementsOf(text: string): readonly string[] {
  return splitStatements(text)
    .filter((chunk) => chunk.kind === "statement")
    .map((chunk) => text.slice(chunk.first, chunk.last));
}
