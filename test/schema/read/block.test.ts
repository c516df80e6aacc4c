import { expect, test } from "vitest";
import { readChanges } from "../../../server/src/schema/read/index";
import { testParser } from "../../sql/parsers";
import { read, slice } from "./read";

test("a DO block's statements, at their place", () => {
  const sql = `do $$
  -- ä
  declare x int := 'ä';
  begin
    create table "Ä" (a int);
    if exists (select from pg_class) then
      alter table t add column b int;
    end if;
    begin
      drop table u;
    exception when others then null;
    end;
    select 1 into x;
    update t set a = 1 where b;
  end $$`;
  const changes = read(sql);
  expect(changes.map(({ change, tentative }) => [change.change, tentative])).toEqual([
    ["createTable", false],
    ["alterTable", true],
    ["drop", true],
    ["none", false],
    ["write", false],
  ]);
  const texts = changes.filter(({ change }) => change.change !== "none").map(({ change, offset }) => slice(sql.slice(offset), change.range));
  expect(texts).toEqual(['create table "Ä" (a int)', "alter table t add column b int", "drop table u", "update t set a = 1 where b"]);
});

test("SQL made at run time names what its literals name", () => {
  const sql = `do $do$ begin
    execute 'alter table s."Ü" add column ' || quote_ident(x) || ' int references u (id)';
    execute format('drop table %I', y);
    execute format($x$create index on %I.%I (a) where b in (select c from v)$x$, a, b);
  end $do$`;
  const changes = read(sql);
  expect(changes.map(({ change }) => change.change)).toEqual(["unread", "unread", "unread"]);
  const names = changes.map(({ change }) => (change.change === "unread" ? change.names : []));
  expect(names.map((list) => list.map(({ schema, name }) => [schema, name]))).toEqual([
    [
      ["s", "Ü"],
      [null, "u"],
    ],
    [],
    [[null, "v"]],
  ]);
  expect(names.flat().map(({ range }) => slice(sql, range))).toEqual(['s."Ü"', "u", "v"]);
});

test("a block in another language is unread", () => {
  expect(read("do language plpython3u $$ plpy.execute('drop table t') $$").map(({ change }) => change.change)).toEqual(["unread"]);
});

test("statements in a function's body change nothing", () => {
  expect(read("create function f() returns void language plpgsql as $$ begin drop table t; end $$").map(({ change }) => change.change)).toEqual(["createFunction"]);
});

test("read once for each statement", async () => {
  const parsed = (await testParser(18)).parse("create table once (a int)");
  expect(readChanges(parsed)).toBe(readChanges(parsed));
});
