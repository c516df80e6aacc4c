// The access matrix against real servers, cell by cell: what each role gets of sample rows by each command.

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policySets } from "./accessSets";
import { judge, prepare } from "./accessTruth";
import { postgresVersions } from "./server";
import { withServer } from "./withServer";
import { testParser } from "../sql/parsers";

const all = ["select", "insert", "update", "delete"];
const of = (set: string, table: string, roles: readonly string[], commands: readonly string[]): readonly string[] => roles.flatMap((role) => commands.map((command) => `${set}: ${table} ${role} ${command}`));

/** What the files do not tell. */
const unknownCells: readonly string[] = [
  // Whether the caller may read the table that its policy asks is the platform's, or of before.
  ...of("Supabase: a policy that reads auth.users", "notes", ["authenticated"], ["select"]),
  ...of("a policy that reads what was there before", "notes", ["app"], ["select"]),
  // Neon's console may have granted it.
  ...of("Neon: without a GRANT", "notes", ["authenticated"], all),
  ...of("an INSTEAD OF trigger", "v", ["reader", "owner"], ["update"]),
  ...of("a view of a function", "v", ["reader", "owner"], ["select"]),
  ...of("GRANTs for tables that nothing names", "notes", ["app", "public", "owner"], all),
  ...of("a rule", "notes", ["app", "public", "owner"], ["delete"]),
  ...of("a view whose owner has some columns", "v", ["app", "reader"], ["select"]),
  ...of("a table of before", "legacy", ["app", "public", "owner"], all),
];

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
    expect([...unknown].sort()).toEqual([...unknownCells].sort());
    // Of those, so many: the rest is what the server does.
    expect(cells).toBeGreaterThan(20 * unknown.length);
    expect(policySets.length).toBeGreaterThan(60);
    expect(new Set(policySets.map(({ name }) => name)).size).toBe(policySets.length);
  });
});
