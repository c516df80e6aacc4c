// Plans of real servers, made for others to see: nothing of the schema, its names and the queries' values is left.

import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foreignSchema, planQueries, planSchema } from "./explainQueries";
import { withServer } from "./withServer";
import { foreignWords, left } from "../explain/anonymised/leaks";
import { anonymousResult } from "../../server/src/explain/anonymised/result";
import { explainResult } from "../../server/src/explain/explainResult";
import { readPlan } from "../../server/src/explain/readPlan";
import { planValue } from "../../server/src/explain/planValue";
import { tokenize } from "../../server/src/sql/lexer";

const catalog = `
  SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION SELECT attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace UNION SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace UNION SELECT tgname FROM pg_trigger`;

describe.each([15, 18] as const)("plans of Postgres %i, for others", (version) => {
  const server = withServer(version);
  let client: pg.Client;
  let database: string;
  let names: readonly string[];
  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    for (const statement of `${planSchema}${foreignSchema(server().port, database, version)}`.split(/;\n/).filter((each) => each.trim() !== "")) await client.query(statement);
    names = (await client.query<{ relname: string }>(catalog)).rows.map(({ relname }) => relname);
    expect(names.length).toBeGreaterThan(60);
  });
  afterAll(async () => {
    await client.end();
    await server().dropDatabase(database);
  });

  /** What a query calls its own: strings, numbers and aliases. */
  const own = (sql: string): readonly string[] =>
    tokenize(sql).flatMap(({ kind, start, end }, i, tokens) => {
      const text = sql.slice(start, end);
      if (kind === "string") return text.slice(text.indexOf("'") + 1, -1).match(/[A-Za-z][\w$]+/g) ?? [];
      if (kind === "number") return Number(text) > 1 ? [text] : [];
      const before = tokens[i - 1];
      return kind === "quoted" && text !== '"C"' ? [text.slice(1, -1)] : before !== undefined && /^as$/i.test(sql.slice(before.start, before.end)) && /^[a-z]+$/.test(text) ? [text] : [];
    });

  it("have nothing of their owner's", async () => {
    let count = 0;
    const problems: string[] = [];
    for (const query of planQueries().filter((each) => each.from <= version)) {
      for (const options of ["VERBOSE, SETTINGS", "ANALYZE, BUFFERS, WAL"]) {
        await client.query("BEGIN");
        for (const setting of query.settings) await client.query(`SET LOCAL ${setting}`);
        const { rows } = await client.query<{ "QUERY PLAN": unknown }>(`EXPLAIN (${options}, FORMAT JSON) ${query.sql}`);
        await client.query("ROLLBACK");
        const { plan } = readPlan(JSON.stringify(rows[0]!["QUERY PLAN"]));
        const result = explainResult(plan, { server: { version: String(version), kind: "remote" }, query: query.sql, notes: [] });
        const anonymous = anonymousResult(result);
        const all = { plan: anonymous.plan, query: anonymous.query };
        for (const problem of [...foreignWords(all), ...left(all, [...names, ...own(query.sql)])]) problems.push(`${query.name}: ${problem}`);
        expect(planValue(readPlan(JSON.stringify(anonymous.plan)).plan), query.name).toEqual(anonymous.plan);
        expect(explainResult(readPlan(anonymous.text).plan, { server: result.server, query: null, notes: [] }).nodes.map(({ title }) => title), query.name).toEqual(anonymous.nodes.map(({ title }) => title));
        expect(anonymous.findings.map(({ rule, path }) => [rule, path])).toEqual(result.findings.map(({ rule, path }) => [rule, path]));
        count++;
      }
    }
    expect(problems).toEqual([]);
    expect(count).toBeGreaterThan(400);
  });
});
