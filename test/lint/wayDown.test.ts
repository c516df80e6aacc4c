import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace, type WorkspaceSettings } from "../../server/src/project/workspace";
import rule from "../../server/src/rules/migration/downDoesNotUndo";
import { startOf } from "../../server/src/lint/files";

async function open(files: Readonly<Record<string, string>>, settings: WorkspaceSettings = {}): Promise<Workspace> {
  return Workspace.open({ folder: "/repo", fileSystem: memoryFileSystem(files), rules: [rule], trusted: false, settings });
}

/** `file[underlined text]: message`. */
function said(workspace: Workspace): readonly string[] {
  expect(workspace.faults).toEqual([]);
  return workspace.files.flatMap((file) =>
    workspace.findings(file).map(({ message, place }) => {
      const start = startOf(place);
      return `${file.split("/").at(-1)!}[${workspace.document(file)!.text.slice(start, start + place.range.end - place.range.start)}]: ${message}`;
    }),
  );
}

/** What a way down makes of a way up, after some given schema, with goose. */
async function roundTrip(given: string, up: string, down: string, settings: WorkspaceSettings = {}): Promise<readonly string[]> {
  const files = {
    "/repo/plumbline.json": JSON.stringify({ databases: [{ migrations: { include: ["m/*.sql"], after: "1" } }] }),
    "/repo/m/1_given.sql": `-- +goose Up\n${given}\n`,
    "/repo/m/2_next.sql": `-- +goose Up\n${up}\n-- +goose Down\n${down}\n`,
  };
  return said(await open(files, settings)).map((line) => line.replace("2_next.sql", ""));
}

const orders = "CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'new', total int CHECK (total > 0));";

