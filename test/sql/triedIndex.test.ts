import { expect, it } from "vitest";
import { triedIndex } from "../../server/src/sql/triedIndex";
import { testParser } from "./parsers";

const parser = await testParser();

it.each([
  ["CREATE INDEX ON orders (user_id)", "CREATE INDEX ON orders (user_id)", "orders"],
  ["create unique index concurrently if not exists \"If\" on shop.\"Orders\" (a) where b", 'create unique index "If" on shop."Orders" (a) where b', 'shop."Orders"'],
  ["CREATE INDEX CONCURRENTLY -- now\n i ON orders (a)", "CREATE INDEX i ON orders (a)", "orders"],
  ["CREATE INDEX IF NOT EXISTS i ON orders (a)", "CREATE INDEX i ON orders (a)", "orders"],
])("%s", (sql, made, table) => {
  expect(triedIndex(parser.parse(sql))).toEqual({ sql: made, table });
  expect(parser.parse(triedIndex(parser.parse(sql))!.sql).problem).toBeNull();
});

it.each(["DROP TABLE orders", "CREATE INDEX ON orders (", "SELECT 1", "CREATE INDEX ON orders (a); DROP TABLE orders"])("not %s", (sql) => {
  expect(triedIndex(parser.parse(sql))).toBeNull();
});
