import { expect, it } from "vitest";
import { blamedPart } from "../../client/src/blamedPart";

const found = (sql: string, relation: string): string | null => {
  const part = blamedPart(sql, relation);
  return part && `${part.start}:${sql.slice(part.start, part.end)}`;
};

it.each([
  ["SELECT * FROM orders o", "public.orders", "14:orders"],
  ["SELECT 'orders' /* orders */ -- orders\nFROM Public.ORDERS", "public.orders", "51:ORDERS"],
  ['SELECT * FROM "Orders" JOIN orders USING (id)', 'shop."Orders"', '14:"Orders"'],
  ["SELECT * FROM order_items JOIN orders USING (id)", "orders", "31:orders"],
  ["SELECT $$ orders $$ FROM orders", "orders", "25:orders"],
  ["SELECT * FROM recent", "public.orders", null],
])("%s: %s", (sql, relation, expected) => {
  expect(found(sql, relation)).toBe(expected);
});
