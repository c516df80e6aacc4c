// Which constants of a statement are values of an enum, and which are only text that reads the same.

import { expect, it } from "vitest";
import { useOfLiteral, type ColumnsOfType } from "../../server/src/rules/facts/literals";
import { testParser } from "../sql/parsers";

const parser = await testParser(18);
const columns: ColumnsOfType = { typeName: "status", tables: new Map([["orders", [null, null, "status"]], ["Logs", ["Old"]]]) };

it.each([
  ["select 'it''s'::status", true],
  ["select 'it''s'::public.\"status\"", true],
  ["select cast('it''s' as status)", true],
  ["select 'it''s'::text", false],
  ["select array['it''s']::status[]", false],
  ["update orders set status = 'it''s'", true],
  ["update orders o set note = 'it''s' where o.status <> 'new'", false],
  ["select from orders where status in ('new', 'it''s')", true],
  ["select from orders where orders.status not in ('it''s')", true],
  ["select from orders where note in ('it''s')", false],
  ["select from \"Logs\" where \"Old\" = 'it''s'", true],
  ["select from others where status = 'it''s'", false],
  ["insert into orders values (1, 'it''s', 'new')", false],
  ["insert into orders values (1, 'a', 'new'), (2, lower('B, c'), 'it''s')", true],
  ["insert into public.orders (status, id) values ('it''s', 1)", true],
  ["insert into orders (note, status) values ('it''s', 'new')", false],
  ["insert into orders (status) values (lower('it''s'))", false],
  ["alter table orders alter status set default 'it''s'", true],
  ["alter table orders alter note set default 'it''s'", false],
  ["alter table orders add s status default 'it''s', add t text", true],
  ["create table n (s text default 'it''s', t status)", false],
  ["create table n (s status check (s <> 'it''s'))", true],
  ["create index on orders (id) where status = 'it''s'", true],
  ["create function f() returns text language sql as 'select 1' set app.x = 'it''s'", false],
])("%s", (sql, used) => {
  const parsed = parser.parse(sql);
  expect(parsed.problem).toBeNull();
  const range = useOfLiteral(parsed, "it's", columns);
  expect(range === null ? null : sql.slice(range.start, range.end)).toBe(used ? "'it''s'" : null);
});
