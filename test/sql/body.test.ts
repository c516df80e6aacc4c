import { beforeAll, describe, expect, test } from "vitest";
import type { SqlParser } from "../../server/src/sql/parser";
import { grammarVersions, type Body } from "../../server/src/sql/statement";
import { testParser } from "./parsers";

let parser: SqlParser;
beforeAll(async () => {
  parser = await testParser();
});

function bodyOf(text: string): Body {
  const parsed = parser.parse(text);
  expect(parsed.problem).toBeNull();
  expect(parsed.body).not.toBeNull();
  const body = parsed.body!;
  for (const { start, parsed: inner } of body.statements) {
    // At its place stand its first and its last word, whatever has been blanked or resolved in between.
    expect(text.slice(start, start + inner.text.length).length).toBe(inner.text.length);
    expect(inner.problem, inner.text).toBeNull();
  }
  return body;
}

/** Each statement: its text in the source, and ? for conditional, ! for guarded. */
function embedded(text: string): string[] {
  return bodyOf(text).statements.map(({ start, parsed, conditional, guarded }) => {
    return `${conditional ? "?" : ""}${guarded ? "!" : ""}${text.slice(start, start + parsed.text.length).replace(/\s+/g, " ")}`;
  });
}

function plpgsql(body: string): string[] {
  return embedded(`DO $$${body}$$`);
}

function dynamic(text: string): string[] {
  return bodyOf(text).dynamic.map(({ start, end }) => text.slice(start, end));
}

test("a statement without a body has none", () => {
  expect(parser.parse("select 1").body).toBeNull();
  expect(parser.parse("create function f() returns int language c as 'a', 'b'").body).toBeNull();
  expect(parser.parse("create function f() returns int language plpython3u as 'return 1'").body).toBeNull();
});

describe("language sql", () => {
  test("a dollar-quoted body", () => {
    expect(embedded("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $x$ UPDATE t SET a = 1; -- c\n SELECT 2 $x$")).toEqual(["UPDATE t SET a = 1", "SELECT 2"]);
  });
  test("AS before LANGUAGE, in any case, quoted", () => {
    expect(embedded("create or replace procedure p() as 'delete from t' language 'SQL'")).toEqual(["delete from t"]);
  });
  test("escaped quotes keep every token at its place", () => {
    const text = "create function f() returns int language sql as 'select ''it''''s'' as a, b from t; delete from u where c = '''' and d'";
    const { statements } = bodyOf(text);
    expect(statements.map(({ start, parsed }) => [start, parsed.text])).toEqual([
      [text.indexOf("select"), "select 'it''s'     as a, b from t"],
      [text.indexOf("delete"), "delete from u where c = ''   and d"],
    ]);
  });
  test("E'' with a line's end and a comment", () => {
    const text = String.raw`create function f() returns int language sql as E'select 1 -- it\'s\n; select \'a\', 2'`;
    expect(bodyOf(text).statements.map(({ start, parsed }) => [start, parsed.text])).toEqual([
      [text.indexOf("select 1"), "select 1"],
      [text.lastIndexOf("select"), "select 'a'  , 2"],
    ]);
  });
  test("a body in character codes is not read", () => {
    expect(dynamic(String.raw`create function f() returns int language sql as E'select \x31'`)).toEqual([String.raw`E'select \x31'`]);
  });
  test.each(grammarVersions)("BEGIN ATOMIC in %i", async (version) => {
    const text = "create function f(a int) returns int begin atomic insert into t values (case when a > 1 then 1 else 2 end); return a; end";
    const { body } = (await testParser(version)).parse(text);
    expect(body?.statements.map(({ start, parsed }) => [parsed.problem, text.slice(start, start + parsed.text.length)])).toEqual([
      [null, "insert into t values (case when a > 1 then 1 else 2 end)"],
      [null, "return a"],
    ]);
  });
  test("RETURN", () => {
    expect(embedded("create function f(a int) returns int return (select max(b) from t)")).toEqual(["return (select max(b) from t)"]);
  });
});

