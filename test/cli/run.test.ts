// Whole runs: exit status, streams, paths.

import { describe, expect, test } from "vitest";
import { world } from "./world";

interface Json {
  readonly findings: readonly { readonly rule: string; readonly file: string }[];
}
const json = (text: string): Json => JSON.parse(text) as Json;

describe("the exit status", () => {
  test.each([
    ["nothing found", "fine;", [], 0],
    ["a warning", "bad;", [], 1],
    ["a warning, which --fail-on error lets pass", "bad;", ["--fail-on", "error"], 0],
    ["an error", "risky;", ["--fail-on", "error"], 1],
    ["information", "odd;", [], 0],
    ["information, which --fail-on info does not let pass", "odd;", ["--fail-on", "info"], 1],
    ["what --fix fixed", "bad;", ["--fix"], 0],
    ["what only a person may fix", "risky;", ["--fix"], 1],
    ["what --fix-review fixed", "risky;", ["--fix-review"], 0],
    ["what --fix-dry-run would fix", "bad;", ["--fix-dry-run"], 1],
  ])("%s", async (_, text, args, expected) => {
    expect(await world({ "/repo/app/a.sql": text }).run("check", ...args)).toBe(expected);
  });

  test("a fault is 2, named on the error stream, and the rest is reported", async () => {
    const here = world({ "/repo/app/a.sql": "bad;" }, { errors: [{ file: "b.sql", message: "index/bad: boom" }] });
    expect(await here.run("check", "--format", "json")).toBe(2);
    expect(here.error).toBe("plumbline: b.sql: index/bad: boom\n");
    expect(json(here.out)).toMatchObject({ findings: [{ rule: "index/bad" }], errors: [{ file: "b.sql", message: "index/bad: boom" }] });
  });

  test("a crash is 2, and says so", async () => {
    const here = world({}, { check: () => Promise.reject(new TypeError("x is undefined")) });
    expect(await here.run("check")).toBe(2);
    expect(here.error).toContain("internal error: TypeError: x is undefined");
  });

  test.each([
    [["check", "nowhere.sql"], "there is no file or folder nowhere.sql"],
    [["check", "--config", "nowhere.json"], "--config: there is no file nowhere.json"],
    [["check", "--since", "nowhere"], "git knows no revision nowhere"],
    [["chekc"], 'there is no command "chekc"; did you mean check?'],
    [["--format", "json"], "--format cannot stand before a command"],
    [["rules", "all"], 'plumbline rules takes no arguments, but "all" was given'],
    [["rules", "--format", "sql"], "--format must be one of text, json, markdown"],
    [["schema", "--source", "prisma"], "--source must be one of sql, drizzle, all"],
    [["schema", "nowhere"], "there is no file or folder nowhere"],
    [["schema"], "no database was found"],
    [["access"], "no database was found"],
    [["access", "--format", "sarif"], "--format must be one of text, json, markdown"],
    [["access", "nowhere"], "there is no file or folder nowhere"],
    [[], "Usage:"],
  ])("%j is 2", async (args, message) => {
    const here = world({ "/repo/app/a.sql": "fine;" });
    expect(await here.run(...args)).toBe(2);
    expect(here.error).toContain(message);
    expect(here.error).not.toContain("internal error");
    expect(here.out).toBe("");
  });
});

describe("help and version", () => {
  test.each([["--help"], ["-h"], ["check", "--help"], ["schema", "-h"], ["access", "--help"], ["rules", "--help"]])("%s %s", async (...args) => {
    const here = world({});
    expect(await here.run(...args.filter((arg) => typeof arg === "string"))).toBe(0);
    expect(here.out).toContain("Usage:");
    expect(here.error).toBe("");
  });

  test("--version is the version alone", async () => {
    const here = world({});
    expect([await here.run("--version"), here.out]).toEqual([0, "1.2.3\n"]);
  });

  test("check's help names every option of the contract", async () => {
    const here = world({});
    await here.run("check", "--help");
    const options = ["config", "format", "output-file", "preset", "rule", "postgres-version", "fail-on", "all", "since", "fix", "fix-review", "fix-dry-run", "stdin-filename", "color", "verbose"];
    for (const option of options) expect(here.out).toMatch(new RegExp(`^  --${option}\\b`, "m"));
  });
});

