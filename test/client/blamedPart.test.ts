import { expect, it } from "vitest";
import { blamedPart, blamedPartOfTemplate } from "../../client/src/blamedPart";

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
  ["SELECT orders.id, orders . total FROM orders", "orders", "38:orders"],
  ["UPDATE x SET a = orders.total", "orders", "17:orders"],
  ["SELECT * FROM recent", "public.orders", null],
])("%s: %s", (sql, relation, expected) => {
  expect(found(sql, relation)).toBe(expected);
});

it("in a template, at the hole that the name comes from, or at its own text", () => {
  const code = "sql`select ${users.id} from ${users}\r\njoin orders`";
  const part = (start: number, end: number, text: string, exact: boolean): { start: number; end: number; at: { start: number; end: number }; exact: boolean } => {
    const at = text === "users" ? code.indexOf("${users}") + 2 : code.indexOf(text);
    return { start, end, at: { start: at, end: at + text.length }, exact };
  };
  const template = {
    sql: 'select "users"."id" from "users"\njoin orders',
    parts: [part(0, 7, "select ", true), part(7, 19, "users.id", false), part(19, 25, " from ", true), part(25, 32, "users", false), part(32, 33, "\r\n", true), part(33, 44, "join orders", true)],
  };
  const text = (relation: string): string | null => {
    const found = blamedPartOfTemplate(template, relation);
    return found && `${found.start}:${code.slice(found.start, found.end)}`;
  };
  expect(text("public.users")).toBe(`${code.indexOf("${users}") + 2}:users`);
  expect(text("orders")).toBe(`${code.indexOf("orders")}:orders`);
  expect(text("others")).toBeNull();
});
