import { describe, expect, test } from "vitest";
import { readChanges } from "../../../server/src/schema/read/index";
import { testParser } from "../../sql/parsers";
import { expectRanges, read, readOne, slice } from "./read";

describe("objects that are kept to be printed again", () => {
  test.each([
    ["create publication p for table t, s.u where (a > 1)", "publication", null, "p"],
    ["alter publication p add table v", "publication", null, "p"],
    ["create subscription s connection 'x' publication p", "subscription", null, "s"],
    ["alter subscription s disable", "subscription", null, "s"],
    ["create statistics if not exists s.st (ndistinct) on a, b from s.t", "statistics", "s", "st"],
    ["alter statistics s.st set statistics 5", "statistics", "s", "st"],
    ["create event trigger e on ddl_command_end execute function s.f()", "event trigger", null, "e"],
    ["alter event trigger e disable", "event trigger", null, "e"],
    ["create cast (int as s.t) with function s.f(int) as implicit", "cast", null, "(integer AS s.t)"],
    ["create operator s.=== (leftarg = int, rightarg = s.t, function = s.f)", "operator", "s", "==="],
    ["alter operator s.=== (int, s.t) set (restrict = none)", "operator", "s", "==="],
    ["create operator class s.c default for type int using btree as operator 1 <", "operator class", "s", "c"],
    ["create operator family s.f using btree", "operator family", "s", "f"],
    ["alter operator family s.f using btree add operator 1 < (int, int)", "operator family", "s", "f"],
    ["create text search configuration s.c (copy = simple)", "text search configuration", "s", "c"],
    ["alter text search configuration s.c add mapping for word with simple", "text search configuration", "s", "c"],
    ["create text search dictionary d (template = simple)", "text search dictionary", null, "d"],
    ["alter text search dictionary d (stopwords = 'x')", "text search dictionary", null, "d"],
    ["create foreign data wrapper w handler s.f", "foreign data wrapper", null, "w"],
    ["alter foreign data wrapper w options (a 'b')", "foreign data wrapper", null, "w"],
    ["create server if not exists s foreign data wrapper w", "server", null, "s"],
    ["alter server s version '2'", "server", null, "s"],
    ["create user mapping if not exists for bob server s", "user mapping", null, "FOR bob SERVER s"],
    ["alter user mapping for bob server s options (a 'b')", "user mapping", null, "FOR bob SERVER s"],
    ["create collation if not exists s.c (locale = 'de')", "collation", "s", "c"],
    ["create default conversion s.c for 'LATIN1' to 'UTF8' from f", "conversion", "s", "c"],
    ["create access method m type index handler f", "access method", null, "m"],
    ["create or replace trusted procedural language l handler f", "language", null, "l"],
    ["create transform for s.t language l (from sql with function f(internal))", "transform", null, "FOR s.t LANGUAGE l"],
    ["create type s.shell", "type", "s", "shell"],
    ["create type s.base (input = f, output = g)", "type", "s", "base"],
    ["alter type s.base set (storage = plain)", "type", "s", "base"],
    ["create or replace rule r as on insert to s.t do instead insert into s.u values (new.a)", "rule", null, "r"],
  ])("%s", (sql, type, schema, name) => {
    const change = readOne(sql, "other");
    expect(change).toMatchObject({ type, name: { schema, name }, definition: { text: sql } });
  });

  test("with their table and names", () => {
    const rule = readOne("create rule r as on update to s.t where new.a > 1 do also insert into s.u values (new.a)", "other");
    expect(rule.on).toMatchObject({ schema: "s", name: "t" });
    expect(rule.definition.names.map(({ range }) => slice(rule.definition.text, range))).toEqual(["s.t", "s.u"]);
    expect(readOne("create statistics s.st on a, b from s.t", "other").on).toMatchObject({ schema: "s", name: "t" });
    expect(readOne("create statistics on a, b from t", "other", 16)).toMatchObject({ name: { name: "" }, on: { name: "t" } });
    expect(readOne("create publication p for all tables", "other").on).toBeNull();
    const operator = readOne("create operator s.=== (leftarg = int, rightarg = s.t, function = s.f)", "other").definition;
    expect(operator.names.map(({ range, refers }) => [slice(operator.text, range), refers.kind])).toEqual([
      ["s.t", "type"],
      ["s.f", "function"],
    ]);
  });
});

