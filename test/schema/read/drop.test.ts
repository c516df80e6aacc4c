import { expect, test } from "vitest";
import { expectRanges, readOne } from "./read";

test("ranges", () => {
  expectRanges(
    `
drop table if exists "Ä".b /* , */, c cascade
                     ^---^
                                    ^
`,
    "drop",
    ({ names }) => names.map(({ range }) => range),
  );
  expectRanges(
    `
drop policy if exists "own rows" on s.t restrict
                      ^--------^
                                    ^-^
`,
    "drop",
    ({ names, table }) => [names[0]!.range, table!.range],
  );
  expectRanges(
    `
drop function s.f(int, text), "G"
              ^-^
                              ^-^
`,
    "drop",
    ({ names }) => names.map(({ range }) => range),
  );
});

const plain = { table: null, ifExists: false, cascade: false, concurrently: false };

test.each([
  ["drop table a, s.b", { kind: "table", word: "table", ...plain, names: [{ schema: null, name: "a" }, { schema: "s", name: "b" }] }],
  ["drop index concurrently if exists s.i", { kind: "index", concurrently: true, ifExists: true, names: [{ schema: "s", name: "i" }] }],
  ["drop view if exists v cascade", { kind: "view", ifExists: true, cascade: true }],
  ["drop materialized view v", { kind: "materialized view" }],
  ["drop foreign table t", { kind: "foreign table" }],
  ["drop sequence s", { kind: "sequence" }],
  ["drop type s.t, u", { kind: "type", names: [{ schema: "s", name: "t" }, { name: "u" }] }],
  ["drop domain d", { kind: "domain" }],
  ["drop schema if exists a, b cascade", { kind: "schema", names: [{ schema: null, name: "a" }, { name: "b" }] }],
  ["drop extension if exists e", { kind: "extension", names: [{ name: "e" }] }],
  ["drop role if exists a, current_user", { kind: "role", word: "role", ifExists: true, names: [{ name: "a" }, { name: "current_user" }] }],
  ["drop user a", { kind: "role" }],
  ["drop function f", { kind: "function", names: [{ name: "f", arguments: null }] }],
  ["drop function if exists s.f(a int, out b text, variadic c varchar(5)[], char) cascade", { kind: "function", names: [{ schema: "s", name: "f", arguments: ["integer", "character varying[]", "character"] }] }],
  ["drop function f()", { names: [{ arguments: [] }] }],
  ["drop procedure p(inout a int)", { kind: "procedure", names: [{ arguments: ["integer"] }] }],
  ["drop routine r(s.kind)", { kind: "routine", names: [{ arguments: ["s.kind"] }] }],
  ["drop aggregate a(*), b(int order by text)", { kind: "aggregate", names: [{ arguments: [] }, { arguments: ["integer", "text"] }] }],
  ["drop trigger x on s.t", { kind: "trigger", names: [{ schema: null, name: "x" }], table: { schema: "s", name: "t" } }],
  ["drop rule x on t", { kind: "rule", table: { schema: null, name: "t" } }],
  ["drop operator s.+ (int, none)", { kind: "other", word: "operator", names: [{ schema: "s", name: "+", arguments: ["integer", ""] }] }],
  ["drop operator class s.c using btree", { kind: "other", word: "operator class", names: [{ schema: "s", name: "c" }] }],
  ["drop cast (int as s.t)", { kind: "other", word: "cast", names: [{ name: "(integer AS s.t)" }] }],
  ["drop transform for int language plx", { kind: "other", word: "transform", names: [{ name: "FOR integer LANGUAGE plx" }] }],
  ["drop text search configuration s.c", { kind: "other", word: "text search configuration", names: [{ schema: "s", name: "c" }] }],
  ["drop foreign data wrapper w", { kind: "other", word: "foreign data wrapper", names: [{ name: "w" }] }],
  ["drop server s", { kind: "other", word: "server" }],
  ["drop user mapping if exists for bob server s", { kind: "other", word: "user mapping", ifExists: true, names: [{ name: "FOR bob SERVER s" }] }],
  ["drop procedural language l", { kind: "other", word: "language", names: [{ name: "l" }] }],
  ["drop publication p", { kind: "other", word: "publication" }],
  ["drop subscription if exists s", { kind: "other", word: "subscription", names: [{ name: "s" }] }],
  ["drop statistics s.x", { kind: "other", word: "statistics" }],
  ["drop event trigger x", { kind: "other", word: "event trigger" }],
  ["drop access method x", { kind: "other", word: "access method" }],
  ["drop collation c", { kind: "other", word: "collation" }],
  ["drop conversion c", { kind: "other", word: "conversion" }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "drop")).toMatchObject(expected);
});
