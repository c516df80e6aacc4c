import { describe, expect, it } from "vitest";
import type { ToolId, TransactionRule } from "../../server/src/schema/history";
import { applyEdits } from "../../server/src/text/edit";
import { insertionOffset, readRegions, regionAt, versionsOfFile, withoutTransaction } from "../../server/src/project/readVersions";
import { toolOf } from "../../server/src/project/tools/all";
import { plainTransaction } from "../../server/src/project/tools/plain";
import type { History } from "../../server/src/project/tools/tool";
import type { Statement } from "../../server/src/sql/statement";
import { regionsOf } from "./project";

const rule: TransactionRule = { ...plainTransaction, wraps: "version" };

function history(tool: ToolId): History {
  return { tool, folder: "/repo", layout: "files", files: [{ file: "/repo/1_a.sql", version: "1_a", direction: "up", repeatable: false }], transaction: rule, journal: null, problems: [] };
}

/** The text without its transaction, or null. */
function marked(tool: ToolId, text: string, version = "1_a"): string | null {
  const edits = withoutTransaction(history(tool), history(tool).files[0]!, text, version);
  return edits === null ? null : applyEdits(text, edits.flatMap((edit) => (edit.kind === "edit" ? [edit] : [])));
}

const transactions = (tool: ToolId, text: string): readonly string[] =>
  readRegions(history(tool), history(tool).files[0]!, text).map(({ direction, transaction: { wraps, implicit, disabled } }) => `${direction} ${wraps}${implicit ? ", implicit" : ""}${disabled ? ", disabled" : ""}`);

describe("regions", () => {
  it("takes a whole file of a tool without markers", () => {
    expect(regionsOf(history("prisma"), "SELECT 1;\n")).toEqual(["up 1_a: SELECT 1;\n"]);
    expect(regionsOf(history("plain"), "")).toEqual(["up 1_a: "]);
  });

  it("goose: from Up to Down, whatever stands above", () => {
    const text = "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n";
    expect(regionsOf(history("goose"), text)).toEqual(["up 1_a: SELECT 1;\n", "down 1_a: SELECT 2;\n"]);
    expect(transactions("goose", text)).toEqual(["up nothing, disabled", "down nothing, disabled"]);
    expect(transactions("goose", "-- +goose Up\n")).toEqual(["up version"]);
  });

  it("goose: a file without a marker yet is judged from its first line", () => {
    expect(regionsOf(history("goose"), "CREATE TABLE t ();")).toEqual(["up 1_a: CREATE TABLE t ();"]);
  });

  it("dbmate: blocks with options, and the line ends of Windows", () => {
    const text = "-- note\r\n-- migrate:up transaction:false\r\nSELECT 1;\r\n-- migrate:down\r\nSELECT 2;\r\n";
    expect(regionsOf(history("dbmate"), text)).toEqual(["up 1_a: SELECT 1;\r\n", "down 1_a: SELECT 2;\r\n"]);
    expect(transactions("dbmate", text)).toEqual(["up nothing, implicit, disabled", "down version"]);
  });

  it("reads markers as the tools do: by line, also behind an open quote", () => {
    expect(regionsOf(history("dbmate"), "-- migrate:up\nSELECT 'half\n-- migrate:down\nSELECT 2;")).toEqual(["up 1_a: SELECT 'half\n", "down 1_a: SELECT 2;"]);
    expect(regionsOf(history("dbmate"), "  -- migrate:up\nSELECT 1;")).toEqual(["up 1_a:   -- migrate:up\nSELECT 1;"]);
  });

  it("node-pg-migrate: in either order", () => {
    expect(regionsOf(history("node-pg-migrate"), "-- Up Migration\nSELECT 1;\n\n---- down migration\nSELECT 2;\n")).toEqual(["up 1_a: SELECT 1;\n\n", "down 1_a: SELECT 2;\n"]);
    expect(regionsOf(history("node-pg-migrate"), "-- Down Migration\nSELECT 2;\n-- Up Migration\nSELECT 1;\n")).toEqual(["down 1_a: SELECT 2;\n", "up 1_a: SELECT 1;\n"]);
  });

  it("sqlx: behind the marker on its first line, and only there", () => {
    expect(regionsOf(history("sqlx"), "-- no-transaction\nSELECT 1;")).toEqual(["up 1_a: SELECT 1;"]);
    expect(transactions("sqlx", "-- no-transaction\nSELECT 1;")).toEqual(["up nothing, implicit, disabled"]);
    expect(transactions("sqlx", "\n-- no-transaction\nSELECT 1;")).toEqual(["up version"]);
  });

  it("Liquibase: one version a changeset, behind its head", () => {
    const text = [
      "--liquibase formatted sql",
      "",
      "--changeset ann:1",
      "--comment: first",
      "CREATE TABLE a ();",
      "--rollback DROP TABLE a;",
      "-- changeset \"ann lee\":two runInTransaction:false splitStatements:false",
      "VACUUM;",
      "--changeset bob:3 dbms:mysql,oracle",
      "SELECT 3;",
      "--changeset bob:4 dbms:!oracle runOnChange:true",
      "SELECT 4;",
      "",
    ].join("\n");
    expect(regionsOf(history("liquibase"), text)).toEqual([
      "up ann:1: CREATE TABLE a ();\n--rollback DROP TABLE a;\n",
      "up ann lee:two: VACUUM;\n",
      "none bob:3: SELECT 3;\n",
      "up bob:4: SELECT 4;\n",
    ]);
    expect(transactions("liquibase", text)).toEqual(["up version", "up nothing, implicit, disabled", "none version", "up version"]);
    expect(readRegions(history("liquibase"), history("liquibase").files[0]!, text).map((region) => region.repeatable)).toEqual([false, false, false, true]);
  });

  it("finds the region of an offset, and none between them", () => {
    const text = "-- migrate:up\nSELECT 1;\n-- migrate:down\n";
    const regions = readRegions(history("dbmate"), history("dbmate").files[0]!, text);
    expect(regionAt(regions, text.indexOf("SELECT"))?.direction).toBe("up");
    expect(regionAt(regions, 0)).toBeNull();
  });
});