describe("paths", () => {
  const files = { "/repo/app/db/a.sql": "bad;", "/repo/app/b.sql": "bad;" };

  test("are relative to the current folder, or to the repository where its host reads them", async () => {
    const named = async (format: string): Promise<string> => {
      const here = world(files, { cwd: "/repo/app/db" });
      await here.run("check", "--format", format);
      return here.out;
    };
    expect(json(await named("json")).findings.map(({ file }) => file)).toEqual(["../b.sql", "a.sql"]);
    expect(await named("text")).toContain("--> ../b.sql:1:1");
    expect(await named("junit")).toContain('<testsuite name="../b.sql"');
    expect(await named("github")).toContain("::warning file=app/db/a.sql,");
    expect(await named("gitlab")).toContain('"path": "app/db/a.sql"');
    expect(await named("sarif")).toContain('"uri": "app/db/a.sql"');
  });

  test("limit what is reported", async () => {
    const here = world(files);
    await here.run("check", "db", "--format", "json");
    expect(json(here.out).findings.map(({ file }) => file)).toEqual(["db/a.sql"]);
    expect(here.asked[0]!.paths).toEqual(["/repo/app/db"]);
  });
});

test("options reach the project", async () => {
  const here = world({ "/repo/app/a.sql": "", "/repo/app/c/plumbline.json": "{}" });
  await here.run("check", "--config", "c/plumbline.json", "--preset", "strict", "--rule", "schema/serial-column=error", "--postgres-version", "15", "--all");
  expect(here.asked[0]).toMatchObject({ cwd: "/repo/app", config: "/repo/app/c/plumbline.json", preset: "strict", rules: { "schema/serial-column": "error" }, postgresVersion: 15, showReleased: true, ref: null });
});

test.each([
  ["14", "plumbline: Postgres 14 is older than the oldest grammar that Plumbline knows: SQL is read as that of 15.\n"],
  ["15", ""],
  ["18", ""],
  ["19", "plumbline: Postgres 19 is newer than the newest grammar that Plumbline knows: SQL is read as that of 18.\n"],
])("--postgres-version %s says which grammar stands in", async (version, said) => {
  const here = world({ "/repo/app/a.sql": "fine;" });
  expect(await here.run("check", "--postgres-version", version)).toBe(0);
  expect(here.error).toBe(said);
});

describe("--output-file", () => {
  test("holds the report, uncoloured, and standard output nothing", async () => {
    const here = world({ "/repo/app/a.sql": "bad;", "/repo/app/reports/old.txt": "" }, { terminal: true });
    expect(await here.run("check", "--output-file", "reports/out.txt")).toBe(1);
    expect(here.out).toBe("");
    expect(here.files.get("/repo/app/reports/out.txt")).toMatch(/^warning\[index\/bad\]: bad is not good\.\n/);
  });

  test("makes no folder, and says so before anything is checked or fixed", async () => {
    const here = world({ "/repo/app/a.sql": "bad;" });
    expect(await here.run("check", "--fix", "--output-file", "reprots/out.txt")).toBe(2);
    expect(here.error).toBe("plumbline: --output-file: there is no folder reprots\n");
    expect([...here.files]).toEqual([["/repo/app/a.sql", "bad;"]]);
    expect(here.asked).toEqual([]);
  });
});

describe("standard input", () => {
  test("is checked as the file that it stands for", async () => {
    const here = world({ "/repo/app/a.sql": "fine;", "/repo/app/b.sql": "bad;" }, { input: "risky;" });
    expect(await here.run("check", "--stdin-filename", "a.sql", "--format", "json")).toBe(1);
    expect(json(here.out).findings).toMatchObject([{ rule: "index/risky", file: "a.sql" }]);
    expect(here.files.get("/repo/app/a.sql")).toBe("fine;");
  });

  test("may stand for a file that is not there yet", async () => {
    const here = world({}, { input: "bad;" });
    expect(await here.run("check", "--stdin-filename", "db/new.sql", "--format", "json")).toBe(1);
    expect(json(here.out).findings).toMatchObject([{ file: "db/new.sql" }]);
  });

  test("shows what fixes would change", async () => {
    const here = world({}, { input: "a;\nbad;\n" });
    await here.run("check", "--stdin-filename", "new.sql", "--fix-dry-run");
    expect(here.out).toBe("--- a/new.sql\n+++ b/new.sql\n@@ -1,2 +1,2 @@\n a;\n-bad;\n+good;\n");
  });
});

