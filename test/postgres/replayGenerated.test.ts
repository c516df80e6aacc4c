// Generated histories: what a server has after a random history is what the printed replay makes of it.
// `PLUMBLINE_SEED=7` runs that one history; `PLUMBLINE_HISTORIES=1000` runs more of them.

import { describe, expect, it } from "vitest";
import { testParser } from "../sql/parsers";
import { roles } from "./replayGenerator";
import { randomHistory } from "./replayRandom";
import { withServer } from "./withServer";

const version = 17;
const only = process.env.PLUMBLINE_SEED;
const count = Number(process.env.PLUMBLINE_HISTORIES ?? 100);
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

describe(`generated histories on Postgres ${version}`, () => {
  const server = withServer(version);

  it("give the catalogs that the server has", { timeout: 60_000 + 5_000 * seeds.length }, async () => {
    const parser = await testParser(version);
    const client = await server().connect();
    for (const role of roles) await client.query(`create role ${role}`);
    await client.end();
    let statements = 0;
    for (const seed of seeds) {
      const history = await randomHistory(server(), parser, seed);
      const found = [...history.differences, ...history.problems];
      expect(found, `seed ${seed}:\n${history.statements.join(";\n")};`).toEqual([]);
      statements += history.statements.length;
    }
    // Most of what is generated must fit, or nothing is shown.
    expect(statements).toBeGreaterThan(30 * seeds.length);
  });
});
