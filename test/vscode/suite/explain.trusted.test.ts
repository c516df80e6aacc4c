import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, findingOf, findings, folder, open, waitFor } from "./support";

// As EXPLAIN (ANALYZE, FORMAT JSON) of 17 gives it.
const plan = `[{"Plan": {"Node Type": "Limit", "Parallel Aware": false, "Async Capable": false, "Startup Cost": 0.00, "Total Cost": 0.35, "Plan Rows": 10, "Plan Width": 8, "Actual Startup Time": 8.1, "Actual Total Time": 8.2, "Actual Rows": 10, "Actual Loops": 1,
  "Plans": [{"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Parallel Aware": false, "Async Capable": false, "Relation Name": "orders", "Alias": "orders", "Startup Cost": 0.00, "Total Cost": 359.00, "Plan Rows": 100, "Plan Width": 8, "Actual Startup Time": 8.0, "Actual Total Time": 8.1, "Actual Rows": 10, "Actual Loops": 1, "Filter": "(total > 99)", "Rows Removed by Filter": 9990}]},
  "Planning Time": 0.1, "Execution Time": 8.3}]`;

describe("the explain panel", () => {
  afterEach(closeAll);

  it("shows a plan from a file, and gives it back out of its page", async () => {
    const { document } = await open("db/migrations/0031_work_order_approvals.sql");
    await findingOf(document, "migration/foreign-key-not-valid");
    const file = vscode.Uri.joinPath(folder(), "slow.json");
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(plan));
    await vscode.commands.executeCommand("plumbline.openPlanFile", file);
    await waitFor("the panel", () => planTab("slow.json"));
    assert.equal(vscode.window.activeTextEditor?.document, document, "the focus stays in the editor");

    const text = await exported("text");
    assert.match(text, /Limit .*\n {2}-> {2}Seq Scan on orders/);
    assert.match(text, /Rows Removed by Filter: 9990/);
    assert.match(await exported("markdown"), /\| &nbsp;&nbsp;Seq Scan on orders \| 8\.1 ms \| 99% \|/);
    assert.match(await exported("markdown", true), /\| &nbsp;&nbsp;Seq Scan on table_1 \| 8\.1 ms \| 99% \|/);
    assert.doesNotMatch(await exported("json", true), /orders/);
  });

  it("shows the next plan in the same panel", async () => {
    const file = vscode.Uri.joinPath(folder(), "slow.json");
    await vscode.commands.executeCommand("plumbline.openPlanFile", file);
    await waitFor("the panel", () => planTab("slow.json"));
    await vscode.env.clipboard.writeText("Seq Scan on users  (cost=0.00..10.00 rows=5 width=4)\n  Filter: (id > 3)\n");
    await vscode.commands.executeCommand("plumbline.openPlanClipboard");
    await waitFor("the other plan", () => planTab("Clipboard"));
    assert.equal(planTabs().length, 1);
    await waitFor("its page", async () => (await exported("text")).includes("Seq Scan on users"));
  });

  it("opens no panel for what is no plan", async () => {
    await vscode.env.clipboard.writeText("SELECT 1;");
    await vscode.commands.executeCommand("plumbline.openPlanClipboard");
    assert.deepEqual(planTabs(), []);
  });
});

// The first run makes the embedded database.
const query = `-- Work that nobody has finished.
SELECT id, title
FROM work_orders
WHERE status = 'open'
ORDER BY created_at DESC
LIMIT 20;

SELECT count(*) FROM customers WHERE name = $1;
`;

describe("Explain, on the embedded database", () => {
  let document: vscode.TextDocument;
  before(async () => {
    const file = vscode.Uri.joinPath(folder(), "report.sql");
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(query));
  });
  beforeEach(async () => {
    const editor = await open("report.sql");
    document = editor.document;
    editor.selection = new vscode.Selection(2, 0, 2, 0);
  });
  afterEach(closeAll);

  it("has a lens above each statement", async () => {
    const titles = await waitFor("the lenses", async () => {
      const found = await lenses(document);
      return found.length >= 4 && found;
    });
    assert.deepEqual(titles, ["1 Explain", "1 Analyze", "7 Explain", "7 Analyze"]);
  });

  it("shows the plan of the statement at the cursor, and what it took above it", async () => {
    await vscode.commands.executeCommand("plumbline.analyze");
    await waitFor("the panel", () => planTab("report.sql:2"));
    const text = await exported("text");
    assert.match(text, /on (public\.)?work_orders/);
    assert.match(text, /Execution Time: /);
    await waitFor("the result's lens", async () => (await lenses(document)).some((title) => /^1 [\d.]+ m?s( · .*)?$/.test(title)));

    // A change of the statement takes it away, a change elsewhere does not.
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "-- One more line.\n"));
    await waitFor("the lens one line below", async () => (await lenses(document)).some((title) => /^2 [\d.]+ m?s/.test(title)));
    await editor.edit((edit) => edit.replace(new vscode.Range(6, 6, 6, 8), "30"));
    await waitFor("no lens of the result", async () => !(await lenses(document)).some((title) => /^\d+ [\d.]+ m?s/.test(title)));
  });

  it("explains a query from a log with its parameters", async () => {
    await vscode.env.clipboard.writeText('Query: select "id" from "customers" where "name" = $1 -- params: ["Ann"]');
    const done = vscode.commands.executeCommand("plumbline.explainLoggedQuery");
    // The first of the two: Explain.
    await waitFor("the plan", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return planTabs().length > 0;
    });
    await done;
    assert.match(await exported("text"), /'Ann'::text/);
  });
});

