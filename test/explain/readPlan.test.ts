import { describe, expect, it } from "vitest";
import { planValue } from "../../server/src/explain/planValue";
import { readPlan } from "../../server/src/explain/readPlan";
import { planFile, problemOf } from "./plans";

const json = planFile("correlated.json");
const same = (text: string): void => expect(readPlan(text).plan).toEqual(readPlan(json).plan);

/** As psql prints a value of several lines. */
function psql(text: string): string {
  const lines = text.trimEnd().split("\n");
  const width = Math.max(...lines.map((line) => line.length));
  return [`${" ".repeat(Math.floor(width / 2) - 4)} QUERY PLAN`, "-".repeat(width + 2), ...lines.map((line, i) => ` ${line.padEnd(width)}${i < lines.length - 1 ? "+" : ""}`), "(1 row)", "", "Time: 3.1 ms", ""].join("\n");
}

describe("a plan in JSON", () => {
  it("is read as it stands, the object alone too, or only its root", () => {
    const { plan, format, notes } = readPlan(json);
    expect([format, notes, plan.root.type, plan.root.children[0]!.parent]).toEqual(["json", [], "Index Only Scan", "SubPlan"]);
    expect(plan.root.children[0]!.children[0]!.children[0]!.path).toBe("0.0.0.0");
    expect([planValue(plan)]).toEqual(JSON.parse(json));
    const [value] = JSON.parse(json) as [{ Plan: unknown }];
    same(JSON.stringify(value));
    expect(readPlan(JSON.stringify(value.Plan)).plan.root).toEqual(plan.root);
  });

  it("is read out of what clients put around it", () => {
    same(psql(json));
    same(psql(json).replaceAll("\n", "\r\n"));
    same(JSON.stringify([{ "QUERY PLAN": JSON.parse(json) as unknown }]));
    same(JSON.stringify([{ "QUERY PLAN": json }]));
    same(`"${json.trim().replaceAll('"', '""')}"`);
    same(`QUERY PLAN\n"${json.trim().replaceAll('"', '""')}"`);
    const lines = json.trimEnd().split("\n");
    same(`-[ RECORD 1 ]-----\n${lines.map((line, i) => `${i === 0 ? "QUERY PLAN" : "          "} | ${line}${i < lines.length - 1 ? "  +" : ""}`).join("\n")}\n`);
    const width = Math.max(...lines.map((line) => line.length));
    same([`+-${"-".repeat(width)}-+`, `| ${"QUERY PLAN".padEnd(width)} |`, `+-${"-".repeat(width)}-+`, ...lines.map((line) => `| ${line.padEnd(width)}+|`), `+-${"-".repeat(width)}-+`, "(1 row)"].join("\n"));
  });

  it("is read where psql prints no header", () => {
    const lines = json.trimEnd().split("\n");
    const width = Math.max(...lines.map((line) => line.length));
    same(lines.map((line, i) => ` ${line.padEnd(width)}${i < lines.length - 1 ? "+" : ""}`).join("\n"));
  });

  it("is read behind the statement that asked for it", () => {
    same(`EXPLAIN (FORMAT JSON)\nSELECT 1;\n\n${json}\nTime: 3.1 ms\n`);
  });

  it("is read out of a log", () => {
    const [value] = JSON.parse(json) as [object];
    const logged = JSON.stringify({ "Query Text": "select 1", ...value }, null, 2);
    const read = readPlan(`2026-11-21 18:00:00.123 UTC [42] app@shop LOG:  duration: 7.966 ms  plan:\n${logged.split("\n").map((line) => `\t${line}`).join("\n")}\n2026-11-21 18:00:01 UTC [42] LOG:  checkpoint starting: time\n`);
    expect(read.plan.root).toEqual(readPlan(json).plan.root);
    expect(read.plan.properties["Query Text"]).toBe("select 1");
    const csv = `2026-11-21 18:00:00.123 UTC,"app","shop",42,"127.0.0.1:5432",1.2,1,"SELECT",2026-11-21 18:00:00 UTC,3/4,0,LOG,00000,"duration: 7.966 ms  plan:\n${logged.replaceAll('"', '""')}",,,,,,,,,"psql","client backend",,0\n`;
    expect(readPlan(csv).plan.root).toEqual(read.plan.root);
  });

  it("says that there are more", () => {
    const [value] = JSON.parse(json) as [unknown];
    expect(readPlan(JSON.stringify([value, value])).notes).toEqual(["The text has 2 plans; this is the first."]);
  });

  it("keeps names that it does not know", () => {
    const { plan } = readPlan('{"Plan": {"Node Type": "Future Scan", "Sparkle": {"Deep": [1, "a"]}}, "Extra": true}');
    expect([plan.root.type, plan.root.properties["Sparkle"], plan.properties["Extra"]]).toEqual(["Future Scan", { Deep: [1, "a"] }, true]);
  });
});

describe("what is no plan", () => {
  it("is told from one, with the reason", () => {
    const cases: [string, RegExp][] = [
      ["", /empty/],
      ["  \n\n ", /empty/],
      ["\0\u0001PNG", /not text/],
      ["[]", /no "Plan"/],
      ["{}", /no "Plan"/],
      ['{"Plan": 3}', /no "Plan"/],
      ['{"Plan": {"Node": 3}}', /no "Node Type"/],
      ['{"query_block": {"select_id": 1}}', /MySQL/],
      ['["Utility Statement"]', /no "Plan"/],
      [json.slice(0, 400), /cut off/],
      ["[1 2]", /not valid JSON/],
      ['{"Plan":{"Node Type":"a","Plans":['.repeat(3000) + "]}}".repeat(3000), /1000 levels deep/],
      ["[".repeat(1_000_000) + "]".repeat(1_000_000), /1000 levels deep/],
    ];
    for (const [text, problem] of cases) expect(problemOf(() => readPlan(text)), text.slice(0, 40)).toMatch(problem);
  });

  it("is told wherever a plan is cut off", () => {
    const text = json.trimEnd();
    for (let end = 0; end < text.length; end += 7) expect(problemOf(() => readPlan(text.slice(0, end)))).not.toBe("");
  });
});
