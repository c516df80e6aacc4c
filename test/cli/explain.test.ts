import { describe, expect, test } from "vitest";
import type { ExplainOptions } from "../../server/src/cli/host";
import { DatabaseFault } from "../../server/src/database/faults";
import { explainResult } from "../../server/src/explain/explainResult";
import { readPlan } from "../../server/src/explain/readPlan";
import { world, type World, type WorldOptions } from "./world";

const plan = JSON.stringify([{ Plan: { "Node Type": "Seq Scan", "Relation Name": "orders", Alias: "orders", "Startup Cost": 0, "Total Cost": 20, "Plan Rows": 5, "Plan Width": 8 } }]);
const marker = "Pa55-marker";

const result = { kind: "plan", result: explainResult(readPlan(plan).plan, { server: { version: "17.5", kind: "remote" }, query: "SELECT 1", notes: ["A note."] }) } as const;

/** With what was asked of the server. */
function here(files: Readonly<Record<string, string>>, options: WorldOptions = {}): World & { readonly questions: ExplainOptions[] } {
  const questions: ExplainOptions[] = [];
  const explain: WorldOptions["explain"] = (asked) => {
    questions.push(asked);
    return options.explain?.(asked) ?? Promise.resolve(result);
  };
  return Object.assign(world(files, { ...options, explain }), { questions });
}
const files = { "/repo/app/q.sql": "SELECT * FROM orders WHERE id = :id;\n", "/repo/app/two.sql": "SELECT 1;\nUPDATE orders SET total = 1;", "/repo/app/none.sql": "CALL p()", "/repo/app/plan.json": plan, "/repo/app/broken.json": "[{" };
const env = { DB: `postgres://u:${marker}@h/d` };

test("a statement of a file, with all that was said of it", async () => {
  const asked = here(files, { env });
  expect(await asked.run("explain", "q.sql", "--url-env", "DB", "--param", "id=7", "--analyze", "--run-and-roll-back", "--role", "app", "--set", "app.tenant=a=b", "--timeout", "1.5")).toBe(0);
  expect(asked.questions).toMatchObject([
    {
      server: { url: env.DB, production: false },
      explanation: { statement: { sql: "SELECT * FROM orders WHERE id = $1" }, mode: "analyze", consent: true, parameters: { ":id": "7" }, role: "app", settings: { "app.tenant": "a=b" }, timeout: 1500 },
    },
  ]);
  expect(asked.out).toContain("Seq Scan on orders");
  expect(asked.out).toContain("note: A note.");
  expect(asked.error).toBe("");
});

test("with what functions run, where that is asked for", async () => {
  const asked = here(files);
  await asked.run("explain", "q.sql", "--param", "id=7", "--analyze", "--nested");
  await asked.run("explain", "q.sql", "--param", "id=7", "--analyze");
  expect(asked.questions.map(({ explanation }) => explanation.nested)).toEqual([true, false]);
});

test("for others to see, in every format", async () => {
  for (const format of ["text", "json", "markdown"]) {
    const asked = here(files);
    expect(await asked.run("explain", "--plan", "plan.json", "--anonymize", "--format", format)).toBe(0);
    expect(asked.out).toContain("table_1");
    expect(asked.out).not.toMatch(/orders|customer/);
  }
  const asked = here(files);
  await asked.run("explain", "q.sql", "--url", "postgres://h/d", "--param=:id", "--anonymize");
  expect(asked.out).toContain("Seq Scan on table_1");
  expect(asked.out).not.toContain("A note.");
});

test("planned and not run where nothing else is said", async () => {
  const asked = here(files);
  await asked.run("explain", "q.sql", "--url", "postgres://h/d", "--param=:id");
  expect(asked.questions).toMatchObject([{ explanation: { mode: "plan", consent: false, parameters: { ":id": null }, role: null, settings: {}, timeout: 30_000 } }]);
  await asked.run("explain", "q.sql", "--url", "postgres://h/d", "--generic");
  expect(asked.questions[1]?.explanation.parameters).toBe("generic");
});

test("without a server, on the schema of the project around the file", async () => {
  const asked = here(files, { input: "SELECT 1" });
  await asked.run("explain", "q.sql", "--generic");
  await asked.run("explain", "-");
  expect(asked.questions).toMatchObject([{ server: null, file: "/repo/app/q.sql", cwd: "/repo/app" }, { server: null, file: null, cwd: "/repo/app" }]);
});

test("rows for each table, and for some by name", async () => {
  const asked = here(files);
  await asked.run("explain", "q.sql", "--rows", "10000", "--rows", "orders=1000000", "--rows=public.tenants=50");
  await asked.run("explain", "q.sql");
  expect(asked.questions.map(({ rows }) => rows)).toEqual([{ each: 10_000, tables: { orders: 1_000_000, "public.tenants": 50 } }, { each: 0, tables: {} }]);
});

