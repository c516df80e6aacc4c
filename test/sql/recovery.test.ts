import { beforeAll, describe, expect, test } from "vitest";
import { SqlDocument } from "../../server/src/sql/document";
import type { SqlParser } from "../../server/src/sql/parser";
import { breakages, survival } from "./breakage";
import { sqlFiles } from "./corpus";
import { testParser } from "./parsers";

let parser: SqlParser;
beforeAll(async () => {
  parser = await testParser();
});

/** Each statement: its first line, ✗ for what could not be read. */
function read(text: string): string[] {
  return new SqlDocument("a.sql", text, parser).statements.map(({ parsed }) => (parsed.node === null ? "✗ " : "") + parsed.text.split("\n", 1)[0]!);
}

function problems(text: string): [string, string][] {
  const document = new SqlDocument("a.sql", text, parser);
  return document.problems.map(({ problem, range }) => [problem.message, text.slice(range.start, range.end)]);
}

test("a missing ; leaves both statements read, and is reported where Postgres stops", () => {
  const text = "create table a (id int)\n\n-- b\ncreate table b (id int)\ncreate table c (id int);\nselect 1;";
  expect(read(text)).toEqual(["create table a (id int)", "create table b (id int)", "create table c (id int)", "select 1"]);
  expect(problems(text)).toEqual([
    ['syntax error at or near "create"', "create"],
    ['syntax error at or near "create"', "create"],
  ]);
});

test.each<[string, string[]]>([
  ["create table a (id int;\ncreate table b (id int);", ["✗ create table a (id int", "create table b (id int)"]],
  ["create table a (id int default 'x);\ncreate table b (id int default 'y');\nselect 1;", ["✗ create table a (id int default 'x);", "create table b (id int default 'y')", "select 1"]],
  ["/* a\ncreate table b (id int);\nselect 1;", ["✗ /* a", "create table b (id int)", "select 1"]],
  ['alter table "a add b int;\n  create table "c" (id int);', ['✗ alter table "a add b int;', 'create table "c" (id int)']],
  ["create tabel a ();\ncreate table b (id int;\ngarbage in;\ncreate table c (id int);", ["✗ create tabel a ()", "✗ create table b (id int;", "create table c (id int)"]],
  ["create tabel a (\ncreate table b (;\ninsert into;\ncreate table c (id int);", ["✗ create tabel a (", "✗ insert into", "create table c (id int)"]],
  ["update t\nset a = ;\nselect 1;", ["✗ update t", "select 1"]],
  ["alter table t\n  add column a int\n  set x = 1;", ["✗ alter table t"]],
])("%j", (text, expected) => expect(read(text)).toEqual(expected));

describe("a routine's body is not the file's", () => {
  const open = "create function f() returns trigger language plpgsql as $$\nbegin\n  update t set a = 1;\n  delete from u;\nend;\n";
  test("its end missing, at the end of the file", () => {
    expect(read(open)).toEqual(["✗ create function f() returns trigger language plpgsql as $$"]);
  });
  test("its end missing, before other routines", () => {
    const next = "create function g() returns int language sql as $$\nselect 1;\n$$;\ncreate table b (id int);\n";
    expect(read(open + next)).toEqual(["✗ create function f() returns trigger language plpgsql as $$", "create function g() returns int language sql as $$", "create table b (id int)"]);
  });
  test("its head broken, its body whole", () => {
    const text = "create function f() retruns int language plpgsql as $$\nbegin\n  update t set a = 1;\ncreate table x (id int);\nend $$;\nselect 1;";
    expect(read(text)).toEqual(["✗ create function f() retruns int language plpgsql as $$", "select 1"]);
  });
  test("BEGIN ATOMIC without END", () => {
    expect(read("create function f() returns int begin atomic\n  update t set a = 1;\n  select 1;\ncreate table b (id int);")).toEqual([
      "✗ create function f() returns int begin atomic",
      "create table b (id int)",
    ]);
  });
});

describe("templates", () => {
  test.each<[string, string | null]>([
    ["select * from {{ ref('a') }};", "{{"],
    ["create table ${schema}.t (a int);", "${"],
    ["<% if x %>\nselect 1;", "<%"],
    ["{% for a in b %}\nselect 1;\n{% endfor %}", "{%"],
    ["select @extschema@.f();", "@extschema@"],
    ["select '{{ x }}', $${{ y }}$$, a <% b; -- {{ z }}", null],
    ["select jsonb_path_query(a, '${x}');", null],
    ["select '{{ x }}' from from;", null],
    ["select a <%b from from", null],
  ])("%j", (text, expected) => {
    const { templated } = new SqlDocument("a.sql", text, parser);
    expect(templated === null ? null : text.slice(templated.start, templated.end)).toBe(expected);
  });
});

// facts/parsing.md: the share of untouched statements that are still read right after one edit.
test.each(breakages)("after a slip of the hand (%s) the rest of a file is read", (breakage) => {
  const texts = sqlFiles().map(({ text }) => text);
  const { untouched, read: still } = survival(texts, breakage, 12, parser);
  expect(untouched).toBeGreaterThan(100);
  expect(still / untouched).toBeGreaterThan(0.97);
});

test("identity: what an edit breaks takes nothing else away", () => {
  const text = Array.from({ length: 50 }, (_, i) => `create table t${i} (id int, name text default 'x');\n`).join("");
  const document = new SqlDocument("a.sql", text, parser);
  const before = document.statements;
  for (const slip of ["'", '"', "(", "/*", "$$"]) {
    const at = text.indexOf("name", text.indexOf("t20 "));
    const { removed, added } = document.update(text.slice(0, at) + slip + text.slice(at));
    expect([removed.length, added.length], slip).toEqual([1, 1]);
    expect(document.statements.filter((statement, i) => statement === before[i])).toHaveLength(49);
    document.update(text);
    expect(document.statements.filter((statement, i) => statement === before[i])).toHaveLength(49);
  }
});
