import { describe, expect, it } from "vitest";
import type { FixEdit } from "../../server/src/lint/finding";
import { applyEdits } from "../../server/src/text/edit";
import { relativePath } from "../../server/src/project/paths";
import { nextMigration } from "../../server/src/project/readVersions";
import type { MigrationRequest, NewMigration } from "../../server/src/project/tools/tool";
import { each, onlyDatabase, root } from "./project";
import type { Files } from "./project";

const now = new Date("2026-03-04T05:06:07.089Z");
const request: MigrationRequest = { slug: "Index orders(user_id)", now, statements: ["CREATE INDEX ON orders (user_id)", "SELECT 2"], outsideTransaction: false };

async function next(files: Files, change: Partial<MigrationRequest> = {}): Promise<NewMigration> {
  const { history } = await onlyDatabase(files);
  const read = (file: string): string | null => (file.endsWith(".sql") ? (files[relativePath(root, file)] ?? null) : null);
  return nextMigration(history, { ...request, ...change }, read);
}

const created = (made: NewMigration): Record<string, string> =>
  Object.fromEntries(made.edits.flatMap((edit) => (edit.kind === "create" ? [[relativePath(root, edit.file), edit.text]] : [])));

const edited = (edits: readonly FixEdit[], text: string): string => applyEdits(text, edits.flatMap((edit) => (edit.kind === "edit" ? [edit] : [])));

const body = "CREATE INDEX ON orders (user_id);\nSELECT 2;\n";
const lock = { "prisma/migrations/migration_lock.toml": 'provider = "postgresql"' };

