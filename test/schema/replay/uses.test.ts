// Which objects are found by the name of another that their definition holds.

import { describe, expect, it } from "vitest";
import { qualified } from "../../../server/src/schema/view";
import { replay } from "./replay";

const users = (history: string, name: string): readonly string[] => {
  const [schema, own] = name.includes(".") ? name.split(".") : ["public", name];
  return replay(history).view.usersOf({ schema: schema!, name: own! }).map((user) => `${user.kind} ${qualified(user)}`);
};

describe("an object's users", () => {
  it.each([
    ["views that read a table", "create table t (id int); create view v as select id from t;", "t", ["view public.v"]],
    ["views of another schema", "create schema s; create table t (id int); create view s.v as select t.id from t;", "t", ["view s.v"]],
    ["tables by a policy", "create table m (id int); create table t (id int); create policy p on t using (exists (select from m where m.id = t.id));", "m", ["table public.t"]],
    ["tables by a trigger", "create function f() returns trigger language plpgsql as 'begin return new; end'; create table t (id int); create trigger g before insert on t for each row execute function f();", "f", ["table public.t"]],
    ["tables by an index", "create function f(text) returns text immutable language sql as 'select $1'; create table t (x text); create index on t (f(x));", "f", ["table public.t"]],
    ["tables by a default", "create sequence s; create table t (id int default nextval('s'));", "s", ["table public.t"]],
    ["tables by a column's type", "create type k as enum ('a'); create table t (x k);", "k", ["table public.t"]],
    ["functions by an argument and a body in SQL", "create table t (id int); create function f(t) returns int language sql begin atomic select 1; end; create function g() returns bigint begin atomic select count(*) from t; end;", "t", ["function public.f", "function public.g"]],
    ["domains", "create domain a as int; create domain b as a;", "a", ["domain public.b"]],
    ["none that are gone", "create table t (id int); create view v as select id from t; drop view v;", "t", []],
    ["none that use it no more", "create type k as enum ('a'); create table t (x k, y int); alter table t drop column x;", "k", []],
    ["all of them under a new name", "create table t (id int); create view v as select id from t; alter table t rename to u; alter view v rename to w;", "u", ["view public.w"]],
    ["never itself", "create table t (id int, parent int, check (t.id > 0));", "t", []],
  ])("are %s", (_, history, name, expected) => {
    expect(users(history, name)).toEqual(expected);
  });
});
