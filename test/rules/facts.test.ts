import { describe, expect, it } from "vitest";
import { comparedWithValues, isAlwaysTrue, onlyNotNull, onlyNull, provenNotNull } from "../../server/src/schema/predicates";
import { isPlainUsing, rewrites } from "../../server/src/locks/typeChanges";
import { display, enumerate, sentence, written } from "../../server/src/rules/wording";
import { initialSession } from "../../server/src/schema/session";
import type { DataType } from "../../server/src/schema/model";
import type { SchemaView } from "../../server/src/schema/view";

describe("what a predicate says about null", () => {
  it.each([
    ["email IS NOT NULL", ["email"]],
    ["(email IS NOT NULL)", ["email"]],
    ["((email is not null) AND (name <> 'x and y'))", ["email"]],
    ["NOT (email IS NULL)", ["email"]],
    ['"E mail" IS NOT NULL AND users.id IS NOT NULL', ["E mail", "id"]],
    ["EMAIL NOTNULL", ["email"]],
    ["a BETWEEN 1 AND 2 AND b IS NOT NULL", ["b"]],
    ["email IS NOT NULL OR name IS NOT NULL", []],
    ["email IS NOT NULL AND (a IS NOT NULL OR b IS NOT NULL)", ["email"]],
    ["email <> ''", []],
    ["lower(email) IS NOT NULL", []],
    ["length('it''s AND (' || x) > 0 AND y IS NOT NULL", ["y"]],
    ["", []],
    ["(((", []],
  ])("%s proves %j", (predicate, columns) => {
    expect(provenNotNull(predicate)).toEqual(columns);
  });

  it("knows a predicate that says nothing else", () => {
    expect(onlyNotNull("(a IS NOT NULL) AND (b IS NOT NULL)")).toEqual(["a", "b"]);
    expect(onlyNotNull("a IS NOT NULL AND b > 0")).toBeNull();
    expect(onlyNotNull("deleted_at IS NULL")).toBeNull();
  });

  it("knows a condition that every row meets", () => {
    for (const text of ["true", "(TRUE)", "1 = 1", "'a'='a'", "NOT false"]) expect(isAlwaysTrue(text), text).toBe(true);
    for (const text of ["1 = 2", "a = a", "true AND a", "false", ""]) expect(isAlwaysTrue(text), text).toBe(false);
  });

  it("tells the column that is null, and nothing else", () => {
    expect(onlyNull('(u."Locale" IS NULL)')).toBe("Locale");
    for (const text of ["a IS NULL AND b > 0", "a IS NOT NULL", "NOT a IS NULL", "a = 1"]) expect(onlyNull(text), text).toBeNull();
  });

  it("tells the columns that are compared with values that are written down", () => {
    expect(comparedWithValues("kind = 'a b' AND t.id IN (1, 2)")).toEqual(["kind", "id"]);
    expect(comparedWithValues("(id = -1::bigint)")).toEqual(["id"]);
    for (const text of ["a = b", "a = 1 OR b = 2", "id IN (SELECT id FROM t)", "a > 1", "lower(a) = 'x'", "a IS NULL", "true"]) expect(comparedWithValues(text), text).toEqual([]);
  });
});

describe("USING", () => {
  it.each([
    ["x", "text", true],
    ["t.x", "text", true],
    ['"x"', "text", true],
    ["x::text", "text", true],
    ["(x)::text", "text", true],
    ["CAST(x AS character varying(20))", "character varying( 20 )", true],
    ["x::varchar(30)", "varchar(20)", false],
    ["lower(x)", "text", false],
    ["y", "text", false],
    ["x || ''", "text", false],
    ["x::int::text", "text", false],
  ])("%s to %s is no more than the change itself: %s", (text, type, plain) => {
    expect(isPlainUsing({ text, columns: [], functions: [] }, "x", type)).toBe(plain);
  });
});

describe("type changes that the rule's own proofs do not reach", () => {
  const view = { session: initialSession, type: () => undefined } as unknown as SchemaView;
  const type = (name: string, text = name, modifiers: readonly number[] = [], array = false): DataType => ({ text, name, schema: "pg_catalog", modifiers, array });
  // Measured on 15 to 18 as those are.
  it.each([
    [type("int8", "bigint"), type("int4", "integer"), true],
    [type("int4", "integer"), type("regclass"), false],
    [type("regclass"), type("oid"), false],
    [type("text"), type("bpchar"), false],
    [type("bpchar"), type("text"), true],
    [type("bit", "bit(4)", [4]), type("varbit", "bit varying"), false],
    [type("bit", "bit(4)", [4]), type("varbit", "bit varying(4)", [4]), true],
    [type("varbit", "bit varying(8)", [8]), type("varbit", "bit varying"), false],
    [type("numeric", "numeric(10,0)", [10]), type("numeric", "numeric(12,0)", [12, 0]), false],
    [type("timestamptz", "timestamp(3) with time zone", [3]), type("timestamptz", "timestamp with time zone"), false],
    [type("interval", "interval day to second"), type("interval"), false],
    [type("interval"), type("interval", "interval day to second"), false],
    [type("interval"), type("interval", "interval(3)", [32767, 3]), true],
    [type("timestamp", "timestamp(3) without time zone[]", [3], true), type("timestamp", "timestamp without time zone[]", [], true), false],
    [type("varchar", "character varying(10)[]", [10], true), type("text", "text[]", [], true), true],
    [type("text"), type("text", "text[]", [], true), true],
    [type("macaddr"), type("macaddr8"), true],
    [type("json"), type("text"), true],
  ])("$0.text to $1.text", (from, to, expected) => {
    expect(rewrites(view, from, to)).toBe(expected);
  });
});

describe("wording", () => {
  it("names what is in public without its schema, and quotes in SQL only", () => {
    expect(display({ schema: "public", name: "My Table" })).toBe("My Table");
    expect(display({ schema: "sales", name: "orders" })).toBe("sales.orders");
    expect(written({ schema: "public", name: "My Table" })).toBe('"My Table"');
    expect(written({ schema: "Sales", name: "user" })).toBe('"Sales"."user"');
  });

  it("lists and ends sentences", () => {
    expect(enumerate([])).toBe("");
    expect(enumerate(["a"])).toBe("a");
    expect(enumerate(["a", "b", "b", "c"])).toBe("a, b and c");
    expect(sentence(" Put it alone ")).toBe("Put it alone.");
    expect(sentence("Why?")).toBe("Why?");
  });
});
