import { expect, test } from "vitest";
import { expectRanges, readOne } from "./read";

test("ranges", () => {
  expectRanges(
    `
create unique index concurrently if not exists "é" on only s.t using gin (a desc, lower(b) text_ops (x = 1), (c || d)) include (e) where (a > 0)
                    ^----------^
                                               ^-^
                                                           ^-^
                                                                          ^----^
                                                                                  ^-----------------------^
                                                                                                             ^------^
                                                                                                                                ^
                                                                                                                                          ^---^
`,
    "createIndex",
    ({ concurrentlyRange, index, table }) => [concurrentlyRange, index.name!.range, table.range, ...index.elements.map(({ range }) => range), index.include[0]!.range, index.where!.range],
  );
});

test.each([
  ["create index on t (a)", { concurrently: false, concurrentlyRange: null, only: false, ifNotExists: false, index: { name: null, method: "btree", unique: false, where: null, include: [] } }],
  ["create index i on only s.t using hash (a)", { only: true, table: { schema: "s", name: "t" }, index: { name: { name: "i" }, method: "hash" } }],
  ["create unique index concurrently if not exists i on t (a) nulls not distinct", { concurrently: true, ifNotExists: true, index: { unique: true, nullsNotDistinct: true } }],
  ["create index i on t (a) include (b, c) with (fillfactor = 70, fastupdate = off) tablespace fast where b is null and c > 0", {
    index: { include: [{ name: "b" }, { name: "c" }], with: [{ name: "fillfactor", value: "70" }, { name: "fastupdate", value: "off" }], tablespace: "fast", where: { text: "b is null and c > 0", columns: ["b", "c"] } },
  }],
  ['create index i on t (a asc nulls first, b desc, c collate "C" desc nulls last)', {
    index: { elements: [{ column: "a", order: "asc", nulls: "first" }, { column: "b", order: "desc", nulls: "first" }, { column: "c", order: "desc", nulls: "last", collation: '"C"' }] },
  }],
  ["create index i on t using gist (a public.gist_trgm_ops (siglen = 32))", { index: { elements: [{ column: "a", opclass: "public.gist_trgm_ops", opclassOptions: "siglen = 32" }] } }],
  ["create index i on t ((a || b) text_pattern_ops, lower(c), s.f(d, 1) desc, (e), coalesce(g, h))", {
    index: {
      elements: [
        { column: null, expression: { text: "a || b", columns: ["a", "b"] }, opclass: "text_pattern_ops" },
        { column: null, expression: { text: "lower(c)", functions: ["lower"] } },
        { expression: { text: "s.f(d, 1)", functions: ["s.f"] }, order: "desc" },
        { expression: { text: "e", columns: ["e"] } },
        { expression: { text: "coalesce(g, h)", columns: ["g", "h"] } },
      ],
    },
  }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "createIndex")).toMatchObject(expected);
});

test.each([
  ["reindex index s.i", { word: "index", target: { schema: "s", name: "i" }, concurrently: false }],
  ["reindex (verbose) table concurrently t", { word: "table", target: { name: "t" }, concurrently: true }],
  ["reindex (concurrently false) table t", { concurrently: false }],
  ["reindex (concurrently) schema s", { word: "schema", target: { name: "s" }, concurrently: true }],
  ["reindex database concurrently d", { word: "database", target: { name: "d" }, concurrently: true }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "reindex")).toMatchObject(expected);
});

test("reindex without a name (16)", () => {
  expect(readOne("reindex database", "reindex", 16)).toMatchObject({ word: "database", target: { name: "" } });
});
