import { describe, expect, it } from "vitest";
import { lintExample } from "../../server/generate/lintExample";
import { wayBack } from "../../server/src/project/tools/wayBack";
import { rules } from "../../server/src/rules/index.generated";
import { applyEdits } from "../../server/src/text/edit";

describe("what takes a new migration back", () => {
  it.each<[readonly string[], readonly string[] | null]>([
    [["CREATE INDEX CONCURRENTLY a_idx ON t (a)"], ["DROP INDEX CONCURRENTLY IF EXISTS a_idx"]],
    [['create unique index "A idx" on only sales.t (a)'], ['drop index if exists sales."A idx"']],
    [["SET lock_timeout = '5s'", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"], ["SET lock_timeout = '5s'", "ALTER TABLE t DROP CONSTRAINT c"]],
    [["ALTER TABLE sales.t VALIDATE CONSTRAINT c"], []],
    [["CREATE INDEX ON t (a)"], null],
    [["ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX a_idx"], null],
    [["ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0), DROP COLUMN b"], null],
    [["CREATE INDEX a_idx ON t (a)", "UPDATE t SET a = 1"], null],
  ])("%j", (statements, expected) => {
    expect(wayBack(statements)).toEqual(expected);
  });
});

it("goes with what moves to a migration of its own, in the case of the file's keywords", async () => {
  const sql = "-- +goose Up\nset local lock_timeout = '5s';\nalter table t add column b text;\ncreate index t_a_idx on t (a);\n\n-- +goose Down\ndrop index t_a_idx;\nalter table t drop column b;\n";
  const given = "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text);\n";
  const beside = { "migrations/00002_example.sql": sql };
  const { workspace, file } = await lintExample({ kind: "bad", sql: "", tool: "goose", given, beside }, rules);
  const finding = workspace.findings(file).find(({ rule }) => rule === "migration/create-index-not-concurrent");
  const [fix] = workspace.fixes(finding!);
  expect(applyEdits(sql, fix!.edits.flatMap((edit) => (edit.kind === "edit" ? [edit] : [])))).toBe(
    "-- +goose Up\nset local lock_timeout = '5s';\nalter table t add column b text;\n-- +goose Down\nalter table t drop column b;\n",
  );
  expect(fix!.edits.flatMap((edit) => (edit.kind === "create" ? [edit.text] : []))).toEqual([
    "-- +goose NO TRANSACTION\n-- +goose Up\ncreate index concurrently t_a_idx on t (a);\n\n-- +goose Down\ndrop index concurrently if exists t_a_idx;\n",
  ]);
});
