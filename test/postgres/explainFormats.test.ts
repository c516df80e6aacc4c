// The reader of plans held to the server: what FORMAT JSON says of a plan, FORMAT TEXT, XML and YAML must come out as.

import { PGlite } from "@electric-sql/pglite";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compare, explain, formats, printable, read, type Asked } from "./explainFormats";
import { foreignSchema, planQueries, planSchema } from "./explainQueries";
import { connectedVersions, type Server } from "./server";
import { withServer } from "./withServer";
import { planText } from "../../server/src/explain/print/text";

interface World {
  readonly client: pg.Client;
}

describe.each(connectedVersions)("plans of Postgres %i", (version) => {
  const server = withServer(version);
  let world: World;
  let database: string;
  const here = planQueries().filter((query) => query.from <= version);

  beforeAll(async () => {
    const own: Server = server();
    database = await own.createDatabase();
    const client = await own.connect(database);
    for (const statement of `${planSchema}${foreignSchema(own.port, database, version)}`.split(/;\n/).filter((each) => each.trim() !== "")) await client.query(statement);
    world = { client };
  });
  afterAll(async () => {
    await world.client.end();
    await server().dropDatabase(database);
  });

  it("are many", () => {
    expect(here.length).toBeGreaterThanOrEqual(200);
  });

  it("read the same from every format, planned", async () => {
    for (const query of here) {
      for (const verbose of ["VERBOSE ON", "VERBOSE OFF"]) {
        const json = read(await explain(world, query, [verbose, "SETTINGS", "FORMAT JSON"]));
        for (const format of formats) {
          const text = await explain(world, query, [verbose, "SETTINGS", `FORMAT ${format}`]);
          compare(json, text, format, query.name);
          if (format === "text") expect(printable(planText(json)), query.name).toBe(printable(text));
        }
      }
    }
  });

  it("read the same from every format, run", async () => {
    for (const query of here.filter((each) => !each.parallel)) {
      const options = ["ANALYZE", "VERBOSE", "TIMING OFF", "SUMMARY OFF", "BUFFERS OFF", ...(query.writes ? ["COSTS OFF"] : [])];
      const json = read(await explain(world, query, [...options, "FORMAT JSON"]));
      for (const format of formats) {
        const text = await explain(world, query, [...options, `FORMAT ${format}`]);
        compare(json, text, format, query.name);
        if (format === "text") expect(printable(planText(json)), query.name).toBe(printable(text));
      }
    }
  });

  it("read the same out of the log", async () => {
    const lineOf = (message: string): string => `2026-11-21 18:00:00 UTC [7] LOG:  ${message.replaceAll("\n", "\n\t")}\n2026-11-21 18:00:01 UTC [7] LOG:  checkpoint starting: time\n`;
    const json = read(lineOf(await logged(world, "json")));
    expect(json.properties["Query Text"]).toMatch(/^SELECT c\.name\n/);
    for (const format of formats) compare(json, lineOf(await logged(world, format)), format, "auto_explain");
  });

  it("come back from our own text, with all that one run can tell", async () => {
    const more = version >= 17 ? ["MEMORY", "SERIALIZE TEXT"] : [];
    await world.client.query("SET track_io_timing = on");
    for (const query of here) {
      for (const verbose of ["VERBOSE ON", "VERBOSE OFF"]) {
        const json = read(await explain(world, query, ["ANALYZE", verbose, "BUFFERS", "WAL", "SETTINGS", ...more, "FORMAT JSON"]));
        const text = planText(json);
        compare(json, text, "text", query.name);
      }
    }
  });
});

/** What auto_explain writes into the log reaches a client that asks for it. */
async function logged({ client }: World, format: string): Promise<string> {
  const messages: string[] = [];
  const listen = ({ message }: { message?: string | undefined }): void => {
    if (message !== undefined) messages.push(message);
  };
  client.on("notice", listen);
  await client.query("BEGIN");
  try {
    for (const each of ["LOAD 'auto_explain'", "SET LOCAL client_min_messages = log", `SET LOCAL auto_explain.log_format = ${format}`, "SET LOCAL auto_explain.log_analyze = on", "SET LOCAL auto_explain.log_timing = off", "SET LOCAL auto_explain.log_min_duration = 0"]) await client.query(each);
    await client.query("SELECT c.name\n  FROM customers c\n WHERE c.id = (SELECT max(id) FROM small)");
  } finally {
    await client.query("ROLLBACK");
    client.off("notice", listen);
  }
  return messages.find((message) => message.includes("plan:"))!;
}

describe("plans of PGlite", () => {
  it("read the same from every format", { timeout: 120_000 }, async () => {
    const database = await PGlite.create();
    try {
      for (const statement of planSchema.split(/;\n/).filter((each) => each.trim() !== "")) await database.exec(statement);
      const client: Asked = { query: async (sql) => ({ rows: (await database.exec(sql)).flatMap((each) => each.rows as Record<string, unknown>[]) }) };
      for (const query of planQueries().filter((each) => !each.parallel && !/\b(?:far|listed|spread|xmltable)/.test(each.sql)).filter((_, i) => i % 5 === 0)) {
        for (const options of [["VERBOSE", "SETTINGS"], ["ANALYZE", "TIMING OFF", "SUMMARY OFF", "BUFFERS OFF", "COSTS OFF"]]) {
          const json = read(await explain({ client }, query, [...options, "FORMAT JSON"]));
          for (const format of formats) compare(json, await explain({ client }, query, [...options, `FORMAT ${format}`]), format, query.name);
        }
      }
    } finally {
      await database.close();
    }
  });
});
