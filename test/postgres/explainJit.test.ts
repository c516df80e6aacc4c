// What is compiled: sections of plans from a server that is built with LLVM, and what is advised against it.

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compare, explain, formats, printable, read } from "./explainFormats";
import { planQueries, planSchema, type PlanQuery } from "./explainQueries";
import { withServer } from "./withServer";
import { explainResult } from "../../server/src/explain/explainResult";
import jitOverhead from "../../server/src/explain/findings/jitOverhead";
import { planText } from "../../server/src/explain/print/text";
import { groupOf, numberOf } from "../../server/src/explain/properties";

describe("plans that are compiled", () => {
  const server = withServer("system");
  let database: string;
  let client: Client;

  const always = ["jit = on", "jit_above_cost = 0"];
  const costly = ["jit_inline_above_cost = 0", "jit_optimize_above_cost = 0"];
  const here = planQueries().filter(({ from, writes, sql }) => from <= 15 && !writes && !/\b(?:far|listed|spread|xmltable)/.test(sql));
  const compiled = (query: PlanQuery, i: number): PlanQuery => ({ ...query, settings: [...query.settings, ...always, ...(i % 8 === 0 ? costly : ["jit_inline_above_cost = -1", "jit_optimize_above_cost = -1"])] });
  const alone = here.filter(({ parallel }) => !parallel).filter((_, i) => i % 6 === 0).map(compiled);
  const shared = here.filter(({ parallel }) => parallel).filter((_, i) => i % 6 === 0).map(compiled);

  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    for (const statement of planSchema.split(/;\n/).filter((each) => each.trim() !== "")) await client.query(statement);
  });
  afterAll(async () => {
    await client.end();
    await server().dropDatabase(database);
  });

  it("read the same from every format", async () => {
    let sections = 0;
    for (const query of alone) {
      for (const options of [["VERBOSE", "SETTINGS"], ["ANALYZE", "TIMING OFF", "SUMMARY OFF", "BUFFERS OFF"]]) {
        const json = read(await explain({ client }, query, [...options, "FORMAT JSON"]));
        if (groupOf(json.properties, "JIT") !== null) sections++;
        for (const format of formats) {
          const text = await explain({ client }, query, [...options, `FORMAT ${format}`]);
          compare(json, text, format, query.name);
          if (format === "text") expect(printable(planText(json)), query.name).toBe(printable(text));
        }
      }
    }
    expect(sections).toBeGreaterThan(alone.length);
  });

  it("come back from text with their times, those of workers too", async () => {
    let workers = 0;
    for (const query of [...alone.slice(0, 8), ...shared.slice(0, 8)]) {
      for (const verbose of ["VERBOSE ON", "VERBOSE OFF"]) {
        const json = read(await explain({ client }, query, ["ANALYZE", verbose, "BUFFERS", "FORMAT JSON"]));
        compare(json, planText(json), "text", query.name);
        const text = await explain({ client }, query, ["ANALYZE", verbose, "FORMAT TEXT"]);
        expect(printable(planText(read(text))), query.name).toBe(printable(text));
        if (/Worker \d+:.*\n *JIT:/.test(text)) workers++;
      }
    }
    expect(workers).toBeGreaterThan(0);
  });

  it("are no longer compiled, and faster, above the cost that is advised", async () => {
    const example = jitOverhead.examples.find(({ kind }) => kind === "bad")!;
    for (const statement of example.setup!.split(/;\n/)) await client.query(statement);
    const run = async (): Promise<{ readonly cost: number; readonly ms: number; readonly advice: string | null }> => {
      const plan = read(await explain({ client }, { name: "", sql: example.query, settings: [], parallel: false, writes: false, from: 15 }, ["ANALYZE", "FORMAT JSON"]));
      const { findings } = explainResult(plan, { server: { version: null, kind: "remote" }, query: example.query, notes: [] });
      return { cost: numberOf(plan.root.properties, "Total Cost")!, ms: numberOf(plan.properties, "Execution Time")!, advice: findings.find(({ rule }) => rule === jitOverhead.id)?.advice ?? null };
    };
    await run();
    const before = await run();
    const advised = Number(/jit_above_cost above .* \(([\d,]+)\)/.exec(before.advice!)![1]!.replaceAll(",", ""));
    expect(advised).toBe(Math.ceil(before.cost));
    await client.query(`SET jit_above_cost = ${advised}`);
    const after = await run();
    expect(after.advice).toBeNull();
    expect(after.ms).toBeLessThan(before.ms);
  });
});