describe("a way down", () => {
  it.each<[string, string, string, string, readonly string[]]>([
    ["in other words", orders, "ALTER TABLE orders ADD note text, ALTER status TYPE text;", "ALTER TABLE orders DROP COLUMN note, ALTER status TYPE character varying(20);", []],
    ["the type stays", orders, "ALTER TABLE orders ALTER status TYPE text;", "UPDATE orders SET status = left(status, 20);", ["[status]: After the way down column orders.status is text; before 2_next it was character varying(20)."]],
    ["the default stays away", orders, "ALTER TABLE orders DROP COLUMN status;", "ALTER TABLE orders ADD COLUMN status varchar(20) NOT NULL;", ["[status]: The way down brings column orders.status back without its default."]],
    ["a default that old rows need", orders, "ALTER TABLE orders DROP COLUMN total;", "ALTER TABLE orders ADD COLUMN total int DEFAULT 1 CONSTRAINT orders_total_check CHECK (total > 0);", []],
    ["the constraint under another name", orders, "ALTER TABLE orders DROP CONSTRAINT orders_total_check;", "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);", ["[orders_total_check]: The way down does not bring back constraint orders_total_check, which this statement takes away."]],
    ["a rename and back", orders, "ALTER TABLE orders RENAME status TO state; ALTER TABLE orders RENAME TO sales;", "ALTER TABLE sales RENAME TO orders; ALTER TABLE orders RENAME state TO status;", []],
    ["a rename, half of it back", orders, "ALTER TABLE orders RENAME status TO state; ALTER TABLE orders RENAME TO sales;", "ALTER TABLE sales RENAME TO orders;", ["[status]: The way down does not bring back column orders.status, which this statement takes away."]],
    ["functions: the old body in other white space", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;", "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;", "CREATE OR REPLACE FUNCTION f() RETURNS int  LANGUAGE sql AS $$ SELECT 1  $$;", []],
    ["functions: the new body stays", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;", "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$; CREATE TABLE t (x int);", "DROP TABLE t;", ["[f]: The way down leaves function f as this statement made it; before 2_next it was another one."]],
    ["functions: another overload is dropped", "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;", "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;", "DROP FUNCTION f(int);", [
      "[f]: The way down leaves function f behind: going up again fails here (42723). Add `DROP FUNCTION f(text)` to it.",
      "[f]: Function f was there before 2_next: the way down takes it away.",
    ]],
    ["row-level security", orders, "ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders USING (true);", "DROP POLICY p ON orders;", ["[orders]: The way down leaves row-level security of orders behind. Add `ALTER TABLE orders DISABLE ROW LEVEL SECURITY` to it."]],
    ["what was made again is there, its parts are not", orders, "DROP TABLE orders;", "CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'new', total int);", ["[orders]: The way down does not bring back constraint orders_total_check, which this statement takes away."]],
    ["an index over an expression, in other words", `${orders} CREATE INDEX i ON orders (lower(status), id DESC);`, "DROP INDEX i;", "CREATE INDEX i ON orders (lower((status)::text), id DESC);", []],
    ["a view with a column more", `${orders} CREATE VIEW v AS SELECT id FROM orders;`, "CREATE OR REPLACE VIEW v AS SELECT id, total FROM orders; CREATE TABLE t (x int);", "DROP TABLE t;", ["[v]: The way down leaves view v as this statement made it; before 2_next it was another one."]],
    ["a view that is made again with a column more", `${orders} CREATE VIEW v AS SELECT id FROM orders;`, "DROP VIEW v; CREATE VIEW v AS SELECT id, status, total FROM orders;", "DROP VIEW v; CREATE VIEW v AS SELECT o.id, o.total FROM orders o;", ["[total]: The way down leaves column v.total behind. Drop the view there, and make it as it was."]],
    ["an enum's label cannot go", "CREATE TYPE mood AS ENUM ('ok');", "ALTER TYPE mood ADD VALUE 'sad'; CREATE TABLE t (x int);", "DROP TABLE t;", []],
    ["SQL made at run time", orders, "ALTER TABLE orders ADD note text;", "DO $$ BEGIN EXECUTE 'ALTER TABLE orders DROP COLUMN note'; END $$;", []],
    ["a statement that is half typed", orders, "ALTER TABLE orders ADD note text;", "ALTER TABLE orders DROP COL note;", []],
    ["a partition of a table that a function made", "CREATE TABLE orders_1 (LIKE unknown);", "CREATE INDEX i ON events_1 (x); CREATE INDEX j ON events (x);", "DROP INDEX j;", []],
  ])("%s", async (_, given, up, down, expected) => {
    expect((await roundTrip(given, up, down)).filter((line) => !line.includes("syntax"))).toEqual(expected);
  });

  it("is missed in the strict preset only, and where the project has others", async () => {
    const missing = ["[ALTER]: Nothing takes 2_next back: its way down is empty. Write what undoes it, or let it raise an error that says why it cannot be undone."];
    const files = (given: string, down: string): readonly [string, string, string, WorkspaceSettings] => [given, "ALTER TABLE orders ADD note text;", down, { preset: "strict" }];
    expect(await roundTrip(...files(`${orders}\n-- +goose Down\nDROP TABLE orders;`, ""))).toEqual(missing);
    expect(await roundTrip(...files(`${orders}\n-- +goose Down\nDROP TABLE orders;`, "SELECT 'down SQL query';"))).toEqual(missing);
    expect(await roundTrip(...files(orders, ""))).toEqual([]);
    expect(await roundTrip(`${orders}\n-- +goose Down\nDROP TABLE orders;`, "ALTER TABLE orders ADD note text;", "")).toEqual([]);
  });

  it("is judged again when either part is edited, and not in released versions", async () => {
    const up = "ALTER TABLE orders ADD note text;\n";
    const down = "ALTER TABLE orders DROP COLUMN notes;\n";
    const files = {
      "/repo/plumbline.json": JSON.stringify({ databases: [{ migrations: { include: ["m/*.sql"], after: "1" } }] }),
      "/repo/m/1_a.up.sql": orders,
      "/repo/m/1_a.down.sql": "SELECT 1;",
      "/repo/m/2_b.up.sql": up,
      "/repo/m/2_undo.down.sql": down,
      "/repo/m/3_c.up.sql": "CREATE TABLE t (x int);",
      "/repo/m/3_c.down.sql": "DROP TABLE t;",
    };
    const workspace = await open(files);
    const left = ["2_b.up.sql[note]: The way down leaves column orders.note behind: going up again fails here (42701). Add `ALTER TABLE orders DROP COLUMN note` to it."];
    expect(said(workspace)).toEqual(left);
    workspace.setText("/repo/m/2_undo.down.sql", down.replace("notes", "note"));
    expect(said(workspace)).toEqual([]);
    workspace.setText("/repo/m/2_b.up.sql", up.replace("note", "remark"));
    expect(said(workspace)).toEqual(["2_b.up.sql[remark]: The way down leaves column orders.remark behind: going up again fails here (42701). Add `ALTER TABLE orders DROP COLUMN remark` to it."]);
    workspace.setText("/repo/m/2_b.up.sql", up);
    workspace.setText("/repo/m/3_c.down.sql", "DROP TABLE u;");
    expect(said(workspace)).toEqual(["3_c.up.sql[t]: The way down leaves table t behind: going up again fails here (42P07). Add `DROP TABLE t` to it."]);
    // What was there before is no longer the same: the statements of neither part have changed.
    workspace.setText("/repo/m/3_c.down.sql", "DROP TABLE t;");
    workspace.setText("/repo/m/1_a.up.sql", orders.replace("total int", "note text, total int"));
    expect(said(workspace)).toEqual(["2_undo.down.sql[note]: Column orders.note was there before 2_b: the way down takes it away, and its values with it."]);
  });

  it("stands in comments of Liquibase's files", async () => {
    const head = "--liquibase formatted sql\n\n";
    const text = `${head}--changeset ann:1
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
--rollback DROP TABLE orders

--changeset ann:2
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN paid boolean;
--rollback ALTER TABLE orders
--rollback   DROP COLUMN note;

--changeset ann:3
CREATE INDEX orders_status_idx ON orders (status);
/* liquibase rollback
DROP INDEX orders_status_idx;
*/

--changeset ann:4
INSERT INTO orders VALUES (1);
--rollback not required

--changeset ann:5
CREATE INDEX orders_paid_idx ON orders (paid);
`;
    const workspace = await open({ "/repo/changelog/1.sql": text }, { preset: "strict" });
    expect(said(workspace)).toEqual([
      "1.sql[paid]: The way down leaves column orders.paid behind: going up again fails here (42701). Add `ALTER TABLE orders DROP COLUMN paid` to it.",
      "1.sql[CREATE]: Nothing takes ann:5 back: its way down is empty. Write what undoes it, or let it raise an error that says why it cannot be undone.",
    ]);
    workspace.setText("/repo/changelog/1.sql", text.replace("DROP COLUMN note", "DROP COLUMN note, DROP COLUMN paid").replace("(paid);\n", "(paid);\n--rollback DROP INDEX orders_paid_idx;\n"));
    expect(said(workspace)).toEqual([]);
  });
});