describe("versions of a file", () => {
  const at = (text: string, words: string): Statement => ({ file: "/repo/1_a.sql", start: text.indexOf(words), parsed: { text: words, node: null, problem: null, tokens: [], utf16: (offset) => offset, body: null } });

  it("holds the statements of its way up", () => {
    const text = "SELECT 0;\n-- +goose Up\nSELECT 1;\nSELECT 2;\n-- +goose Down\nSELECT 3;\n";
    const statements = ["SELECT 0", "SELECT 1", "SELECT 2", "SELECT 3"].map((words) => at(text, words));
    const [version, ...others] = versionsOfFile(history("goose"), history("goose").files[0]!, text, statements, () => false);
    expect(others).toEqual([]);
    expect(version).toMatchObject({ id: "1_a", tool: "goose", released: false, files: ["/repo/1_a.sql"], repeatable: false });
    expect(version!.statements.map((statement) => statement.parsed.text)).toEqual(["SELECT 1", "SELECT 2"]);
  });

  it("gives each changeset its own, also one without statements", () => {
    const text = "--changeset a:1\nSELECT 1;\n--changeset a:2\n--changeset a:3\nSELECT 3;\n";
    const versions = versionsOfFile(history("liquibase"), history("liquibase").files[0]!, text, [at(text, "SELECT 1"), at(text, "SELECT 3")], (version) => version === "a:1");
    expect(versions.map((version) => `${version.id} ${version.released} ${version.statements.length}`)).toEqual(["a:1 true 1", "a:2 false 0", "a:3 false 1"]);
  });

  it("holds nothing of a file of the way down", () => {
    expect(versionsOfFile(history("golang-migrate"), { ...history("golang-migrate").files[0]!, direction: "down" }, "SELECT 1;", [], () => false)).toEqual([]);
  });
});