describe("the next migration", () => {
  it.each<[string, Files, Record<string, string>]>([
    ["plain numbers", each(["db/0009_a.sql", "db/0010_b.sql"]), { "db/0011_index_orders_user_id.sql": body }],
    ["plain numbers without zeros, with dashes", each(["db/9-add-a.sql", "db/10-add-b.sql"]), { "db/11-index-orders-user-id.sql": body }],
    ["plain dates", each(["db/20240101-a.sql", "db/20240202-b.sql"]), { "db/20260304-index_orders_user_id.sql": body }],
    ["plain dates with dashes", each(["db/2024-01-01_a.sql", "db/2024-02-02_b.sql"]), { "db/2026-03-04_index_orders_user_id.sql": body }],
    ["plain with .up", each(["db/V0001.A.up.sql", "db/V0002.B.up.sql"]), { "db/V0003.index_orders_user_id.up.sql": body }],
    ["Supabase", each(["supabase/migrations/20240101000000_a.sql"]), { "supabase/migrations/20260304050607_index_orders_user_id.sql": body }],
    ["a newest one from the future", each(["supabase/migrations/20990101000000_a.sql"]), { "supabase/migrations/20990101000001_index_orders_user_id.sql": body }],
    ["Prisma", { ...each(["prisma/migrations/20240101000000_a/migration.sql"]), ...lock }, { "prisma/migrations/20260304050607_index_orders_user_id/migration.sql": body }],
    ["Prisma's baseline", { ...each(["prisma/migrations/0_init/migration.sql"]), ...lock }, { "prisma/migrations/20260304050607_index_orders_user_id/migration.sql": body }],
    ["Prisma, counted", { ...each(["prisma/migrations/18_a/migration.sql", "prisma/migrations/19_b/migration.sql"]), ...lock }, { "prisma/migrations/20_index_orders_user_id/migration.sql": body }],
    ["Flyway, dotted", each(["db/V1.2__a.sql", "db/V1.10__b.sql", "db/R__v.sql"]), { "db/V1.11__index_orders_user_id.sql": body }],
    ["Flyway, times", each(["db/V20240101000000__a.sql"]), { "db/V20260304050607__index_orders_user_id.sql": body }],
    ["Flyway, zeros", each(["db/V007__a.sql"]), { "db/V008__index_orders_user_id.sql": body }],
    ["refinery", { ...each(["m/V1__a.sql"]), "Cargo.toml": "[dependencies]\nrefinery = \"0.8\"\n" }, { "m/V2__index_orders_user_id.sql": body }],
    [
      "golang-migrate",
      each(["m/000009_a.up.sql", "m/000009_a.down.sql"]),
      { "m/000010_index_orders_user_id.up.sql": body, "m/000010_index_orders_user_id.down.sql": "-- Write here what takes this migration back.\n" },
    ],
    ["sqlx", { ...each(["migrations/20240101000000_a.sql"]), "Cargo.toml": "[dependencies]\nsqlx = \"0.8\"\n" }, { "migrations/20260304050607_index_orders_user_id.sql": body }],
    ["dbmate", each(["m/20240101000000_a.sql"], "-- migrate:up\n-- migrate:down\n"), { "m/20260304050607_index_orders_user_id.sql": `-- migrate:up\n${body}\n-- migrate:down\n` }],
    ["goose", each(["m/00001_a.sql"], "-- +goose Up\n"), { "m/00002_index_orders_user_id.sql": `-- +goose Up\n${body}\n-- +goose Down\n` }],
    [
      "node-pg-migrate",
      each(["m/1700000000000_add-a.sql"], "-- Up Migration\n"),
      { "m/1772600767089_index-orders-user-id.sql": `-- Up Migration\n${body}\n-- Down Migration\n` },
    ],
    [
      "Hasura",
      each(["migrations/default/1700000000000_a/up.sql"]),
      { "migrations/default/1772600767089_index_orders_user_id/up.sql": body },
    ],
    [
      "diesel",
      { ...each(["migrations/2024-01-01-000000_a/up.sql"]), "diesel.toml": "" },
      { "migrations/2026-03-04-050607_index_orders_user_id/up.sql": body, "migrations/2026-03-04-050607_index_orders_user_id/down.sql": "-- Write here what takes this migration back.\n" },
    ],
  ])("%s", async (_, files, expected) => {
    const made = await next(files);
    expect(created(made)).toEqual(expected);
    expect(relativePath(root, made.file)).toBe(Object.keys(expected)[0]);
  });

  it.each<[string, Files, Record<string, string>]>([
    ["goose", each(["m/00001_a.sql"], "-- +goose Up\n"), { "m/00002_x.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;\n\n-- +goose Down\n" }],
    ["dbmate", each(["m/1_a.sql"], "-- migrate:up\n"), { "m/2_x.sql": "-- migrate:up transaction:false\nVACUUM;\n\n-- migrate:down transaction:false\n" }],
    ["sqlx", { ...each(["migrations/1_a.sql"]), "Cargo.toml": "[dependencies]\nsqlx = \"0.8\"\n" }, { "migrations/2_x.sql": "-- no-transaction\nVACUUM;\n" }],
    [
      "diesel",
      { ...each(["migrations/2024-01-01-000000-0000_a/up.sql"]), "diesel.toml": "" },
      {
        "migrations/2026-03-04-050607-0000_x/up.sql": "VACUUM;\n",
        "migrations/2026-03-04-050607-0000_x/down.sql": "-- Write here what takes this migration back.\n",
        "migrations/2026-03-04-050607-0000_x/metadata.toml": "run_in_transaction = false\n",
      },
    ],
  ])("%s: with its marker against the transaction", async (_, files, expected) => {
    expect(created(await next(files, { slug: "x", statements: ["VACUUM"], outsideTransaction: true }))).toEqual(expected);
  });

  it("goose: brackets a statement that holds a line ending in ;", async () => {
    const made = await next(each(["m/1_a.sql"], "-- +goose Up\n"), { statements: ["DO $$\nBEGIN\n  PERFORM 1;\nEND\n$$"] });
    expect(created(made)["m/2_index_orders_user_id.sql"]).toContain("-- +goose StatementBegin\nDO $$\nBEGIN\n  PERFORM 1;\nEND\n$$;\n-- +goose StatementEnd\n");
  });
});

