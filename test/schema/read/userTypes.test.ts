import { describe, expect, test } from "vitest";
import { expectRanges, readOne, slice } from "./read";

test("enums", () => {
  expect(readOne("create type s.e as enum ('a', 'it''s')", "createEnum")).toMatchObject({ name: { schema: "s", name: "e" }, labels: ["a", "it's"] });
  expect(readOne("create type e as enum ()", "createEnum")).toMatchObject({ labels: [] });
  expect(readOne("alter type s.e add value if not exists 'c' before 'b'", "addEnumLabel")).toMatchObject({ type: { schema: "s", name: "e" }, label: "c", ifNotExists: true, neighbour: "b", after: false });
  expect(readOne("alter type e add value 'c' after 'b'", "addEnumLabel")).toMatchObject({ neighbour: "b", after: true });
  expect(readOne("alter type e add value 'c'", "addEnumLabel")).toMatchObject({ neighbour: null, ifNotExists: false });
  expect(readOne("alter type e rename value 'a' to 'b'", "renameEnumLabel")).toMatchObject({ type: { name: "e" }, label: "a", to: "b" });
  expectRanges('alter type "É"."ü" add value \'x\'\n           ^-----^', "addEnumLabel", ({ type }) => [type.range]);
});

test("composite and range types", () => {
  expect(readOne('create type s.c as (a int, b text collate "C")', "createComposite")).toMatchObject({
    name: { schema: "s", name: "c" },
    attributes: [
      { name: "a", type: { type: { text: "integer" } }, collation: null },
      { name: "b", type: { type: { text: "text" } }, collation: '"C"' },
    ],
  });
  const sql = "create type s.r as range (subtype = s.money, subtype_diff = s.minus)";
  const { name, definition } = readOne(sql, "createRange");
  expect(name).toMatchObject({ schema: "s", name: "r" });
  expect(definition.text).toBe(sql);
  expect(definition.names.map(({ range, refers }) => [slice(sql, range), refers.kind])).toEqual([
    ["s.r", "type"],
    ["s.money", "type"],
    ["s.minus", "function"],
  ]);
});

describe("domains", () => {
  test("create", () => {
    const sql = `create domain s.d as varchar(3) collate "C" default lower('X, not null') constraint c check (value <> '') not null check (length(value) > 1)`;
    expect(readOne(sql, "createDomain")).toMatchObject({
      name: { schema: "s", name: "d" },
      type: { type: { text: "character varying(3)" } },
      collation: '"C"',
      notNull: true,
      default: { text: "lower('X, not null')", functions: ["lower"] },
      checks: [
        { name: "c", expression: { text: "value <> ''", columns: ["value"] } },
        { name: null, expression: { text: "length(value) > 1" } },
      ],
    });
    expect(readOne("create domain d int", "createDomain")).toMatchObject({ notNull: false, default: null, checks: [] });
  });

  test.each([
    ["set not null", { set: "notNull" }],
    ["drop not null", { set: "dropNotNull" }],
    ["set default (1 + 2)", { set: "default", expression: { text: "1 + 2" } }],
    ["drop default", { set: "dropDefault" }],
    ["add constraint c check (value > 0) not valid", { set: "addCheck", name: "c", expression: { text: "value > 0" }, notValid: true }],
    ["add check (value > 0)", { set: "addCheck", name: null, notValid: false }],
    ["drop constraint if exists c cascade", { set: "dropCheck", name: "c", ifExists: true }],
    ["validate constraint c", { set: "validateCheck", name: "c" }],
  ])("%s", (words, alter) => {
    expect(readOne(`alter domain s.d ${words}`, "alterDomain")).toMatchObject({ name: { schema: "s", name: "d" }, alter });
  });
});

test("sequences", () => {
  expect(readOne("create sequence if not exists s.q as int start 3 increment by -1 no minvalue maxvalue 9 cache 2 cycle owned by s.t.c", "createSequence")).toMatchObject({
    name: { schema: "s", name: "q" },
    ifNotExists: true,
    temporary: false,
    options: [
      { name: "as", value: "integer" },
      { name: "start", value: "3" },
      { name: "increment", value: "-1" },
      { name: "minvalue", value: "none" },
      { name: "maxvalue", value: "9" },
      { name: "cache", value: "2" },
      { name: "cycle", value: "true" },
    ],
    ownedBy: { table: { schema: "s", name: "t" }, column: "c" },
  });
  expect(readOne("create temp sequence q owned by none", "createSequence")).toMatchObject({ temporary: true, ownedBy: null });
  expect(readOne("alter sequence if exists q owned by none restart", "alterSequence")).toMatchObject({ ifExists: true, ownedBy: "none", options: [{ name: "restart", value: "" }] });
  expect(readOne("alter sequence q cache 3", "alterSequence")).toMatchObject({ ownedBy: null });
  expectRanges('alter sequence q owned by "S" . t.c\n                          ^-----^', "alterSequence", ({ ownedBy }) => [ownedBy === "none" ? null : ownedBy?.table.range]);
});