const slow = "SELECT id FROM work_orders WHERE estimate_minutes = 45;\n";
const template = `import { sql } from "drizzle-orm";
import { invoices } from "./schema";

export const found = (db: { execute: (query: unknown) => unknown }) => db.execute(sql\`select \${invoices.id}
  from \${invoices} where \${invoices.number} like '%77'\`);
`;

/** So many that a scan of all of them is worth a finding on a fast machine too. */
const makeUp = (rows: Record<string, number> | undefined): Thenable<void> => vscode.workspace.getConfiguration("plumbline").update("explain.tableRows", rows, vscode.ConfigurationTarget.Global);

describe("what a plan blames", () => {
  before(async () => {
    for (const [file, text] of [["slow.sql", slow], ["services/billing/src/db/report.ts", template]] as const) await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder(), file), new TextEncoder().encode(text));
  });
  after(async () => {
    await makeUp(undefined);
    for (const file of ["slow.sql", "services/billing/src/db/report.ts"]) await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), file));
  });
  afterEach(closeAll);

  it("is underlined in the statement, until its text changes", async () => {
    await makeUp({ work_orders: 200_000 });
    const editor = await open("slow.sql");
    await waitFor("the lenses", async () => (await lenses(editor.document)).length === 2);
    await vscode.commands.executeCommand("plumbline.analyze", { uri: editor.document.uri.toString(), position: { line: 0, character: 0 } });
    const { diagnostic } = await findingOf(editor.document, "plan/seq-scan-discards", "work_orders");
    assert.deepEqual(diagnostic.range, new vscode.Range(0, 15, 0, 26));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "-- All of them.\n"));
    await waitFor("the finding one line below", () => findings(editor.document).some(({ rule, diagnostic: { range } }) => rule.startsWith("plan/") && range.start.line === 1));
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 52, 1, 54), "46"));
    await waitFor("no finding of the plan", () => !findings(editor.document).some(({ rule }) => rule.startsWith("plan/")));
  });

  it("is underlined in the hole of a template, below its lens", async () => {
    await makeUp({ invoices: 200_000 });
    const editor = await open("services/billing/src/db/report.ts");
    const { document } = editor;
    await waitFor("the lenses", async () => (await lenses(document)).join() === "3 Explain,3 Analyze");
    await vscode.commands.executeCommand("plumbline.analyze", { uri: document.uri.toString(), position: { line: 4, character: 0 } });
    const { diagnostic } = await findingOf(document, "plan/seq-scan-discards", "invoices");
    assert.deepEqual(diagnostic.range.start, new vscode.Position(4, 9));
    await waitFor("the result's lens", async () => (await lenses(document)).some((title) => /^3 [\d.]+ m?s · /.test(title)));
    await editor.edit((edit) => edit.replace(new vscode.Range(4, 50, 4, 52), "8"));
    await waitFor("no finding of the plan", () => !findings(document).some(({ rule }) => rule.startsWith("plan/")));
  });
});

/** "line title" of each lens, from above to below. */
async function lenses(document: vscode.TextDocument): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 100);
  return found.map(({ range, command }) => `${range.start.line} ${command?.title ?? ""}`);
}

function planTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes("plumbline.explain"));
}

const planTab = (source: string): boolean => planTabs().some(({ label }) => label.includes(source));

/** What the page itself writes of the plan that it shows. */
async function exported(format: string, anonymous = false): Promise<string> {
  const file = vscode.Uri.joinPath(folder(), `exported.${format}`);
  // Written anew each time: the page may be on its way to another plan.
  await vscode.commands.executeCommand("plumbline.exportPlan", format, file, anonymous);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}
