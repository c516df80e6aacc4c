import { beforeAll, describe, expect, test } from "vitest";
import { SqlDocument } from "../../server/src/sql/document";
import { explainableAt, explainablesOf, type Explainable } from "../../server/src/sql/explainable";
import { placeholdersIn } from "../../server/src/sql/parameters";
import { grammarVersions } from "../../server/src/sql/statement";
import { testParser } from "./parsers";

let parser: Awaited<ReturnType<typeof testParser>>;
beforeAll(async () => {
  parser = await testParser();
});

const all = (text: string): readonly Explainable[] => explainablesOf(new SqlDocument("/q.sql", text, parser));
function one(text: string): Explainable {
  const found = all(text);
  expect(found, text).toHaveLength(1);
  return found[0]!;
}

describe("what EXPLAIN takes", () => {
  test.each([
    ["SELECT 1", "SELECT"],
    ["(SELECT 1) UNION SELECT 2", "SELECT"],
    ["TABLE t", "SELECT"],
    ["VALUES (1), (2)", "VALUES"],
    ["INSERT INTO t VALUES (1)", "INSERT"],
    ["UPDATE t SET a = 1", "UPDATE"],
    ["DELETE FROM t", "DELETE"],
    ["MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", "MERGE"],
    ["CREATE TABLE t AS SELECT 1", "CREATE TABLE AS"],
    ["SELECT 1 INTO t", "SELECT INTO"],
    ["CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW"],
    ["REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW"],
    ["EXECUTE q(1)", "EXECUTE"],
    ["DECLARE c CURSOR FOR SELECT 1", "DECLARE"],
  ])("%s", (text, command) => {
    expect(one(text)).toMatchObject({ command, sql: text });
  });
  test.each(["CALL p()", "DO $$ BEGIN END $$", "COPY t TO STDOUT", "CREATE INDEX ON t (a)", "CREATE TABLE t (a int)", "PREPARE q AS SELECT 1", "CREATE VIEW v AS SELECT 1", "selec 1", "SET a = 1", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'"])("not %s", (text) => {
    expect(all(text)).toEqual([]);
  });
  test.each([
    ["EXPLAIN SELECT 1", "SELECT 1"],
    ["explain analyze verbose SELECT 1", "SELECT 1"],
    ["EXPLAIN (ANALYZE, BUFFERS off) SELECT 1", "SELECT 1"],
    ["EXPLAIN (SELECT 1)", "(SELECT 1)"],
    ["EXPLAIN ANALYZE (SELECT 1)", "(SELECT 1)"],
    ["EXPLAIN (FORMAT json) /* why */ (SELECT 1)", "(SELECT 1)"],
    ["EXPLAIN UPDATE t SET a = :x", "UPDATE t SET a = $1"],
  ])("%s is taken without its EXPLAIN", (text, sql) => {
    expect(one(text)).toMatchObject({ sql, range: { start: 0, end: text.length } });
  });
  test("in all grammars", async () => {
    for (const version of grammarVersions) {
      const document = new SqlDocument("/q.sql", "SELECT * FROM t WHERE a = :a FOR UPDATE;", await testParser(version));
      expect(explainablesOf(document)).toMatchObject([{ sql: "SELECT * FROM t WHERE a = $1 FOR UPDATE", writes: ["locks rows"] }]);
    }
  });
  test("1,000 levels deep", () => {
    expect(one(`SELECT ${"(SELECT ".repeat(900)}1${")".repeat(900)}`).command).toBe("SELECT");
  });
});