describe("schemas and extensions", () => {
  test("an element of CREATE SCHEMA is a change of its own, in that schema", () => {
    const sql = `create schema "É" authorization bob
      create table t (a int primary key) grant create, usage on schema x to y create index i on t (a) create view v as select a from t create sequence other.q
      create trigger g before insert on t execute function f()`;
    const changes = read(sql).map(({ change }) => change);
    expect(changes).toMatchObject([
      { change: "createSchema", name: { name: "É" }, ifNotExists: false },
      { change: "createTable", name: { schema: "É", name: "t" } },
      { change: "grant" },
      { change: "createIndex", table: { schema: "É", name: "t" } },
      { change: "createView", name: { schema: "É", name: "v" }, definition: { text: "select a from t" } },
      { change: "createSequence", name: { schema: "other", name: "q" } },
      { change: "createTrigger", table: { schema: "É", name: "t" } },
    ]);
    expect(slice(sql, changes[1]!.range)).toBe("create table t (a int primary key)");
    expect(slice(sql, changes[2]!.range)).toBe("grant create, usage on schema x to y");
  });

  test("names", () => {
    expectRanges('create schema if not exists "s t"\n                            ^---^', "createSchema", ({ name }) => [name.range]);
    expectRanges("create schema authorization bob\n                            ^-^", "createSchema", ({ name }) => [name.range]);
    expect(readOne("create schema authorization bob", "createSchema")).toMatchObject({ name: { name: "bob" } });
    expectRanges('create extension if not exists "uuid-ossp" with schema ext version \'1.1\' cascade\n                               ^---------^', "createExtension", ({ name }) => [name.range]);
    expect(readOne("create extension if not exists e with schema ext version '1.1'", "createExtension")).toMatchObject({ name: { name: "e" }, schema: "ext", version: "1.1", ifNotExists: true });
    expect(readOne("create extension e", "createExtension")).toMatchObject({ schema: null, version: null, ifNotExists: false });
  });
});

test.each([
  ["select 1", "select"],
  ["values (1)", "select"],
  ["checkpoint", "check point"],
  ["call p()", "call"],
  ["copy t to stdout", "copy"],
  ["show all", "variable show"],
  ["security label on table t is 'x'", "sec label"],
  ["alter table all in tablespace a set tablespace b", "alter table move all"],
  ["alter function f() depends on extension e", "alter object depends"],
  ["alter extension e update", "alter extension"],
  ["alter system set a = 1", "alter system"],
  ["alter database d set a = 1", "alter database set"],
  ["alter role r set a = 1", "alter role set"],
  ["create database d", "createdb"],
  ["notify x", "notify"],
  ["prepare p as select 1", "prepare"],
  ["execute p", "execute"],
  ["declare c cursor for select 1", "declare cursor"],
  ["set constraints all deferred", "constraints set"],
])("%s leaves the schema as it is", (sql, command) => {
  expect(readOne(sql, "none").command).toBe(command);
});

describe("what is not known", () => {
  test("is unread", () => {
    expect(readOne("import foreign schema a from server s into b", "unread").names).toEqual([]);
  });

  test("names the objects that its words tell", async () => {
    const sql = 'alter table if exists only "Ä".t, u add colum x int references s.v on delete cascade; update set w';
    const parsed = (await testParser(18)).parse(sql);
    expect(parsed.problem).not.toBeNull();
    const [{ change }] = readChanges(parsed) as [ReturnType<typeof readChanges>[number]];
    if (change.change !== "unread") throw new Error(change.change);
    expect(change.names.map(({ schema, name, range }) => [schema, name, slice(sql, range)])).toEqual([
      ["Ä", "t", '"Ä".t'],
      [null, "u", "u"],
      ["s", "v", "s.v"],
    ]);
  });
});
