import { describe, expect, test } from "vitest";
import type { SourceText } from "../../../server/src/schema/model";
import { readOne, type ChangeOf } from "./read";

const view = (sql: string): ChangeOf<"createView"> => readOne(sql, "createView");

/** Each name in the text, and what it means: `o.id -> column s.orders.id`. */
function names({ text, names: found }: SourceText): string[] {
  return found.map(({ range, refers }) => {
    const { schema, name } = refers.kind === "column" ? refers.relation : refers.name;
    return `${text.slice(range.start, range.end)} -> ${refers.kind} ${schema}.${name}${refers.kind === "column" ? `.${refers.column}` : ""}`;
  });
}

describe("statements", () => {
  test("create view", () => {
    const sql = `create or replace temp view s_v (x) with (security_invoker, security_barrier = false) as
      select a, b from t where c -- last
      with local check option`;
    expect(view(sql)).toMatchObject({
      name: { schema: null, name: "s_v" },
      materialized: false,
      temporary: true,
      replace: true,
      columns: ["x", "b"],
      options: [
        { name: "security_invoker", value: "true" },
        { name: "security_barrier", value: "false" },
        { name: "check_option", value: "local" },
      ],
      definition: { text: "select a, b from t where c" },
      reads: [{ schema: null, name: "t" }],
    });
    expect(view("create view v as (select 1 as a) with check option")).toMatchObject({ options: [{ name: "check_option", value: "cascaded" }], definition: { text: "(select 1 as a)" }, columns: ["a"] });
    expect(view("create view v as select * from t")).toMatchObject({ columns: null });
    expect(view("create view v as select a as union from t")).toMatchObject({ columns: ["union"] });
  });

  test("create materialized view", () => {
    expect(view("create materialized view if not exists s.m (a) using heap with (fillfactor = 5) tablespace fast as select 1 with no data")).toMatchObject({
      name: { schema: "s", name: "m" },
      materialized: true,
      ifNotExists: true,
      withData: false,
      columns: ["a"],
      options: [{ name: "fillfactor", value: "5" }],
      definition: { text: "select 1" },
    });
    expect(view("create materialized view m as select a from t with data")).toMatchObject({ withData: true, definition: { text: "select a from t" } });
    expect(view("create materialized view m as table t")).toMatchObject({ withData: true, definition: { text: "table t" }, reads: [{ name: "t" }] });
  });

  test("a recursive view is its WITH RECURSIVE query", () => {
    const { definition, reads, columns } = view('create recursive view s.r (n, "M") as select 1, 2 union all select n + 1, m from r, base');
    expect(definition.text).toBe('WITH RECURSIVE r (n, "M") AS (select 1, 2 union all select n + 1, m from r, base) SELECT n, "M" FROM r');
    expect(names(definition)).toEqual(["base -> relation .base"]);
    expect(reads).toMatchObject([{ name: "base" }]);
    expect(columns).toEqual(["n", "M"]);
  });

  test("refresh", () => {
    expect(readOne("refresh materialized view concurrently s.m", "refreshView")).toMatchObject({ name: { schema: "s", name: "m" }, concurrently: true, withData: true });
    expect(readOne("refresh materialized view m with no data", "refreshView")).toMatchObject({ concurrently: false, withData: false });
  });
});

describe("names", () => {
  test.each([
    ["select a from t", ["a -> column .t.a", "t -> relation .t"]],
    ["select a from only s.t", ["a -> column s.t.a", "s.t -> relation s.t"]],
    ["select o.id, s.f(o.total)::s.money from s.orders o", ["id -> column s.orders.id", "s.f -> function s.f", "total -> column s.orders.total", "s.money -> type s.money", "s.orders -> relation s.orders"]],
    ["select orders.id from orders", ["orders -> relation .orders", "id -> column .orders.id", "orders -> relation .orders"]],
    ['select s."Ä".id from s."Ä"', ['s."Ä" -> relation s.Ä', "id -> column s.Ä.id", 's."Ä" -> relation s.Ä']],
    ["select t.* from t", ["t -> relation .t", "t -> relation .t"]],
    ["select o.* from t o", ["t -> relation .t"]],
    ["select a from t join u on t.id = u.t_id", ["t -> relation .t", "u -> relation .u", "t -> relation .t", "id -> column .t.id", "u -> relation .u", "t_id -> column .u.t_id"]],
    ["select x from (select a as x from t) q", ["a -> column .t.a", "t -> relation .t"]],
    ["select x from t, generate_series(1, 2) x", ["t -> relation .t", "generate_series -> function .generate_series"]],
    ["select (select max(b) from u) from t", ["max -> function .max", "u -> relation .u", "t -> relation .t"]],
    ["select a from t where exists (select from u where u.x = t.y)", ["a -> column .t.a", "t -> relation .t", "u -> relation .u", "u -> relation .u", "x -> column .u.x", "t -> relation .t", "y -> column .t.y"]],
    ["select a from t order by a", ["a -> column .t.a", "t -> relation .t", "a -> column .t.a"]],
    ["select upper(a) as b from t order by b", ["upper -> function .upper", "a -> column .t.a", "t -> relation .t"]],
    ["select a from t union select b from u order by a", ["a -> column .t.a", "t -> relation .t", "b -> column .u.b", "u -> relation .u"]],
    ["select extract(day from a) from t", ["a -> column .t.a", "t -> relation .t"]],
    ["select a::int, b::text[], c::kind[] from t", ["a -> column .t.a", "b -> column .t.b", "c -> column .t.c", "kind -> type .kind", "t -> relation .t"]],
    ["select (t.c).part from t", ["t -> relation .t", "c -> column .t.c", "t -> relation .t"]],
    ["select t.x from t as t(x)", ["t -> relation .t"]],
    ["select a from t, lateral (select t.b) q", ["t -> relation .t", "t -> relation .t", "b -> column .t.b"]],
    ["select count(*) over (partition by a) from t", ["count -> function .count", "a -> column .t.a", "t -> relation .t"]],
    ["values (now())", ["now -> function .now"]],
  ])("%s", (query, expected) => {
    const { definition } = view(`create view v as ${query}`);
    expect(definition.text).toBe(query);
    expect(names(definition)).toEqual(expected);
  });
});

describe("reads", () => {
  const reads = (query: string): string[] => view(`create view v as ${query}`).reads.map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));

  test.each([
    ["with c as (select 1 from s.t) select * from c, u", ["s.t", "u"]],
    ["with t as (select 1 from t) select * from t", ["t"]],
    ["with recursive t as (select 1 union select 1 from t, base) select * from t", ["base"]],
    ["with c as (select 1), d as (select 1 from c, e) select * from d", ["e"]],
    ["with c as (select 1) select * from s.c", ["s.c"]],
    ["select (with c as (select 1 from t) select 1 from c) from c", ["t", "c"]],
    ["select * from t a join t b using (id) where id in (select id from u)", ["t", "u"]],
    ["select * from t tablesample system (1)", ["t"]],
    ["select * from t for update of t", ["t"]],
  ])("%s", (query, expected) => {
    expect(reads(query).sort()).toEqual(expected.sort());
  });
});

test("three hundred nested queries", () => {
  const depth = 300;
  const sql = `create view v as ${"select * from (".repeat(depth)}select a from t${") x".repeat(depth)}`;
  expect(view(sql).reads).toMatchObject([{ name: "t" }]);
});
