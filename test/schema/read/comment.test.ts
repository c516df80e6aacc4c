import { expect, test } from "vitest";
import { expectRanges, readOne } from "./read";

test("ranges", () => {
  expectRanges('comment on column "Ä".t."c" is \'x\'\n                  ^---^', "comment", ({ name }) => [name.range]);
  expectRanges("comment on constraint c on domain s.d is 'x'\n                                  ^-^", "comment", ({ name }) => [name.range]);
  expectRanges("comment on policy \"own rows\" on s.t is 'x'\n                                ^-^", "comment", ({ name }) => [name.range]);
});

test.each([
  ["comment on table s.t is 'it''s'", { on: "table", name: { schema: "s", name: "t" }, part: null, text: "it's" }],
  ["comment on table t is null", { text: null }],
  ["comment on table t is ''", { text: null }],
  ["comment on column t.c is 'x'", { on: "column", name: { schema: null, name: "t" }, part: "c" }],
  ["comment on column s.t.c is 'x'", { on: "column", name: { schema: "s", name: "t" }, part: "c" }],
  ["comment on constraint c on s.t is 'x'", { on: "constraint", name: { schema: "s", name: "t" }, part: "c" }],
  ["comment on constraint c on domain s.d is 'x'", { on: "domain constraint", name: { schema: "s", name: "d" }, part: "c" }],
  ["comment on policy p on t is 'x'", { on: "policy", name: { name: "t" }, part: "p" }],
  ["comment on trigger x on t is 'x'", { on: "trigger", part: "x" }],
  ["comment on rule x on t is 'x'", { on: "rule", part: "x" }],
  ["comment on function s.f(int, out a text) is 'x'", { on: "function", name: { schema: "s", name: "f", arguments: ["integer"] } }],
  ["comment on aggregate a(*) is 'x'", { on: "aggregate", name: { arguments: [] } }],
  ["comment on type s.t is 'x'", { on: "type", name: { schema: "s", name: "t" } }],
  ["comment on materialized view v is 'x'", { on: "materialized view", name: { name: "v" } }],
  ["comment on schema s is 'x'", { on: "schema", name: { schema: null, name: "s" } }],
  ["comment on extension e is 'x'", { on: "extension" }],
  ["comment on role r is 'x'", { on: "role", name: { name: "r" } }],
  ["comment on cast (int as s.t) is 'x'", { on: "cast", name: { name: "(integer AS s.t)" } }],
  ["comment on operator class s.c using btree is 'x'", { on: "operator class", name: { schema: "s", name: "c" } }],
  ["comment on text search parser p is 'x'", { on: "text search parser", name: { name: "p" } }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "comment")).toMatchObject(expected);
});