test("standard input, the second statement, as JSON and Markdown", async () => {
  const asked = here(files, { input: files["/repo/app/two.sql"] });
  expect(await asked.run("explain", "-", "--statement", "2", "--url", "postgres://h/d", "--format", "json")).toBe(0);
  expect(asked.questions[0]?.explanation.statement.sql).toBe("UPDATE orders SET total = 1");
  expect(JSON.parse(asked.out)).toMatchObject({ version: 1, server: { version: "17.5", kind: "remote" }, plan: { Plan: { "Node Type": "Seq Scan" } }, nodes: [{ path: "0", type: "Seq Scan" }], findings: [] });
  asked.out = "";
  await asked.run("explain", "two.sql", "--statement=1", "--url", "postgres://h/d", "--format=markdown");
  expect(asked.out).toMatch(/^# Plan\n/);
});

test("a plan that was saved needs no server", async () => {
  const asked = here(files, { input: plan });
  expect(await asked.run("explain", "--plan", "plan.json")).toBe(0);
  expect(await asked.run("explain", "--plan=-", "--format", "json")).toBe(0);
  expect(asked.questions).toEqual([]);
  expect(asked.out).toContain("Seq Scan on orders");
});

describe("what it says instead, with status 2", () => {
  test.each<[readonly string[], string]>([
    [["explain"], "takes one FILE"],
    [["explain", "q.sql", "two.sql", "--url", "x"], "takes one FILE"],
    [["explain", "missing.sql", "--url", "x"], "there is no file missing.sql"],
    [["explain", "none.sql", "--url", "x"], "none.sql has no statement that EXPLAIN takes"],
    [["explain", "two.sql", "--url", "x"], "2 statements are here: --statement N says which\n  1  SELECT 1\n  2  UPDATE orders SET total = 1"],
    [["explain", "two.sql", "--url", "x", "--statement", "3"], "--statement must be a number from 1 to 2"],
    [["explain", "q.sql", "--url-env", "NONE"], "the environment variable NONE, which is to hold the URL, is not set"],
    [["explain", "q.sql", "--url-env", "DB", "--url", "x"], "both say which server"],
    [["explain", "q.sql", "--url", "x", "--param", "name=1"], 'has no parameter "name"; it has :id'],
    [["explain", "q.sql", "--url", "x", `--set=${marker}`], "--set needs a name and a value"],
    [["explain", "q.sql", "--url", "x", "--timeout", "soon"], "--timeout must be a number of seconds"],
    [["explain", "q.sql", "--rows", "orders=many"], '--rows must be a number up to 1000000, or TABLE=N, not "orders=many"'],
    [["explain", "q.sql", "--rows", "orders="], "or TABLE=N"],
    [["explain", "q.sql", "--rows", "=5"], "or TABLE=N"],
    [["explain", "q.sql", "--rows", "2000000"], "a number up to 1000000"],
    [["explain", "q.sql", "--url", "x", "--rows", "orders=5"], "no row is written to a server"],
    [["explain", "q.sql", "--plan", "plan.json"], "there is nothing to do with"],
    [["explain", "--plan", "broken.json"], "cut off"],
    [["explain", "q.sql", "--format", "html"], "--format must be one of text, json, markdown"],
  ])("%j", async (args, message) => {
    const asked = here(files, { env });
    expect(await asked.run(...args)).toBe(2);
    expect(asked.error).toContain(message);
    expect(`${asked.out}${asked.error}`).not.toContain(marker);
  });
  test("what has to be agreed to", async () => {
    const asked = here(files, { explain: () => Promise.resolve({ kind: "consent", question: "Run this UPDATE, and roll it back?", consequences: ["It changes rows."] }) });
    expect(await asked.run("explain", "two.sql", "--statement", "2", "--url", "x", "--analyze")).toBe(2);
    expect(asked.error).toBe("plumbline: it was not run. Run this UPDATE, and roll it back?\n  It changes rows.\n--run-and-roll-back agrees to that.\n");
  });
  test("which values are needed", async () => {
    const asked = here(files, { explain: () => Promise.resolve({ kind: "parameters", parameters: [{ name: ":id", type: "bigint" }] }) });
    expect(await asked.run("explain", "q.sql", "--url", "x")).toBe(2);
    expect(asked.error).toContain("--param NAME=VALUE gives them, --generic makes a plan for any\n  :id  bigint\n");
  });
  test("what is wrong with the connection", async () => {
    const asked = here(files, { explain: () => Promise.reject(new DatabaseFault("no server answers at that address")) });
    expect(await asked.run("explain", "q.sql", "--url", "x")).toBe(2);
    expect(asked.error).toBe("plumbline: no server answers at that address\n");
  });
});
