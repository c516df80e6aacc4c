import { createRequire } from "node:module";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPanel, showPlan, startBrowser, type Panel, type PanelOptions } from "./panel";
import { finding, largePlan, result, shown } from "./plans";
import type { Theme } from "./themes";
import type { Tab } from "../../client/webview/explain/messages";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tabs: readonly Tab[] = ["plan", "compare", "graph", "icicle", "statistics", "query", "text", "json"];

let browser: Browser;
let panel: Panel;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  // Nothing broke, and the policy kept nothing of ours out.
  expect(panel.faults).toEqual([]);
  await panel.page.close();
});

const open = async (options?: PanelOptions): Promise<Panel> => (panel = await openPanel(browser, options));
const row = (title: string): Locator => panel.page.getByRole("row", { name: title });
const selected = (): Promise<string> => panel.page.locator('[role="row"][aria-selected="true"] .title').innerText();
const press = (...keys: readonly string[]): Promise<void> => keys.reduce((before, key) => before.then(() => panel.page.keyboard.press(key)), Promise.resolve());
const tab = (name: string): Locator => panel.page.getByRole("tab", { name });

const scan = "0.0.0.0.0.0.0.0";
const findings = [
  finding({ path: scan }),
  finding({ path: "0.0.0.0", rule: "plan/row-misestimate", severity: "info", message: "The planner expected 1,614 rows and got none.", savesMs: null, sql: null, advice: "Extended statistics tell it how the columns hang together." }),
];

