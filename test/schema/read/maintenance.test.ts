import { expect, test } from "vitest";
import { expectRanges, readOne } from "./read";

test.each([
  ["vacuum", { tables: [], full: false, analyze: false }],
  ["vacuum full verbose analyze s.t", { tables: [{ schema: "s", name: "t" }], full: true, analyze: true }],
  ["vacuum (full, analyze off) t, u (a, b)", { tables: [{ schema: null, name: "t" }, { name: "u" }], full: true, analyze: false }],
  ["vacuum (full false) t", { full: false }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "vacuum")).toMatchObject(expected);
});

test("analyze", () => {
  expect(readOne("analyze", "analyze").tables).toEqual([]);
  expectRanges('analyze verbose s."É", t (a)\n                ^---^\n                       ^', "analyze", ({ tables }) => tables.map(({ range }) => range));
});

test("cluster", () => {
  expect(readOne("cluster verbose", "cluster")).toMatchObject({ table: null, index: null });
  expect(readOne("cluster s.t", "cluster")).toMatchObject({ table: { schema: "s", name: "t" }, index: null });
  expectRanges('cluster (verbose) s.t using "É"\n                  ^-^\n                            ^-^', "cluster", ({ table, index }) => [table?.range, index?.range]);
  expectRanges("cluster i on t\n             ^\n        ^", "cluster", ({ table, index }) => [table?.range, index?.range]);
});
