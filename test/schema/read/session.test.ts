import { expect, test } from "vitest";
import { read, readOne } from "./read";

test.each([
  ["set search_path to a, \"B\", 'c d'", { setting: "search_path", value: 'a, "B", "c d"', local: false }],
  ["set search_path = ''", { setting: "search_path", value: '""' }],
  ["set local lock_timeout = '3s'", { setting: "lock_timeout", value: "3s", local: true }],
  ["set session statement_timeout to 0", { setting: "statement_timeout", value: "0", local: false }],
  ["set Work_Mem to default", { setting: "work_mem", value: null }],
  ["reset search_path", { setting: "search_path", value: null }],
  ["reset all", { setting: "all", value: null }],
  ["discard all", { setting: "all", value: null }],
  ["set role bob", { setting: "role", value: "bob" }],
  ["set local role none", { setting: "role", value: "none", local: true }],
  ["reset role", { setting: "role", value: null }],
  ["set session authorization bob", { setting: "session_authorization", value: "bob" }],
  ["set time zone 'UTC'", { setting: "timezone", value: "UTC" }],
  ["set app.tenant to 'x'", { setting: "app.tenant", value: "x" }],
  ["select pg_catalog.set_config('search_path', '', false)", { setting: "search_path", value: "", local: false }],
  ["select set_config('Lock_Timeout', '3s', true)", { setting: "lock_timeout", value: "3s", local: true }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "set")).toMatchObject(expected);
});

test("several settings in one query, and one that is not known", () => {
  expect(read("select set_config('a.b', '1', false), set_config('c.d', '2', true)").map(({ change }) => change)).toMatchObject([
    { change: "set", setting: "a.b" },
    { change: "set", setting: "c.d", local: true },
  ]);
  expect(readOne("select set_config('search_path', s, false) from t", "none").command).toBe("select");
  expect(readOne("set transaction isolation level serializable", "none").command).toBe("set transaction");
});

test.each([
  ["begin", ["begin"]],
  ["start transaction read only", ["begin"]],
  ["commit", ["commit"]],
  ["end work", ["commit"]],
  ["rollback", ["rollback"]],
  ["abort", ["rollback"]],
  ["commit and chain", ["commit", "begin"]],
  ["rollback and chain", ["rollback", "begin"]],
  ["savepoint a", ["savepoint"]],
  ["release savepoint a", ["release"]],
  ["rollback to savepoint a", ["rollback to"]],
  ["prepare transaction 'x'", ["commit"]],
])("%s", (sql, commands) => {
  expect(read(sql).map(({ change }) => change)).toMatchObject(commands.map((command) => ({ change: "transaction", command })));
});

test.each([
  ["lock t", { names: [{ name: "t" }], mode: "ACCESS EXCLUSIVE" }],
  ["lock table only s.t, u in share row exclusive mode nowait", { names: [{ schema: "s", name: "t" }, { name: "u" }], mode: "SHARE ROW EXCLUSIVE" }],
  ["lock table t in access share mode", { mode: "ACCESS SHARE" }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "lock")).toMatchObject(expected);
});
