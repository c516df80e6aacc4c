import { expect, test } from "vitest";
import { read, readOne, slice } from "./read";

test.each([
  ["insert into s.t (a) select 1 where true", "insert", null],
  ["insert into s.t values (1) on conflict (a) do update set b = 1 where s.t.a > 1 returning a", "insert", null],
  ["update s.t set a = (select 1 where true) where b = (select 2) returning a", "update", "where b = (select 2)"],
  ["update only s.t x set a = 1 from u where x.id = u.id", "update", "where x.id = u.id"],
  ["update s.t set a = 1", "update", null],
  ["delete from s.t using u where true", "delete", "where true"],
  ["delete from s.t where current of c", "delete", "where current of c"],
  ["delete from s.t", "delete", null],
  ["merge into s.t using u on t.id = u.id when matched then delete", "merge", null],
  ["copy s.t (a, b) from stdin with (format csv)", "copy", null],
  ["copy s.t from '/x' where a > 0", "copy", "where a > 0"],
])("%s", (sql, command, where) => {
  const change = readOne(sql, "write");
  expect(change).toMatchObject({ command, tables: [{ schema: "s", name: "t" }], cascade: false });
  expect(slice(sql, change.tables[0]!.range)).toBe("s.t");
  expect(slice(sql, change.where)).toBe(where);
});

test("truncate", () => {
  expect(readOne("truncate table only a, s.b restart identity cascade", "write")).toMatchObject({ command: "truncate", tables: [{ name: "a" }, { schema: "s", name: "b" }], cascade: true });
});

test("each data-modifying statement of WITH is a write", () => {
  const sql = `with "ä" as (delete from s.t where x = 'ä' returning *),
    b as (with c as (insert into v values (1) returning *) update u set a = 1 where y)
  select 1 from "ä"`;
  const changes = read(sql).map(({ change }) => change);
  expect(changes).toMatchObject([
    { change: "write", command: "delete", tables: [{ schema: "s", name: "t" }] },
    { change: "write", command: "insert", tables: [{ name: "v" }] },
    { change: "write", command: "update", tables: [{ name: "u" }] },
  ]);
  expect(changes.map((change) => (change.change === "write" ? slice(sql, change.where) : ""))).toEqual(["where x = 'ä'", null, "where y"]);
  expect(read("copy (delete from t returning *) to stdout").map(({ change }) => change)).toMatchObject([{ change: "write", command: "delete" }]);
});

test("EXPLAIN ANALYZE runs its statement", () => {
  expect(readOne("explain (analyze, buffers) update t set a = 1", "write")).toMatchObject({ command: "update" });
  expect(readOne("explain analyze create table n as select a from t", "createTableAs")).toMatchObject({ name: { name: "n" } });
  expect(readOne("explain (analyze false) delete from t", "none")).toMatchObject({ command: "explain" });
  expect(readOne("explain delete from t", "none")).toMatchObject({ command: "explain" });
});

test("what INSERT and COPY list, and what they are given", () => {
  const insert = (sql: string) => {
    const { columns, source, sets, joins } = readOne(sql, "write");
    return { columns: columns?.map((column) => [column.name, slice(sql, column.range)]) ?? null, source, sets: sets.map((each) => each.map(({ name }) => name)), joins };
  };
  expect(insert(`insert into t (id, "B") values (default, 1), (default, default)`)).toEqual({ columns: [["id", "id"], ["B", `"B"`]], source: { rows: "values", width: 2, defaults: [0], highest: [null, null] }, sets: [], joins: false });
  expect(insert("insert into t values (1, 2)")).toMatchObject({ columns: null, source: { rows: "values", width: 2, defaults: [], highest: [1, 2] } });
  expect(insert("insert into t values (0, '1', 7), (-5, '2', 3)")).toMatchObject({ source: { highest: [0, null, 7] } });
  expect(insert("insert into t default values")).toMatchObject({ columns: null, source: null });
  expect(insert("with a as (select 1) insert into t (id) select 1 on conflict (id) do update set x = 1, y = 2")).toMatchObject({ source: { rows: "query" }, sets: [["x", "y"]], joins: true });
  expect(insert("copy s.t (a, b) from stdin")).toMatchObject({ columns: [["a", "a"], ["b", "b"]], source: null });
});

test("what each SET assigns", () => {
  const sets = (sql: string) => readOne(sql, "write").sets.map((each) => each.map(({ name, part, range }) => [name, part, slice(sql, range)]));
  expect(sets("update t set a = 1, (b, c) = (2, 3), d[1] = 4, e.f = 5")).toEqual([[["a", false, "a"], ["b", false, "b"], ["c", false, "c"], ["d", true, "d"], ["e", true, "e"]]]);
  expect(sets("merge into t using u on t.id = u.id when matched and u.x then update set a = 1 when matched then update set b = 1 when not matched then insert values (1)")).toEqual([[["a", false, "a"]], [["b", false, "b"]]]);
  expect(readOne("update t set a = u.a from u", "write").joins).toBe(true);
  expect(readOne("update t set a = 1", "write").joins).toBe(false);
  expect(readOne("delete from t using u", "write").joins).toBe(true);
});
