import { expect, test } from "vitest";
import { expectRanges, read, readOne } from "./read";

test("ranges", () => {
  expectRanges('grant select ("a b"), update on "Ä".t, u to bob\n                                ^---^\n                                       ^', "grant", ({ target }) =>
    target.on === "relation" ? target.names.map(({ range }) => range) : [],
  );
  expectRanges("revoke all on function s.f(int), g from bob\n                       ^-^\n                                 ^", "grant", ({ target }) => (target.on === "function" ? target.names.map(({ range }) => range) : []));
  expectRanges('grant usage on foreign data wrapper w, "V" to bob\n                                    ^\n                                       ^-^', "grant", ({ target }) =>
    target.on === "other" ? target.names.map(({ range }) => range) : [],
  );
});

test.each([
  ["grant select (a, b), update on table s.t, u to public, \"Bob\" with grant option", {
    target: { on: "relation", names: [{ schema: "s", name: "t" }, { schema: null, name: "u" }] },
    grants: [
      { privilege: "select", columns: ["a", "b"], grantee: "public", grantable: true },
      { privilege: "update", columns: [], grantee: "public", grantable: true },
      { privilege: "select", columns: ["a", "b"], grantee: "Bob", grantable: true },
      { privilege: "update", columns: [], grantee: "Bob", grantable: true },
    ],
    revoke: false,
    grantOptionOnly: false,
  }],
  ["grant all on t to bob", { grants: [{ privilege: "all", columns: [], grantee: "bob", grantable: false }] }],
  ["grant all privileges (a) on t to bob", { grants: [{ privilege: "all", columns: ["a"] }] }],
  ["revoke insert on t from bob cascade", { revoke: true, grantOptionOnly: false }],
  ["revoke grant option for insert on t from bob", { revoke: true, grantOptionOnly: true }],
  ["grant usage on sequence s.q to bob", { target: { on: "sequence", names: [{ schema: "s", name: "q" }] } }],
  ["grant usage on schema a, b to bob", { target: { on: "schema", names: [{ schema: null, name: "a" }, { name: "b" }] } }],
  ["grant usage on type s.t to bob", { target: { on: "type", names: [{ schema: "s", name: "t" }] } }],
  ["grant usage on domain d to bob", { target: { on: "type", names: [{ name: "d" }] } }],
  ["grant execute on function s.f(int, out b text), g to current_user", { target: { on: "function", names: [{ schema: "s", name: "f", arguments: ["integer"] }, { name: "g", arguments: null }] }, grants: [{ grantee: "current_user" }] }],
  ["grant execute on procedure p() to bob", { target: { on: "function", names: [{ name: "p", arguments: [] }] } }],
  ["grant select on all tables in schema a, b to bob", { target: { on: "all in schema", objects: "tables", schemas: ["a", "b"] } }],
  ["grant usage on all sequences in schema a to bob", { target: { on: "all in schema", objects: "sequences" } }],
  ["revoke execute on all routines in schema a from public", { target: { on: "all in schema", objects: "functions" }, grants: [{ grantee: "public" }] }],
  ["grant connect on database d to bob", { target: { on: "other", names: [{ name: "d" }] } }],
  ["grant set on parameter a.b to bob", { target: { on: "other", names: [{ schema: null, name: "a.b" }] } }],
  ["grant select on large object 12 to bob", { target: { on: "other", names: [{ name: "12" }] } }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "grant")).toMatchObject(expected);
});

test.each([
  ["grant a, b to c, current_user", { roles: ["a", "b"], members: ["c", "current_user"], revoke: false }],
  ["grant a to c with admin option", { roles: ["a"], revoke: false, options: { admin: true } }],
  ["revoke admin option for a from c", { roles: ["a"], revoke: true, options: { admin: false } }],
  ["revoke a from c", { roles: ["a"], members: ["c"], revoke: true }],
  ["alter group g add user a, b", { roles: ["g"], members: ["a", "b"], revoke: false }],
  ["alter group g drop user a", { roles: ["g"], members: ["a"], revoke: true }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "grantRole")).toMatchObject(expected);
});

test.each([
  ["alter default privileges for role a, b in schema s, u grant select, insert on tables to c with grant option", {
    roles: ["a", "b"],
    schemas: ["s", "u"],
    objects: "tables",
    grants: [{ privilege: "select", grantee: "c", grantable: true }, { privilege: "insert", grantee: "c" }],
    revoke: false,
  }],
  ["alter default privileges revoke all on functions from public", { roles: [], schemas: [], objects: "functions", grants: [{ privilege: "all", grantee: "public" }], revoke: true }],
  ["alter default privileges grant usage on schemas to a", { objects: "schemas" }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "defaultPrivileges")).toMatchObject(expected);
});

test("roles", () => {
  expect(readOne("create role r nologin createdb password 'secret' connection limit 3", "createRole")).toMatchObject({
    name: "r",
    options: [
      { name: "login", value: "false" },
      { name: "createdb", value: "true" },
      { name: "password", value: "" },
      { name: "connection limit", value: "3" },
    ],
  });
  expect(read('create role r in role a, "B, c" user d admin e').map(({ change }) => change)).toMatchObject([
    { change: "createRole", name: "r", options: [] },
    { change: "grantRole", roles: ["a", "B, c"], members: ["r"], options: {} },
    { change: "grantRole", roles: ["r"], members: ["d"], options: {} },
    { change: "grantRole", roles: ["r"], members: ["e"], options: { admin: true } },
  ]);
  expect(readOne("create user u", "createRole").options).toEqual([{ name: "login", value: "true" }]);
  expect(readOne("create user u nologin", "createRole").options).toEqual([{ name: "login", value: "false" }]);
  expect(readOne("alter role r with superuser bypassrls", "alterRole")).toMatchObject({ name: "r", options: [{ name: "superuser", value: "true" }, { name: "bypassrls", value: "true" }] });
});

test("memberships from 16 on, and owners", () => {
  expect(readOne("grant a to c with inherit false, set true", "grantRole", 16)).toMatchObject({ options: { inherit: false, set: true } });
  expect(readOne("revoke inherit option for a from c", "grantRole", 16)).toMatchObject({ revoke: true, options: { inherit: false } });
  expectRanges("alter function s.f(int) owner to bob\n               ^-^", "setOwner", ({ name }) => [name.range]);
  expect(readOne("alter function s.f(int) owner to bob", "setOwner")).toMatchObject({ kind: "function", name: { schema: "s", name: "f", arguments: ["integer"] }, owner: "bob" });
  expect(readOne("alter schema s owner to current_user", "setOwner")).toMatchObject({ kind: "schema", name: { name: "s" }, owner: "current_user" });
  expect(readOne('reassign owned by a, "B" to c', "reassignOwned")).toMatchObject({ roles: ["a", "B"], owner: "c" });
  expect(readOne("drop owned by a, b cascade", "dropOwned")).toMatchObject({ roles: ["a", "b"] });
  expect(readOne("create schema s authorization bob", "createSchema")).toMatchObject({ name: { name: "s" }, owner: "bob" });
});
