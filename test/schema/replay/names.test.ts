// The names that Postgres gives to what a statement leaves unnamed.

import { describe, expect, it } from "vitest";
import { clip, freeName, indexColumnNames, objectName } from "../../../server/src/schema/apply/names";
import { expressionName } from "../../../server/src/schema/apply/expressionName";
import { replay, table } from "./replay";

describe("names", () => {
  it("are cut to 63 bytes, the longer part first", () => {
    expect(objectName("t", "a", "idx")).toBe("t_a_idx");
    expect(objectName("t", null, "pkey")).toBe("t_pkey");
    expect(objectName("x".repeat(60), "y".repeat(20), "fkey")).toBe(`${"x".repeat(37)}_${"y".repeat(20)}_fkey`);
    expect(objectName("x".repeat(63), "y".repeat(63), "key")).toBe(`${"x".repeat(29)}_${"y".repeat(29)}_key`);
  });

  it("never end inside of a character", () => {
    expect(clip("äöü", 5)).toBe("äö");
    expect(objectName("ä".repeat(40), null, "pkey")).toBe(`${"ä".repeat(29)}_pkey`);
  });

  it("are numbered until one is free", () => {
    const taken = new Set(["t_a_idx", "t_a_idx1"]);
    expect(freeName("t", "a", "idx", (name) => taken.has(name))).toBe("t_a_idx2");
  });

  it("of an index hold its columns, each once", () => {
    const column = (name: string) => ({ column: name, expression: null, opclass: null, opclassOptions: null, collation: null, order: "asc", nulls: "last" }) as const;
    expect(indexColumnNames([column("a"), column("a")], ["a"])).toEqual(["a", "a1", "a2"]);
  });

  it.each([
    ["lower(email)", "lower"],
    ['public."Check It"(x)', "Check It"],
    ["a || b", null],
    ["(data ->> 'x')", null],
    ["(data ->> 'x')::timestamp with time zone", "timestamptz"],
    ["created_at::date", "created_at"],
    ["1::bigint", "int8"],
    ["cast(x as text)", "x"],
    ["coalesce(a, b)", "coalesce"],
    ["case when a then b end", "case"],
    ["case when a then 1 else b end", "b"],
    ["tags[1]", "tags"],
    ['name collate "C"', "name"],
    ["created_at at time zone 'utc'", "timezone"],
    ["array[a, b]", "array"],
    ["trim(a)", "btrim"],
    ["lower(a) = 'x'", null],
  ])("of the expression %s: %s", (text, name) => {
    expect(expressionName(text)).toBe(name);
  });

  it("of constraints are free in the whole schema, and of indexes among its relations", () => {
    const { view } = replay(`
      create table a (b_c int check (b_c > 0), unique (b_c));
      create table a_b (c int check (c > 0), unique (c));
      create table t (x int, y int, check (x > 0), check (x > 1), check (x > y));
      create index on t (x);
      create index on t (x);
      alter table t add unique (x);
      alter table t add unique (x);`);
    expect(table(view, "a_b").constraints.map(({ name }) => name)).toEqual(["a_b_c_check1", "a_b_c_key1"]);
    expect(table(view, "t").constraints.map(({ name }) => name)).toEqual(["t_x_check", "t_x_check1", "t_check", "t_x_key", "t_x_key1"]);
    expect(table(view, "t").indexes.map(({ name }) => name)).toEqual(["t_x_idx", "t_x_idx1"]);
  });

  it("of one key that is said twice is one", () => {
    const { view } = replay("create table t (id int primary key unique, a int unique, unique (a), constraint mine unique (a));");
    expect(table(view, "t").constraints.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["primary key t_pkey", "unique mine"]);
  });
});