describe("what it does beside reading", () => {
  test.each<[string, readonly string[]]>([
    ["SELECT a FROM t", []],
    ["WITH x AS (SELECT 1) SELECT * FROM x", []],
    ["VALUES (random())", []],
    ["INSERT INTO t SELECT 1", ["adds rows"]],
    ["WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO old SELECT * FROM gone", ["adds rows", "deletes rows"]],
    ["WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", ["deletes rows"]],
    ["SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) y WHERE a IN (SELECT b FROM u FOR SHARE)", ["locks rows"]],
    ["SELECT * INTO t FROM u", ["makes a table"]],
    ["CREATE TABLE x AS SELECT 1", ["makes a table"]],
    ["CREATE MATERIALIZED VIEW x AS SELECT 1", ["makes a materialized view"]],
    ["SELECT nextval('s')", ["advances a sequence"]],
    ["SELECT mine.nextval('s')", []],
    ["MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED THEN INSERT VALUES (1)", ["merges rows"]],
  ])("%s", (text, writes) => {
    expect([...one(text).writes].sort()).toEqual([...writes].sort());
  });
  test("its functions, as written", () => {
    expect(one("SELECT Upper(a), app.f(count(*)) FROM g(random())").functions).toEqual(
      expect.arrayContaining([{ schema: null, name: "upper" }, { schema: "app", name: "f" }, { schema: null, name: "count" }, { schema: null, name: "g" }, { schema: null, name: "random" }]),
    );
  });
  test("a materialized view is named as it must be written", () => {
    expect(one('REFRESH MATERIALIZED VIEW CONCURRENTLY app."Big"').refreshes).toBe('app."Big"');
  });
});

describe("parameters", () => {
  test.each<[string, string, readonly string[]]>([
    ["SELECT * FROM t WHERE a = $1 AND b = $2", "SELECT * FROM t WHERE a = $1 AND b = $2", ["$1", "$2"]],
    ["SELECT * FROM t WHERE a = $2 AND b = $1", "SELECT * FROM t WHERE a = $2 AND b = $1", ["$1", "$2"]],
    ["SELECT $3, $7", "SELECT $1, $2", ["$3", "$7"]],
    ["SELECT * FROM t WHERE a = :id AND b = :name AND c = :id", "SELECT * FROM t WHERE a = $1 AND b = $2 AND c = $1", [":id", ":name"]],
    ["SELECT :a::int, ':b', \":c\", a::text -- :d\n", "SELECT $1::int, ':b', \":c\", a::text", [":a"]],
    ["SELECT a[1:n], a[:n], a[x :n], b[f(:y):2] FROM t", "SELECT a[1:n], a[:n], a[x :n], b[f($1):2] FROM t", [":y"]],
    ["SELECT ARRAY[:a, :b], ARRAY[[:a], [:c]]", "SELECT ARRAY[$1, $2], ARRAY[[$1], [$3]]", [":a", ":b", ":c"]],
    ["SELECT :'name'", "SELECT $1", [":name"]],
    ["SELECT $$:a ${b}$$, E'\\':a', /* ${c} */ 1", "SELECT $$:a ${b}$$, E'\\':a', /* ${c} */ 1", []],
    ["SELECT * FROM t WHERE a = ${user.id} AND b = ${f({ a: '}' })}", "SELECT * FROM t WHERE a = $1 AND b = $2", ["${user.id}", "${f({ a: '}' })}"]],
    ["SELECT * FROM t LIMIT ${ n }OFFSET $1", "SELECT * FROM t LIMIT $2 OFFSET $1", ["$1", "${ n }"]],
    ["SELECT json_object('a':b) FROM t", "SELECT json_object('a':b) FROM t", []],
    ["SELECT * FROM t WHERE a = @id::int AND b > @at AND c = @id", "SELECT * FROM t WHERE a = $1::int AND b > $2 AND c = $1", ["@id", "@at"]],
    ["SELECT * FROM t WHERE a=@id AND b>=@at AND '@c' <> '' AND d <@ @tags LIMIT @n", "SELECT * FROM t WHERE a=$1 AND b>=$2 AND '@c' <> '' AND d <@ $3 LIMIT $4", ["@id", "@at", "@tags", "@n"]],
    ["SELECT a <@ b, a @> b, @ a, a @@ b FROM t", "SELECT a <@ b, a @> b, @ a, a @@ b FROM t", []],
    ["SELECT sqlc.embed(t), sqlc.embed(u) FROM t JOIN u USING (a) WHERE b = sqlc.narg('limit')::int OR c = sqlc.arg(c) OR d = @c", "SELECT t.*, u.* FROM t JOIN u USING (a) WHERE b = $1::int OR c = $2 OR d = $2", ["@limit", "@c"]],
    ["SELECT * FROM t WHERE a = ANY(sqlc.slice('ids'))", "SELECT * FROM t WHERE a = ANY($1)", ["@ids"]],
    ["SELECT sqlc.f(a), b.sqlc FROM t", "SELECT sqlc.f(a), b.sqlc FROM t", []],
    ["SELECT * FROM t WHERE a = :id! AND b != :b AND :c!= d", "SELECT * FROM t WHERE a = $1 AND b != $2 AND $3!= d", [":id", ":b", ":c"]],
    ["SELECT a -${b}", "SELECT a -$1", ["${b}"]],
  ])("%s", (text, sql, parameters) => {
    expect(one(text)).toMatchObject({ sql, parameters });
  });
  test.each(['SELECT * FROM :"table"', "SELECT * FROM ${table}", "SELECT * FROM {{ ref('t') }}"])("%s: no value can stand there", (text) => {
    expect(all(text)).toEqual([]);
  });
  test("an unclosed one is none", () => {
    expect(placeholdersIn("SELECT ${a")).toEqual([]);
  });
});