describe("Drizzle's next migration", () => {
  const entry = (idx: number, when: number, tag: string): object => ({ idx, version: "7", when, tag, breakpoints: true });
  const journal = (entries: readonly object[]): string => JSON.stringify({ version: "7", dialect: "postgresql", entries }, null, 2);
  const files = (text: string): Files => ({ ...each(["drizzle/0000_a.sql", "drizzle/0001_b.sql"]), "drizzle/meta/_journal.json": text });

  it("is entered in the journal, after all others", async () => {
    const text = journal([entry(0, 1, "0000_a"), entry(1, 2, "0001_b")]);
    const made = await next(files(text));
    expect(created(made)).toEqual({ "drizzle/0002_index_orders_user_id.sql": "CREATE INDEX ON orders (user_id);\n--> statement-breakpoint\nSELECT 2;\n" });
    expect(edited(made.edits, text)).toBe(journal([entry(0, 1, "0000_a"), entry(1, 2, "0001_b"), entry(2, now.getTime(), "0002_index_orders_user_id")]));
    expect(made.note).toContain("drizzle-kit generate --custom");
  });

  it("is newer than a newest one from the future", async () => {
    const future = Date.UTC(2099, 0);
    const text = journal([entry(0, 1, "0000_a"), entry(1, future, "0001_b")]);
    expect(JSON.parse(edited((await next(files(text))).edits, text))).toMatchObject({ entries: [{}, {}, { when: future + 1 }] });
  });

  it("starts an empty journal", async () => {
    const text = journal([]);
    const made = await next({ "drizzle/meta/_journal.json": text, "drizzle.config.ts": "export default {dialect: 'postgresql', out: 'drizzle', schema: './s.ts'}", "s.ts": "" });
    expect(made.id).toBe("0000_index_orders_user_id");
    expect(JSON.parse(edited(made.edits, text))).toMatchObject({ entries: [{ idx: 0, tag: "0000_index_orders_user_id" }] });
  });

  it("makes two that fit together", async () => {
    const text = journal([entry(0, 1, "0000_a"), entry(1, 2, "0001_b")]);
    const { history } = await onlyDatabase(files(text));
    const first = nextMigration(history, request, () => null);
    const longer = { ...history, files: [...history.files, { file: first.file, version: first.id, direction: "up" as const, repeatable: false }] };
    const second = nextMigration(longer, { ...request, slug: "then" }, () => null);
    expect(JSON.parse(edited([...first.edits, ...second.edits], text))).toEqual(
      JSON.parse(journal([entry(0, 1, "0000_a"), entry(1, 2, "0001_b"), entry(2, now.getTime(), "0002_index_orders_user_id"), entry(3, now.getTime() + 1, "0003_then")])),
    );
  });

  it("is named by time where the others are", async () => {
    const made = await next({ ...each(["drizzle/1747760252_a.sql"]), "drizzle/meta/_journal.json": journal([entry(0, 1, "1747760252_a")]) });
    expect(made.id).toBe("1772600767_index_orders_user_id");
  });

  it("is a folder in 1.0's layout", async () => {
    const made = await next({ ...each(["drizzle/20240101000000_a/migration.sql"]), "drizzle/20240101000000_a/snapshot.json": "{}" });
    expect(Object.keys(created(made))).toEqual(["drizzle/20260304050607_index_orders_user_id/migration.sql"]);
  });
});

describe("Liquibase's next migration", () => {
  const sql = "--liquibase formatted sql\n\n--changeset ann:0001\nSELECT 1;\n";

  it("is a file with a changeset, by the last author", async () => {
    const made = await next({ ...each(["db/changelog/0001-a.sql"], sql), "db/changelog.yaml": "databaseChangeLog:\n  - includeAll:\n      path: changelog/\n" }, { outsideTransaction: true, slug: "add b" });
    expect(created(made)).toEqual({ "db/changelog/0002-add_b.sql": `--liquibase formatted sql\n\n--changeset ann:0002 runInTransaction:false\n${body}` });
    expect(made).toMatchObject({ id: "ann:0002", note: null });
  });

  it("comes after one that is new as well", async () => {
    const { history } = await onlyDatabase({ ...each(["db/changelog/0001-a.sql"], sql), "db/changelog.yaml": "databaseChangeLog:\n  - includeAll:\n      path: changelog/\n" });
    const read = (file: string): string | null => (file.endsWith("0001-a.sql") ? sql : null);
    const first = nextMigration(history, request, read);
    const files = [...history.files, { file: first.file, version: first.id, direction: "up" as const, repeatable: false }];
    expect(nextMigration({ ...history, files }, { ...request, slug: "c" }, read)).toMatchObject({ id: "ann:0003", file: `${root}/db/changelog/0003-c.sql` });
  });

  it("is entered in a changelog in YAML", async () => {
    const text = "databaseChangeLog:\n  - include:\n      file: changelog/0001-a.sql\n      relativeToChangelogFile: true\n  - include:\n      file: changelog/0002-b.sql\n      relativeToChangelogFile: true\n";
    const made = await next({ ...each(["db/changelog/0001-a.sql", "db/changelog/0002-b.sql"], sql), "db/changelog.yaml": text }, { slug: "c" });
    expect(edited(made.edits, text)).toBe(`${text}  - include:\n      file: changelog/0003-c.sql\n      relativeToChangelogFile: true\n`);
  });

  it("is entered in a changelog in XML", async () => {
    const text = '<databaseChangeLog>\r\n  <include file="changelog/0001-a.sql"/>\r\n</databaseChangeLog>\r\n';
    const made = await next({ ...each(["db/changelog/0001-a.sql"], sql), "db/changelog.xml": text }, { slug: "c" });
    expect(edited(made.edits, text)).toBe('<databaseChangeLog>\r\n  <include file="changelog/0001-a.sql"/>\r\n  <include file="changelog/0002-c.sql"/>\r\n</databaseChangeLog>\r\n');
  });

  it("says what is left to do without a changelog that was understood", async () => {
    expect((await next(each(["db/0001-a.sql"], sql))).note).toContain("changelog includes it");
  });
});
