import { describe, expect, test } from "vitest";
import { expectRanges, readOne, slice } from "./read";

describe("create", () => {
  test("function", () => {
    const sql = `create or replace function s.f(a int, inout b s.kind, out c text, variadic d varchar(5)[] default '{}')
      returns setof record language plpgsql stable security definer set search_path = '', "Ä" set work_mem to '1MB' set x from current as $$ begin drop table t; end $$`;
    const change = readOne(sql, "createFunction");
    expect(change).toMatchObject({
      kind: "function",
      name: { schema: "s", name: "f" },
      arguments: ["integer", "s.kind", "character varying[]"],
      returns: "SETOF record",
      replace: true,
      language: "plpgsql",
      volatility: "stable",
      securityDefiner: true,
      settings: [
        { name: "search_path", value: '"", "Ä"' },
        { name: "work_mem", value: "1MB" },
        { name: "x", value: "FROM CURRENT" },
      ],
      definition: { text: sql },
    });
    expect(change.definition.names.map(({ range }) => slice(sql, range))).toEqual(["s.f", "s.kind"]);
  });

  test.each([
    ["create function f() returns trigger language plpgsql as ''", { arguments: [], returns: "trigger", volatility: "volatile", securityDefiner: false, settings: [], replace: false }],
    ["create function f() returns table (a int, \"B\" s.t) language SQL immutable as ''", { returns: 'TABLE(a integer, "B" s.t)', language: "sql", volatility: "immutable" }],
    ["create function f(a int, out b int) language sql security invoker as ''", { arguments: ["integer"], returns: null, securityDefiner: false }],
    ["create function f(t.a%type) returns t.a%type language sql as ''", { arguments: ["t.a%TYPE"], returns: "t.a%TYPE" }],
    ["create function f() returns int return 1", { language: "sql" }],
    ["create procedure s.p(a int) language sql as ''", { kind: "procedure", name: { schema: "s", name: "p" }, arguments: ["integer"], returns: null }],
    ["create aggregate s.a(int order by text) (sfunc = s.f, stype = s.t)", { kind: "aggregate", name: { schema: "s", name: "a" }, arguments: ["integer", "text"] }],
    ["create or replace aggregate a(*) (sfunc = f, stype = int)", { kind: "aggregate", replace: true, arguments: [] }],
    ["create aggregate a (basetype = int, sfunc = f, stype = int)", { kind: "aggregate", arguments: ["integer"] }],
  ])("%s", (sql, expected) => {
    expect(readOne(sql, "createFunction")).toMatchObject(expected);
  });

  test("a body in SQL's own syntax names objects", () => {
    const sql = "create function f() returns setof t begin atomic select a from s.u; end";
    const { definition } = readOne(sql, "createFunction");
    expect(definition.names.map(({ range, refers }) => [slice(sql, range), refers.kind])).toEqual([
      ["f", "function"],
      ["t", "type"],
      ["a", "column"],
      ["s.u", "relation"],
    ]);
  });
});

test.each([
  ["alter function s.f(int) stable security definer", { name: { schema: "s", name: "f", arguments: ["integer"] }, volatility: "stable", securityDefiner: true, set: [], reset: [] }],
  ["alter function f set search_path to a, \"B\" reset work_mem", { name: { arguments: null }, volatility: null, securityDefiner: null, set: [{ name: "search_path", value: 'a, "B"' }], reset: ["work_mem"] }],
  ["alter procedure p() reset all", { reset: "all" }],
  ["alter routine r() set x to default", { set: [], reset: ["x"] }],
  ["alter function f() security invoker", { securityDefiner: false }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "alterFunction")).toMatchObject(expected);
});

describe("triggers", () => {
  test("ranges", () => {
    expectRanges(
      `
create or replace trigger "ä" before update of a, "B" or delete on s.t for each row when (new.a > old.b) execute function s.f('on')
                          ^-^
                                                                   ^-^
                                                                                                                          ^-^
`,
      "createTrigger",
      (change) => [change.name.range, change.table.range, change.function.range],
    );
  });

  test("of all kinds", () => {
    const sql = `create constraint trigger x after insert or update of a, "B" on s.t from s.u deferrable initially deferred for each row when (new.a is distinct from old.c) execute function s.f()`;
    const change = readOne(sql, "createTrigger");
    expect(change).toMatchObject({
      name: { name: "x" },
      table: { schema: "s", name: "t" },
      function: { schema: "s", name: "f" },
      replace: false,
      trigger: {
        timing: "after",
        events: ["insert", "update"],
        updateOf: ["a", "B"],
        level: "row",
        constraint: true,
        when: { text: "new.a is distinct from old.c", columns: ["a", "c"] },
        definition: { text: sql },
      },
    });
    expect(change.trigger.definition.names.map(({ range, refers }) => [slice(sql, range), refers.kind])).toEqual([
      ["a", "column"],
      ['"B"', "column"],
      ["s.t", "relation"],
      ["s.u", "relation"],
      ["s.f", "function"],
    ]);
    expect(readOne("create trigger x instead of update of a on v for each row execute procedure f()", "createTrigger").trigger).toMatchObject({ timing: "instead of", updateOf: ["a"], level: "row", when: null });
    expect(readOne("create trigger x before truncate or delete on t execute function f()", "createTrigger").trigger).toMatchObject({ timing: "before", events: ["delete", "truncate"], level: "statement", constraint: false });
  });
});
