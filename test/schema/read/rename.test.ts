import { describe, expect, test } from "vitest";
import { expectRanges, readOne } from "./read";

test("ranges", () => {
  expectRanges(
    `
alter table if exists "Ä".t rename column "ö" to "ü"
                      ^---^
                                          ^-^
                                                 ^-^
`,
    "renamePart",
    ({ of, name, to }) => [of.range, name.range, to.range],
  );
  expectRanges("alter policy p on s.t rename to q\n             ^\n                  ^-^\n                                ^", "renamePart", ({ name, of, to }) => [name.range, of.range, to.range]);
  expectRanges("alter function s.f(int) set schema u\n               ^-^\n                                   ^", "setSchema", ({ name, schema }) => [name.range, schema.range]);
  expectRanges("alter text search configuration s.c rename to d\n                                ^-^\n                                              ^", "rename", ({ name, to }) => [name.range, to.range]);
});

describe("objects", () => {
  test.each([
    ["alter table if exists s.t rename to u", { kind: "table", name: { schema: "s", name: "t" }, to: { name: "u" }, ifExists: true }],
    ["alter index i rename to j", { kind: "index" }],
    ["alter view v rename to w", { kind: "view" }],
    ["alter materialized view v rename to w", { kind: "materialized view" }],
    ["alter sequence s rename to t", { kind: "sequence" }],
    ["alter foreign table t rename to u", { kind: "foreign table" }],
    ["alter type s.t rename to \"U\"", { kind: "type", name: { schema: "s", name: "t" }, to: { name: "U" } }],
    ["alter domain d rename to e", { kind: "domain" }],
    ["alter schema a rename to b", { kind: "schema", name: { schema: null, name: "a" } }],
    ["alter function s.f(varchar(3)) rename to g", { kind: "function", name: { schema: "s", name: "f", arguments: ["character varying"] } }],
    ["alter aggregate a(*) rename to b", { kind: "function", name: { name: "a", arguments: [] } }],
    ["alter procedure p rename to q", { kind: "procedure", name: { arguments: null } }],
    ["alter role a rename to b", { kind: "role", name: { name: "a" } }],
    ["alter group a rename to b", { kind: "role", name: { name: "a" } }],
    ["alter database a rename to b", { kind: "other", name: { name: "a" } }],
    ["alter server a rename to b", { kind: "other", name: { name: "a" } }],
    ["alter operator class s.a using btree rename to b", { kind: "other", name: { schema: "s", name: "a" } }],
    ["alter procedural language a rename to b", { kind: "other", name: { name: "a" } }],
  ])("%s", (sql, expected) => {
    expect(readOne(sql, "rename")).toMatchObject(expected);
  });
});

describe("parts", () => {
  test.each([
    ["alter table t rename a to b", { part: "column", word: "table", of: { name: "t" }, name: { name: "a" }, to: { name: "b" } }],
    ["alter view v rename column a to b", { part: "column", word: "view" }],
    ["alter materialized view v rename a to b", { part: "column", word: "materialized view" }],
    ["alter table t rename constraint a to b", { part: "constraint", word: "table" }],
    ["alter type t rename attribute a to b cascade", { part: "attribute", word: "composite", to: { name: "b" } }],
    ["alter policy if exists p on s.t rename to q", { part: "policy", of: { schema: "s", name: "t" }, name: { name: "p" }, ifExists: true }],
    ["alter trigger p on t rename to q", { part: "trigger", name: { name: "p" } }],
    ["alter rule p on t rename to q", { part: "rule", name: { name: "p" } }],
    ["alter domain s.d rename constraint a to b", { part: "domain constraint", word: "domain", of: { schema: "s", name: "d" }, name: { name: "a" } }],
  ])("%s", (sql, expected) => {
    expect(readOne(sql, "renamePart")).toMatchObject(expected);
  });
});

describe("set schema", () => {
  test.each([
    ["alter table if exists s.t set schema \"U\"", { kind: "table", name: { schema: "s", name: "t" }, schema: { name: "U" }, ifExists: true }],
    ["alter view v set schema u", { kind: "view" }],
    ["alter type t set schema u", { kind: "type", name: { name: "t" } }],
    ["alter function f(int) set schema u", { kind: "function", name: { arguments: ["integer"] } }],
    ["alter extension e set schema u", { kind: "extension", name: { name: "e" } }],
    ["alter operator s.+ (int, int) set schema u", { kind: "other", name: { schema: "s", name: "+" } }],
    ["alter text search dictionary s.d set schema u", { kind: "other", name: { schema: "s", name: "d" } }],
  ])("%s", (sql, expected) => {
    expect(readOne(sql, "setSchema")).toMatchObject(expected);
  });
});