describe("places", () => {
  it("goose: outside of the lines that bracket a statement", () => {
    const text = "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f();\n-- +goose StatementEnd\nSELECT 1;\n";
    const range = { start: text.indexOf("CREATE"), end: text.indexOf("CREATE") + "CREATE FUNCTION f()".length };
    expect(text.slice(insertionOffset(history("goose"), text, range, "before"))).toMatch(/^-- \+goose StatementBegin/);
    expect(text.slice(insertionOffset(history("goose"), text, range, "after"))).toMatch(/^\nSELECT 1/);
    const other = { start: text.indexOf("SELECT"), end: text.indexOf("SELECT") + 8 };
    expect(insertionOffset(history("goose"), text, other, "before")).toBe(other.start);
    expect(text.slice(insertionOffset(history("goose"), text, other, "after"))).toBe("\n");
  });

  it("others: before the statement and past its semicolon", () => {
    const text = "SELECT 1\n;SELECT 2";
    expect(text.slice(insertionOffset(history("plain"), text, { start: 0, end: 8 }, "after"))).toBe("SELECT 2");
    expect(insertionOffset(history("plain"), text, { start: 10, end: 18 }, "after")).toBe(18);
  });
});

describe("markers against the transaction", () => {
  it("are written where their tool looks for them", () => {
    expect(marked("goose", "-- +goose Up\r\nSELECT 1;\r\n")).toBe("-- +goose NO TRANSACTION\r\n-- +goose Up\r\nSELECT 1;\r\n");
    expect(marked("dbmate", "-- migrate:up  \nSELECT 1;\n-- migrate:down\n")).toBe("-- migrate:up transaction:false  \nSELECT 1;\n-- migrate:down\n");
    expect(marked("sqlx", "SELECT 1;\n")).toBe("-- no-transaction\nSELECT 1;\n");
    expect(marked("liquibase", "--changeset a:1\nSELECT 1;\n--changeset a:2 runInTransaction:true dbms:postgresql\n", "a:1")).toContain("--changeset a:1 runInTransaction:false\n");
    expect(marked("liquibase", "--changeset a:2 runInTransaction:true dbms:postgresql\n", "a:2")).toBe("--changeset a:2 runInTransaction:false dbms:postgresql\n");
  });

  it("make a version run outside of one", () => {
    for (const [tool, text, version] of [
      ["goose", "-- +goose Up\nSELECT 1;\n", "1_a"],
      ["dbmate", "-- migrate:up\nSELECT 1;\n", "1_a"],
      ["sqlx", "SELECT 1;\n", "1_a"],
      ["liquibase", "--changeset a:1\nSELECT 1;\n", "a:1"],
    ] as const) {
      expect(transactions(tool, marked(tool, text, version)!)[0], tool).toMatch(/^up nothing.*disabled$/);
    }
  });

  it("diesel: a file beside it, unless one is there", () => {
    const [file] = history("diesel").files;
    const own = { ...file!, file: "/repo/m/1_a/up.sql" };
    expect(withoutTransaction(history("diesel"), own, "SELECT 1;", "1_a")).toEqual([{ kind: "create", file: "/repo/m/1_a/metadata.toml", text: "run_in_transaction = false\n" }]);
    expect(withoutTransaction(history("diesel"), { ...own, transaction: rule }, "SELECT 1;", "1_a")).toBeNull();
  });

  it("do not exist for tools that have none", () => {
    for (const tool of ["drizzle", "prisma", "supabase", "flyway", "golang-migrate", "refinery", "node-pg-migrate", "hasura", "plain", "single"] as const) {
      expect(marked(tool, "SELECT 1;"), tool).toBeNull();
      expect(toolOf(tool).id).toBe(tool);
    }
  });
});