describe("in a document", () => {
  const text = [
    "CREATE TABLE t (a int);",
    "SELECT 1; SELECT 2;",
    "WITH x AS (SELECT ${a})",
    "SELECT *",
    "FROM x;",
    "",
    "UPDATE t SET a = :a",
  ].join("\n");
  const sqlAt = (offset: number): string | undefined => explainableAt(new SqlDocument("/q.sql", text, parser), offset)?.sql;

  test("all that stand in it", () => {
    expect(all(text).map(({ sql }) => sql)).toEqual(["SELECT 1", "SELECT 2", "WITH x AS (SELECT $1)\nSELECT *\nFROM x", "UPDATE t SET a = $1"]);
    expect(all(text).map(({ range }) => text.slice(range.start, range.end))).toEqual(["SELECT 1", "SELECT 2", "WITH x AS (SELECT ${a})\nSELECT *\nFROM x", "UPDATE t SET a = :a"]);
  });
  test("the one around the cursor, or beside it on its line", () => {
    expect(sqlAt(0)).toBeUndefined();
    expect(sqlAt(text.indexOf("SELECT 1"))).toBe("SELECT 1");
    expect(sqlAt(text.indexOf("SELECT 2"))).toBe("SELECT 2");
    expect(sqlAt(text.indexOf("SELECT 2") + 9)).toBe("SELECT 2");
    expect(sqlAt(text.indexOf("FROM x") + 7)).toContain("WITH");
    expect(sqlAt(text.indexOf("\n\n") + 1)).toBeUndefined();
    expect(sqlAt(text.length)).toContain("UPDATE");
  });
  test("an EXECUTE has its PREPARE, and does what that does", () => {
    expect(one("PREPARE q (int) AS DELETE FROM t WHERE a = $1;\nEXECUTE q(1);")).toMatchObject({ command: "EXECUTE", prepare: { sql: "PREPARE q (int) AS DELETE FROM t WHERE a = $1", name: "q" }, writes: ["deletes rows"], parameters: [] });
    expect(one('PREPARE "A b" AS SELECT 1;\nEXECUTE /* now */ "A b"').prepare).toEqual({ sql: 'PREPARE "A b" AS SELECT 1', name: '"A b"' });
    expect(one("EXECUTE q(1)").prepare).toBeNull();
  });
});
