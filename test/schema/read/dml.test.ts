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
