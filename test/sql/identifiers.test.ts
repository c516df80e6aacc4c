import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldIdentifier, isReserved, quoteIdentifier, quoteQualified } from "../../server/src/sql/identifiers";
import type { SqlParser } from "../../server/src/sql/parser";
import { testParser } from "./parsers";

test.each([
  ["users", "users"], ["_a1", "_a1"], ["Users", '"Users"'], ["my table", '"my table"'], ['a"b', '"a""b"'], ["1a", '"1a"'], ["a$b", '"a$b"'], ["été", '"été"'], ["", '""'],
  ["user", '"user"'], ["order", '"order"'], ["position", '"position"'], ["left", '"left"'], ["name", "name"], ["value", "value"], ["system_user", '"system_user"'],
])("quoteIdentifier(%j)", (name, expected) => expect(quoteIdentifier(name)).toBe(expected));

test("quoteQualified", () => expect(quoteQualified(["public", "Order"])).toBe('public."Order"'));

test.each([
  ["Users", "users"], ["ÉTÉ", "ÉtÉ"], ['"Users"', "Users"], ['"a""b"', 'a"b'], ['"open', "open"], ['"', ""], [String.raw`U&"d\0061t\+000061\\"`, "data\\"],
  ["a".repeat(70), "a".repeat(63)], [`"${"é".repeat(40)}"`, "é".repeat(31)], [`"${"a".repeat(61)}😀"`, "a".repeat(61)],
])("foldIdentifier(%j)", (token, expected) => expect(foldIdentifier(token)).toBe(expected));

describe("beside Postgres's parser", async () => {
  const parser = await testParser();
  test("what is quoted is read as the same name, as a table's, a column's and a function's", () => {
    const name = fc.oneof(fc.string({ minLength: 1, maxLength: 30 }), fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), fc.constantFrom("Select", "table", "between", "cross", "json_table", "setof"));
    fc.assert(
      fc.property(
        name.filter((text) => !text.includes("\0")),
        (text) => {
          const quoted = quoteIdentifier(text);
          expect(columnOf(parser, `create table ${quoted} (${quoted} int default ${quoted}(1))`)).toBe(foldIdentifier(quoted));
        },
      ),
      { numRuns: 500 },
    );
  });
  test("what is not quoted folds as Postgres folds it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z_éÉ][A-Za-z0-9_$éÉ]{4,70}$/), (text) => {
        fc.pre(!isReserved(text.toLowerCase()));
        const column = columnOf(parser, `create table t (${text} int)`);
        if (column !== null) expect(column).toBe(foldIdentifier(text));
      }),
    );
  });
  test("every word that Postgres does not take as a column's name is quoted", () => {
    for (const word of ["all", "analyse", "user", "references", "returning", "window", "with", "left", "concurrently", "tablesample"]) {
      expect(columnOf(parser, `create table t (${word} int)`), word).toBeNull();
      expect(quoteIdentifier(word)).toBe(`"${word}"`);
    }
  });
});

function columnOf(parser: SqlParser, text: string): string | null {
  const { node } = parser.parse(text);
  if (node === null || !("CreateStmt" in node)) return null;
  const column = node.CreateStmt.tableElts?.[0];
  return column !== undefined && "ColumnDef" in column ? (column.ColumnDef.colname ?? null) : null;
}