describe("the explain panel", () => {
  it("says that it listens, and shows what it is sent", async () => {
    await open();
    expect(await panel.sent()).toEqual([{ type: "ready", id: null }]);
    await showPlan(panel, shown(result("join")));
    await expect.poll(() => panel.page.getByRole("treegrid").count()).toBe(1);
    await panel.page.getByText("50.4 ms").first().waitFor();
    await panel.page.getByText("Postgres 17.10, staging").waitFor();
  });

  it("opens with the slowest node selected and named on top", async () => {
    await open();
    await showPlan(panel, shown(result("join")));
    expect(await selected()).toBe("Parallel Seq Scan on orders o");
    const slowest = panel.page.getByRole("button", { name: /^Slowest/ });
    expect(await slowest.innerText()).toMatch(/Parallel Seq Scan on orders o\s+29\.4 ms · 58%/);
    const bars = await panel.page.locator(".grid-body .heat-hot .title").allInnerTexts();
    expect(bars).toEqual(["Parallel Seq Scan on orders o"]);
  });

  it("scrolls to the slowest node of a long plan", async () => {
    await open();
    await showPlan(panel, shown(largePlan(1000)));
    const box = (await row("Seq Scan on part_7").boundingBox())!;
    const grid = (await panel.page.getByRole("treegrid").boundingBox())!;
    expect(box.y).toBeGreaterThan(grid.y);
    expect(box.y + box.height).toBeLessThan(grid.y + grid.height + 1);
  });

  it("shows costs where nothing was run", async () => {
    await open();
    await showPlan(panel, shown(result("costs")));
    expect(await panel.page.getByRole("columnheader").allInnerTexts()).toEqual(["Node", "Self cost", "Total cost", "Rows est."]);
    expect(await panel.page.getByRole("button", { name: /^Most expensive/ }).innerText()).toContain("cost 5,405");
  });

  it("tells a screen reader of levels, places and what is open", async () => {
    await open();
    await showPlan(panel, shown(result("subplans")));
    const grid = panel.page.getByRole("treegrid", { name: "Plan" });
    expect(await grid.getAttribute("aria-rowcount")).toBe("11");
    expect(await grid.getAttribute("aria-colcount")).toBe("7");
    const attributes = await grid.locator('[role="rowgroup"]:nth-child(2) > [role="row"]').evaluateAll((rows) =>
      rows
        .map((each) => ["aria-rowindex", "aria-level", "aria-posinset", "aria-setsize", "aria-expanded"].map((name) => each.getAttribute(name)))
        .sort((a, b) => Number(a[0]) - Number(b[0])),
    );
    expect(attributes.slice(0, 4)).toEqual([
      ["2", "1", "1", "1", "true"],
      ["3", "2", "1", "3", null],
      ["4", "2", "2", "3", "true"],
      ["5", "3", "1", "1", null],
    ]);
    expect(await grid.locator('[tabindex="0"]').count()).toBe(1);
  });

  it("is walked with the keyboard", async () => {
    await open();
    await showPlan(panel, shown(result("join")));
    await row("Parallel Seq Scan on orders o").focus();
    await press("Home");
    expect(await selected()).toBe("Limit");
    await press("ArrowDown");
    expect(await selected()).toBe("Sort");
    await press("End");
    expect(await selected()).toBe("Seq Scan on customers c");
    await press("ArrowLeft");
    expect(await selected()).toBe("Hash");
    // Closes, then goes to the parent.
    await press("ArrowLeft");
    expect(await row("Hash").last().getAttribute("aria-expanded")).toBe("false");
    expect(await row("Seq Scan on customers c").count()).toBe(0);
    await press("ArrowRight");
    expect(await row("Hash").last().getAttribute("aria-expanded")).toBe("true");
    await press("ArrowRight");
    expect(await selected()).toBe("Seq Scan on customers c");
    // Letters go to the next title that begins with them.
    await press("g", "a");
    expect(await selected()).toBe("Gather Merge");
    await press("Enter");
    expect(await panel.page.getByRole("complementary", { name: "Details of the selected node" }).getByRole("heading", { level: 2 }).innerText()).toBe("Gather Merge");
    expect(await panel.page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("row");
  });

  it("goes through tabs with the arrows", async () => {
    await open();
    await showPlan(panel, shown(result("join")));
    await tab("Plan").focus();
    await press("ArrowRight");
    expect(await tab("Graph").getAttribute("aria-selected")).toBe("true");
    await press("End");
    expect(await panel.page.getByRole("tabpanel", { name: "JSON" }).innerText()).toContain('"Node Type": "Limit"');
    await press("ArrowRight");
    expect(await tab("Plan").getAttribute("aria-selected")).toBe("true");
  });

  it("leads from a finding to its node, and sends its SQL", async () => {
    await open();
    await showPlan(panel, shown(result("join", findings)));
    expect(await selected()).toBe("Parallel Seq Scan on orders o");
    await panel.page.getByRole("button", { name: "Copy", exact: true }).click();
    await panel.page.getByRole("button", { name: "Try this index" }).click();
    await panel.page.getByRole("button", { name: "Create this index" }).click();
    expect((await panel.sent()).slice(1)).toEqual([
      { type: "copy", text: findings[0]!.sql },
      { type: "tryIndex", sql: findings[0]!.sql },
      { type: "createIndex", sql: findings[0]!.sql },
    ]);
    await panel.page.getByRole("button", { name: /1,614 rows and got none/ }).click();
    expect(await selected()).toBe("Gather Merge");
    await panel.page.getByText("Extended statistics tell it").waitFor();
    // From a tab without nodes it leads to the plan.
    await tab("Text").click();
    await panel.page.getByRole("button", { name: /throws 98%/ }).click();
    expect(await tab("Plan").getAttribute("aria-selected")).toBe("true");
    expect(await selected()).toBe("Parallel Seq Scan on orders o");
  });

  it("shows the graph from the root, walked with the keyboard, zoomed and fitted", async () => {
    await open();
    await showPlan(panel, shown(result("subplans")));
    await tab("Graph").click();
    const tree = panel.page.getByRole("tree", { name: "Plan as a graph" });
    const root = tree.getByRole("treeitem", { name: /^Sort/ });
    await root.waitFor();
    await root.click();
    await press("ArrowDown", "ArrowRight");
    expect(await tree.getByRole("treeitem", { selected: true }).innerText()).toMatch(/^Aggregate\s+InitPlan 3/);
    await press("ArrowUp");
    expect(await tree.getByRole("treeitem", { selected: true }).innerText()).toMatch(/^Sort/);
    const width = async (): Promise<number> => (await root.boundingBox())!.width;
    const before = await width();
    await press("+");
    await expect.poll(width).toBeGreaterThan(before);
    await press("0");
    await expect.poll(() => tree.getByRole("treeitem").count()).toBe(10);
  });

  it("goes into a node of the icicle and back", async () => {
    await open();
    await showPlan(panel, shown(result("join")));
    await tab("Icicle").click();
    const hash = panel.page.getByRole("treeitem", { name: /^Hash,/ });
    const width = async (): Promise<number> => (await hash.boundingBox())!.width;
    await hash.waitFor();
    const before = await width();
    await hash.click();
    await press("Enter");
    await expect.poll(width).toBeGreaterThan(5 * before);
    await press("Escape");
    await expect.poll(width).toBe(before);
  });

  it("sums by table, index and type, and leads to the node that takes most of a sum", async () => {
    await open();
    await showPlan(panel, shown(result("subplans")));
    await tab("Statistics").click();
    const table = panel.page.getByRole("table", { name: "By table" });
    expect((await table.getByRole("row").nth(1).innerText()).split(/\s+/)[0]).toMatch(/order/);
    await panel.page.getByRole("table", { name: "By type of node" }).getByRole("button", { name: "Aggregate" }).click();
    expect(await tab("Plan").getAttribute("aria-selected")).toBe("true");
    expect(await selected()).toBe("Aggregate");
  });

  it("shows what functions ran, and the plan of the statement that is chosen", async () => {
    await open();
    const [first, second] = [result("join", findings), result("costs")];
    const nested = [{ ...first, query: "(SELECT sum(total)\n FROM orders)", calls: 200, totalMs: 727, slowestMs: 50 }, { ...second, findings: [], query: "DELETE FROM log", calls: 1, totalMs: 2, slowestMs: 2 }];
    await showPlan(panel, shown({ ...result("subplans"), nested }));
    await tab("Functions").click();
    const table = panel.page.getByRole("table", { name: "Run by functions and triggers" });
    expect((await table.getByRole("row").nth(1).innerText()).replace(/\s+/g, " ")).toBe(`(SELECT sum(total) FROM orders) 200 727 ms 50 ms ${findings.length}`);
    const grid = panel.page.getByRole("treegrid", { name: "Plan of the chosen statement" });
    await grid.getByRole("row", { name: /Parallel Seq Scan on orders/ }).waitFor();
    await panel.page.locator(".nested .finding-head").first().waitFor();
    await table.getByRole("button", { name: "DELETE FROM log" }).click();
    expect(await table.getByRole("button", { name: "DELETE FROM log" }).getAttribute("aria-pressed")).toBe("true");
    expect(await panel.page.locator(".nested .finding-head").count()).toBe(0);
    // A plan without any has no such tab.
    await showPlan(panel, shown(result("indexed"), "3"));
    expect(await tab("Functions").count()).toBe(0);
    expect(await tab("Plan").getAttribute("aria-selected")).toBe("true");
  });

  it("marks what the selected node works on in the query", async () => {
    await open();
    await showPlan(panel, shown(result("join")));
    await tab("Query").click();
    expect(await panel.page.locator("mark").allInnerTexts()).toEqual(["o", "orders", "o", "o", "o"]);
  });

  it("sets two runs side by side, node by node", async () => {
    await open({ size: { width: 1300, height: 760 } });
    await showPlan(panel, shown(result("indexed"), "2"), 1, shown(result("join"), "1"));
    expect(await tab("Compare").getAttribute("aria-selected")).toBe("true");
    await panel.page.getByText(/50\.4 ms at .*: 1\.3× faster/).waitFor();
    const grid = panel.page.getByRole("treegrid", { name: "Compared" });
    const rows = await grid.locator(".grid-body > [role=row]").evaluateAll((all) =>
      all.sort((a, b) => Number(a.getAttribute("aria-rowindex")) - Number(b.getAttribute("aria-rowindex"))).map((each) => `${each.getAttribute("aria-level")} ${each.querySelector(".title")?.textContent} [${each.querySelector(".mark")?.textContent ?? ""}]`),
    );
    expect(rows).toEqual([
      "1 Limit []",
      "2 Sort []",
      "3 HashAggregate [was Finalize GroupAggregate]",
      "4 Gather Merge [gone]",
      "4 Partial GroupAggregate [gone]",
      "4 Sort [gone]",
      "4 Hash Join []",
      "5 Index Scan using orders_status_idx on orders o [was Parallel Seq Scan on orders o]",
      "5 Hash []",
      "6 Seq Scan on customers c []",
    ]);
    expect((await grid.getByRole("row", { name: /^Limit/ }).innerText()).replace(/\s+/g, " ")).toContain("50.4 ms → 37.6 ms");
    // Without another run there is no such tab.
    await showPlan(panel, shown(result("indexed"), "2"), 1);
    expect(await tab("Compare").count()).toBe(0);
    expect(await tab("Plan").getAttribute("aria-selected")).toBe("true");
  });

  it("gives itself as JSON, text, Markdown and SVG", async () => {
    await open();
    await showPlan(panel, shown(result("join", findings)));
    for (const format of ["json", "text", "markdown", "svg"] as const) await panel.post({ type: "export", format });
    const [json, text, markdown, svg] = (await panel.sent()).flatMap((message) => (message.type === "exported" ? [message.text] : []));
    expect(JSON.parse(json!)).toMatchObject([{ Plan: { "Node Type": "Limit" } }]);
    expect(text).toContain("->  Parallel Seq Scan on orders o");
    expect(markdown).toContain("- **plan/seq-scan-filter** (warning, up to 31.4 ms): The scan of orders");
    expect(markdown).toContain("| &nbsp;&nbsp;Sort |");
    expect(await panel.page.evaluate((source) => new DOMParser().parseFromString(source, "image/svg+xml").querySelectorAll("g").length, svg!)).toBe(10);
    // Another's names in its place.
    await panel.post({ type: "export", format: "text", anonymous: result("indexed") });
    expect((await panel.sent()).flatMap((message) => (message.type === "exported" ? [message.text] : [])).at(-1)).toContain("orders_status_idx");
  });

  it("keeps what the user sees across a reload", async () => {
    await open();
    await showPlan(panel, shown(result("join")), 3);
    await row("Gather Merge").click();
    await press("Enter");
    await tab("Icicle").click();
    await expect.poll(async () => (await panel.saved())?.view.tab).toBe("icicle");
    const state = (await panel.saved())!;
    await panel.page.close();

    await open({ state });
    expect(await panel.sent()).toEqual([{ type: "ready", id: "1" }]);
    expect(await tab("Icicle").getAttribute("aria-selected")).toBe("true");
    expect(await panel.page.getByRole("treeitem", { selected: true }).getAttribute("aria-label")).toMatch(/^Gather Merge/);
    expect(await panel.page.getByRole("complementary").getByRole("heading", { level: 2 }).innerText()).toBe("Gather Merge");
  });

  it("says so where a plan was too large to keep", async () => {
    await open();
    await panel.post({ type: "gone" });
    await panel.page.getByText("This plan was too large to keep.").waitFor();
  });

  it("takes what a plan says as text, never as markup", async () => {
    await open();
    const plan = result("join");
    const nodes = plan.nodes.map((node, i) => (i === 0 ? { ...node, title: "<img src=x onerror=alert(1)>", details: [["<b>x</b>", "<script>1</script>"] as const] } : node));
    await showPlan(panel, shown({ ...plan, nodes, notes: ["<i>note</i>"] }));
    expect(await panel.page.locator("img, i, script:not([src])").count()).toBe(0);
    await panel.page.getByText("<i>note</i>").waitFor();
  });

  it("draws 1,000 nodes within half a second, with few elements", async () => {
    await open();
    const data = JSON.stringify({ type: "show", plan: shown(largePlan(1000)), before: null, others: 0 });
    const elapsed = await panel.page.evaluate(async (message) => {
      const began = performance.now();
      dispatchEvent(new MessageEvent("message", { data: JSON.parse(message) as unknown }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - began;
    }, data);
    expect(elapsed).toBeLessThan(500);
    expect(await panel.page.locator("*").count()).toBeLessThan(1000);
    // Scrolled to the end it is still one screen of rows.
    await row("Seq Scan on part_7").focus();
    await press("End");
    expect(await selected()).toMatch(/249|Index Scan|Memoize|Seq Scan/);
    expect(await panel.page.locator("*").count()).toBeLessThan(1000);
    for (const name of ["Graph", "Icicle"]) await tab(name).click();
    expect(await panel.page.locator("*").count()).toBeLessThan(3000);
  });

  it("fits into 150 KB", () => {
    const size = ["explain.js", "explain-style.css"].reduce((sum, name) => sum + statSync(join(import.meta.dirname, "../../dist/webview", name)).size, 0);
    expect(size).toBeLessThan(150 * 1024);
  });

  describe.each<Theme>(["light", "dark", "highContrast"])("in %s", (theme) => {
    it("has no serious finding of axe on any tab", async () => {
      await open({ theme });
      await showPlan(panel, shown({ ...result("subplans", [finding({ path: "0.2" })]), notes: ["Embedded Postgres."] }), 2, shown(result("join"), "0"));
      await panel.page.getByRole("button", { name: "Details", exact: true }).click();
      // Axe takes the page's script for its own: it is put in behind the policy's back.
      await panel.page.evaluate(axe);
      for (const name of tabs) {
        await panel.page.locator(`#tab-${name}`).click();
        const violations = await panel.page.evaluate<{ id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]>("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)");
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`);
        expect(serious).toEqual([]);
      }
    });
  });
});