describe("--since", () => {
  test("shows what the revision does not give", async () => {
    const here = world({ "/repo/app/a.sql": "bad;\nbad;\nrisky;" }, { revisions: { main: { "/repo/app/a.sql": "bad;" } } });
    expect(await here.run("check", "--since", "main", "--format", "json")).toBe(1);
    expect(json(here.out).findings).toMatchObject([{ rule: "index/bad", range: { start: { line: 1 } } }, { rule: "index/risky" }]);
  });

  test("is 0 where nothing is new, and fixes only what is", async () => {
    const revisions = { main: { "/repo/app/a.sql": "bad;" } };
    expect(await world({ "/repo/app/a.sql": "\n\nbad;" }, { revisions }).run("check", "--since", "main")).toBe(0);
    const here = world({ "/repo/app/a.sql": "bad;", "/repo/app/b.sql": "bad;" }, { revisions });
    expect(await here.run("check", "--since", "main", "--fix")).toBe(0);
    expect([...here.files.values()]).toEqual(["bad;", "good;"]);
  });

  test("tells a fault in the revision's check", async () => {
    const here = world({ "/repo/app/a.sql": "" }, { revisions: { main: {} }, errors: [{ file: "a.sql", message: "boom" }] });
    expect(await here.run("check", "--since", "main")).toBe(2);
    expect(here.error).toContain("plumbline: a.sql: at main: boom\n");
  });
});

describe("--fix", () => {
  test("writes the files and reports what is left", async () => {
    const here = world({ "/repo/app/a.sql": "bad; risky;", "/repo/app/released/b.sql": "bad;" });
    expect(await here.run("check", "--fix")).toBe(1);
    expect(Object.fromEntries(here.files)).toEqual({ "/repo/app/a.sql": "good; risky;", "/repo/app/released/b.sql": "bad;" });
    expect(here.out).toContain("Applied 1 fix in 1 file.\n");
    expect(here.out).toContain("1 error, 1 warning.\n");
  });

  test("keeps a byte order mark", async () => {
    const here = world({ "/repo/app/a.sql": "\ufeffbad;" });
    await here.run("check", "--fix");
    expect(here.files.get("/repo/app/a.sql")).toBe("\ufeffgood;");
  });

  test("makes new files", async () => {
    const here = world({ "/repo/app/a.sql": "move; move;" });
    await here.run("check", "--fix");
    expect(Object.fromEntries(here.files)).toEqual({ "/repo/app/a.sql": "; ;", "/repo/app/new1.sql": "moved;\n", "/repo/app/new2.sql": "moved;\n" });
  });

  test("--fix-dry-run prints the difference alone, and changes nothing", async () => {
    const before = { "/repo/app/db/a.sql": "one;\nbad;\n", "/repo/app/b.sql": "move;" };
    const here = world(before, { cwd: "/repo/app/db" });
    await here.run("check", "--fix-dry-run", "--format", "json", "--output-file", "out.json");
    expect(here.out).toBe(
      [
        "--- a/../b.sql\n+++ b/../b.sql\n@@ -1 +1 @@\n-move;\n\\ No newline at end of file\n+;\n\\ No newline at end of file\n",
        "--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,2 @@\n one;\n-bad;\n+good;\n",
        "--- /dev/null\n+++ b/../new2.sql\n@@ -0,0 +1 @@\n+moved;\n",
      ].join(""),
    );
    expect(here.error).toBe("Would apply 2 fixes in 3 files; 0 findings would be left.\n");
    const report = here.files.get("/repo/app/db/out.json")!;
    here.files.delete("/repo/app/db/out.json");
    expect(Object.fromEntries(here.files)).toEqual(before);
    expect(json(report).findings).toHaveLength(2);
  });
});

describe("colour", () => {
  test.each<[string[], Record<string, string>, boolean, boolean]>([
    [[], {}, true, true],
    [[], {}, false, false],
    [[], { NO_COLOR: "1" }, true, false],
    [[], { NO_COLOR: "" }, true, true],
    [[], { FORCE_COLOR: "1" }, false, true],
    [[], { FORCE_COLOR: "" }, false, true],
    [[], { FORCE_COLOR: "0" }, true, false],
    [[], { FORCE_COLOR: "1", NO_COLOR: "1" }, false, true],
    [[], { TERM: "dumb" }, true, false],
    [["--color", "never"], { FORCE_COLOR: "1" }, true, false],
    [["--color", "always"], { NO_COLOR: "1" }, false, true],
  ])("%j %j, a terminal: %s", async (args, env, terminal, coloured) => {
    const here = world({ "/repo/app/a.sql": "bad;" }, { env, terminal });
    await here.run("check", ...args);
    expect(here.out.includes("\u001b[")).toBe(coloured);
  });
});