describe("plpgsql", () => {
  test("plain statements", () => {
    expect(plpgsql("BEGIN UPDATE t SET a = 1; ALTER TABLE t ADD b int; CALL p(1); COMMIT; END")).toEqual([
      "UPDATE t SET a = 1",
      "ALTER TABLE t ADD b int",
      "CALL p(1)",
      "COMMIT",
    ]);
  });
  test("assignments and own statements are left out", () => {
    expect(
      plpgsql("DECLARE a int := 1; comment text; BEGIN a := 2; a = 3; comment := 'x'; r.b[1] := 2; NULL; RAISE NOTICE 'x %', a; GET DIAGNOSTICS a = ROW_COUNT; RETURN; END"),
    ).toEqual([]);
  });
  test("PERFORM is a SELECT of the same length", () => {
    const { statements } = bodyOf("DO $$BEGIN PERFORM f(1) FROM t; END$$");
    expect(statements[0]?.parsed.text).toBe("select  f(1) FROM t");
    expect(statements[0]?.parsed.node).toHaveProperty("SelectStmt");
  });
  test("INTO and its targets are blank", () => {
    const { statements } = bodyOf("DO $$BEGIN SELECT a, b INTO STRICT x, r.y[1], z FROM t; INSERT INTO t VALUES (1) RETURNING id INTO x; END$$");
    expect(statements.map(({ parsed }) => parsed.text)).toEqual(["SELECT a, b                          FROM t", "INSERT INTO t VALUES (1) RETURNING id"]);
  });
  test("IF, ELSIF, ELSE", () => {
    expect(plpgsql("BEGIN IF NOT EXISTS (SELECT 1 FROM u) AND (CASE WHEN a THEN b END) THEN DELETE FROM a; ELSIF x THEN DELETE FROM b; ELSE DELETE FROM c; END IF; DELETE FROM d; END")).toEqual([
      "?DELETE FROM a",
      "?DELETE FROM b",
      "?DELETE FROM c",
      "DELETE FROM d",
    ]);
  });
  test("CASE", () => {
    expect(plpgsql("BEGIN CASE a WHEN 1, 2 THEN DELETE FROM a; WHEN 3 THEN NULL; ELSE DELETE FROM b; END CASE; CASE WHEN a THEN DELETE FROM c; END CASE; DELETE FROM d; END")).toEqual([
      "?DELETE FROM a",
      "?DELETE FROM b",
      "?DELETE FROM c",
      "DELETE FROM d",
    ]);
  });
  test("loops, and the query that one runs over", () => {
    expect(
      plpgsql("<<l>> BEGIN FOR r IN SELECT a FROM t LOOP DELETE FROM a; END LOOP; FOR i IN 1..10 LOOP DELETE FROM b; END LOOP; WHILE x LOOP DELETE FROM c; EXIT l WHEN y; END LOOP l; FOREACH x IN ARRAY y LOOP DELETE FROM d; END LOOP; LOOP DELETE FROM e; EXIT; END LOOP; DELETE FROM f; END"),
    ).toEqual(["SELECT a FROM t", "?DELETE FROM a", "?DELETE FROM b", "?DELETE FROM c", "?DELETE FROM d", "?DELETE FROM e", "DELETE FROM f"]);
  });
  test("cursors", () => {
    expect(plpgsql("DECLARE c CURSOR (k int) FOR SELECT a FROM t WHERE b IS NULL FOR UPDATE; d NO SCROLL CURSOR IS SELECT 1; BEGIN OPEN e FOR SELECT 2; OPEN c(1); FETCH c INTO x; CLOSE c; END")).toEqual([
      "SELECT a FROM t WHERE b IS NULL FOR UPDATE",
      "SELECT 1",
      "SELECT 2",
    ]);
  });
  test("RETURN QUERY", () => {
    expect(embedded("create function f() returns setof int language plpgsql as $$ begin return query select 1; return query values (1); return next 1; return 2; end $$")).toEqual([
      "select 1",
      "values (1)",
    ]);
  });
  test("an exception clause guards its block, and its handlers are conditional", () => {
    expect(plpgsql("BEGIN DELETE FROM a; BEGIN DELETE FROM b; IF x THEN DELETE FROM c; END IF; EXCEPTION WHEN unique_violation OR others THEN DELETE FROM d; END; DELETE FROM e; END")).toEqual([
      "DELETE FROM a",
      "!DELETE FROM b",
      "?!DELETE FROM c",
      "?DELETE FROM d",
      "DELETE FROM e",
    ]);
  });
  test("EXECUTE of a constant is read", () => {
    const text = "DO $$BEGIN EXECUTE 'create index i on t (a); drop table u' ; EXECUTE 'delete from t where a = $1' USING x; EXECUTE 'select ''a'' as b' INTO y; END$$";
    expect(embedded(text)).toEqual(["create index i on t (a)", "drop table u", "delete from t where a = $1", "select ''a'' as b"]);
    expect(dynamic(text)).toEqual([]);
  });
  test("EXECUTE of anything else is dynamic", () => {
    expect(
      dynamic("DO $$BEGIN EXECUTE format('drop table %I', x); EXECUTE 'drop ' || x USING 1; FOR r IN EXECUTE q LOOP NULL; END LOOP; RETURN QUERY EXECUTE q; OPEN c FOR EXECUTE q; END$$"),
    ).toEqual(["EXECUTE format('drop table %I', x)", "EXECUTE 'drop ' || x USING 1", "EXECUTE q", "EXECUTE q", "EXECUTE q"]);
  });
  test("broken bodies end", () => {
    for (const body of ["", "BEGIN", "END END END;", "IF", "FOR", "CASE", "BEGIN SELECT 1 INTO", "EXCEPTION WHEN", "<<", "DECLARE c CURSOR FOR", "BEGIN EXECUTE; END", "BEGIN IF a THEN"]) {
      expect(parser.parse(`DO $$${body}$$`).body).not.toBeNull();
    }
  });
});
