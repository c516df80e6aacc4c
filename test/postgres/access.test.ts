// The access matrix against real servers, cell by cell: what each role gets of sample rows by each command.

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policySets } from "./accessSets";
import { judge, prepare } from "./accessTruth";
import { postgresVersions } from "./server";
import { withServer } from "./withServer";
import { testParser } from "../sql/parsers";

describe.each(postgresVersions)("the access matrix on Postgres %i", (version) => {
  const server = withServer(version);
  let client: Client;
  let database: string;
  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    await prepare(client);
  });
  afterAll(async () => {
    await client.query("reset all; reset role");
    await client.end();
    await server().dropDatabase(database);
  });

  it("is what the server does", async () => {
    const parser = await testParser(version);
    const wrong: string[] = [];
    const unknown: string[] = [];
    let cells = 0;
    for (const set of policySets) {
      if (version < (set.since ?? 0) || version > (set.until ?? 99)) continue;
      const verdict = await judge(client, set, parser, version).catch((error: unknown) => ({ wrong: [`${set.name}: ${error instanceof Error ? error.message : String(error)}`], unknown: [], cells: 0 }));
      wrong.push(...verdict.wrong);
      unknown.push(...verdict.unknown);
      cells += verdict.cells;
    }
    expect(wrong).toEqual([]);
    expect(unknown).toEqual([]);
    expect(cells).toBeGreaterThan(50);
  });
});