describe("schema", () => {
  const one = { name: "main", json: { version: 1, tables: [] }, sql: "CREATE TABLE a ();" };

  test("prints one database as it is", async () => {
    const here = world({}, { schema: [one] });
    expect(await here.run("schema")).toBe(0);
    expect(JSON.parse(here.out)).toEqual({ version: 1, tables: [] });
    here.out = "";
    await here.run("schema", "--format", "sql");
    expect([here.out, here.error]).toEqual(["CREATE TABLE a ();\n", ""]);
  });

  test("names several", async () => {
    const here = world({}, { schema: [one, { ...one, name: "other" }] });
    await here.run("schema");
    expect(JSON.parse(here.out)).toEqual({ version: 1, databases: [{ name: "main", version: 1, tables: [] }, { name: "other", version: 1, tables: [] }] });
    expect(here.error).toContain("2 databases: main, other.");
  });
});

describe("access", () => {
  const cell = { role: "app", command: "select", rows: "own", using: "tenant_id = 1", check: null, reason: "Policy own." } as const;
  const denied = { role: "public", command: "select", rows: "none", using: null, check: null, reason: "No GRANT gives it the privilege." } as const;
  const main = { name: "main", tables: [{ schema: "public", name: "orders", access: [cell, denied] }, { schema: "public", name: "users", access: [denied] }] };

  test("as JSON, by its contract", async () => {
    const here = world({}, { access: [main] });
    expect(await here.run("access", "--format", "json")).toBe(0);
    expect([JSON.parse(here.out), here.error]).toEqual([{ version: 1, tables: main.tables }, ""]);
  });

  test("a table or a role alone", async () => {
    const here = world({}, { access: [main] });
    await here.run("access", "--format", "json", "--table", "public.orders", "--role", "app");
    expect(JSON.parse(here.out)).toEqual({ version: 1, tables: [{ schema: "public", name: "orders", access: [cell] }] });
    here.out = "";
    await here.run("access", "--format=json", "--table=users");
    expect(JSON.parse(here.out)).toEqual({ version: 1, tables: [main.tables[1]] });
  });

  test.each([
    [["--table", "order"], '--table: there is no table "order"; did you mean orders?'],
    [["--role", "ap"], '--role: there is no role "ap"; did you mean app?\nRoles: app, public'],
  ])("%j is 2", async (args, message) => {
    const here = world({}, { access: [main, { name: "other", tables: [] }] });
    expect([await here.run("access", ...args), here.out]).toEqual([2, ""]);
    expect(here.error).toContain(message);
  });

  test("as text and as Markdown", async () => {
    const here = world({}, { access: [{ name: "main", tables: [main.tables[0]!] }] });
    await here.run("access");
    expect(here.out).toBe(`public.orders
  role    select   insert   update   delete
  app     own
  public  none

  app
    SELECT: rows where tenant_id = 1. Policy own.
  public
    SELECT: no rows. No GRANT gives it the privilege.
`);
    here.out = "";
    await here.run("access", "--format", "markdown");
    expect(here.out).toBe(`## public.orders

| Role | SELECT | INSERT | UPDATE | DELETE |
| --- | --- | --- | --- | --- |
| \`app\` | own |  |  |  |
| \`public\` | none |  |  |  |

- \`app\`, SELECT: rows where \`tenant_id = 1\`. Policy own.
- \`public\`, SELECT: no rows. No GRANT gives it the privilege.
`);
  });

  test("several databases are named; one that lacks the table is left out", async () => {
    const here = world({}, { access: [main, { name: "other", tables: [{ schema: "public", name: "logs", access: [denied] }] }] });
    await here.run("access", "--format", "json");
    expect(JSON.parse(here.out)).toMatchObject({ version: 1, databases: [{ name: "main", version: 1 }, { name: "other", version: 1 }] });
    expect(here.error).toContain("2 databases: main, other.");
    here.out = "";
    await here.run("access", "--format", "json", "--table", "logs");
    expect(JSON.parse(here.out)).toEqual({ version: 1, tables: [{ schema: "public", name: "logs", access: [denied] }] });
  });
});

test("rules lists them", async () => {
  const here = world({});
  expect(await here.run("rules", "--format", "json")).toBe(0);
  expect((JSON.parse(here.out) as { rules: unknown[] }).rules).toHaveLength(2);
});
