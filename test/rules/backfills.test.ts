// What each migration tool gets in place of one UPDATE of all rows: the form that can COMMIT with it.

import { expect, it } from "vitest";
import { bad } from "../../server/src/rules/rule";
import { rules } from "../../server/src/rules/index.generated";
import type { ToolId } from "../../server/src/schema/history";
import { afterFix, lintExample } from "../../server/generate/lintExample";

const given = "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);\n";
const update = "UPDATE users SET email = lower(email);\n";

interface Made {
  readonly text: string;
  readonly created: Readonly<Record<string, string>>;
}

async function batched(tool: ToolId, sql: string, source = given): Promise<Made | null> {
  const linted = await lintExample(bad(sql, { at: "users", tool, given: source }), rules);
  expect(linted.workspace.faults).toEqual([]);
  const finding = linted.findings.find(({ rule }) => rule === "migration/unbatched-backfill");
  expect(finding).toBeDefined();
  const [fix] = linted.workspace.fixes(finding!);
  return fix === undefined ? null : afterFix(linted, fix);
}

it.each<[ToolId, string]>([
  ["plain", "DO $$"],
  ["golang-migrate", "DO $$"],
  ["prisma", "DO $$"],
  ["sqlx", "-- no-transaction\nDO $$"],
  ["dbmate", "-- migrate:up transaction:false\nDO $$"],
  ["diesel", "DO $$"],
  ["goose", "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nDO $$"],
  ["drizzle", "CREATE PROCEDURE backfill_users_email()"],
  ["flyway", "CREATE PROCEDURE backfill_users_email()"],
  ["hasura", "CREATE PROCEDURE backfill_users_email()"],
  ["refinery", "CREATE PROCEDURE backfill_users_email()"],
  ["supabase", "CREATE PROCEDURE backfill_users_email()"],
])("%s", async (tool, start) => {
  const made = await batched(tool, update);
  expect(made?.text).toContain(start);
  expect(made?.text).toContain("COMMIT;");
});

it.each<[ToolId, string]>([
  ["plain", "with a COMMIT after each."],
  ["sqlx", "which fails (2D000) here: sqlx runs each migration in a transaction."],
  ["flyway", "CALL it after the deployment: Flyway runs each migration in a transaction, where COMMIT fails"],
  ["supabase", "CALL it after the deployment: Supabase runs a block in a transaction, where COMMIT fails"],
])("says with %s what its fix does", async (tool, words) => {
  const { findings } = await lintExample(bad(update, { at: "users", tool, given }), rules);
  expect(findings.find(({ rule }) => rule === "migration/unbatched-backfill")?.message).toContain(words);
});

it("moves it to a migration of its own where others stand beside it", async () => {
  const beside = `CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n${update}`;
  const goose = await batched("goose", beside);
  expect(goose?.text).not.toContain("UPDATE");
  expect(Object.values(goose?.created ?? {})).toEqual([expect.stringMatching(/^-- \+goose NO TRANSACTION\n-- \+goose Up\n-- \+goose StatementBegin\nDO \$\$[^]*\n-- \+goose StatementEnd/)]);
  const liquibase = await batched("liquibase", beside);
  expect(Object.values(liquibase?.created ?? {})).toEqual([expect.stringContaining("runInTransaction:false splitStatements:false\nDO $$")]);
  const migrate = await batched("golang-migrate", beside);
  expect(Object.values(migrate?.created ?? {})[0]).toMatch(/^DO \$\$/);
});

it("moves it out of BEGIN and COMMIT", async () => {
  const made = await batched("plain", `BEGIN;\n${update}COMMIT;\n`);
  expect(made?.text).toBe("BEGIN;\nCOMMIT;\n");
  expect(Object.values(made?.created ?? {})).toEqual([expect.stringMatching(/^DO \$\$/)]);
});

it("leaves it to its author where Liquibase would cut the block", async () => {
  expect(await batched("liquibase", update)).toBeNull();
});

it("leaves it where the rest of the migration needs its values, or where no key tells the rows apart", async () => {
  expect(await batched("sqlx", `${update}SET LOCAL lock_timeout = '5s';\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\n`)).toBeNull();
  expect(await batched("plain", update, "CREATE TABLE users (id bigint, email text);\n")).toBeNull();
  expect(await batched("plain", "UPDATE users SET email = p.email FROM people p WHERE true;\n")).toBeNull();
});
