import { describe, expect, test } from "vitest";
import { grammarVersions } from "../../server/src/sql/statement";
import { walk } from "../../server/src/sql/walk";
import { testParser } from "./parsers";

// What each grammar says of the same statement: the trees must read alike.
const statements = [
  "create table t (a int check (a > 0) no inherit, b int references u on delete set null (b) deferrable initially deferred not null)",
  "create table t (c int generated always as identity (start 5), d int generated always as (a+1) stored, e int unique nulls not distinct default -1)",
  "create table t (constraint x check (a>1), constraint y foreign key (a) references u (a) match full, unique (a, b), exclude using gist (a with =), primary key (a) include (b)) partition by range (a)",
  "create table t () partition by list (a)",
  "create table p partition of t for values from (1) to (maxvalue) partition by hash (a, lower(b))",
  "alter table t add constraint c foreign key (a) references b not valid, add check (a > 1) not valid, add primary key using index i",
  "alter table only s.t alter column a set not null, alter column b drop not null, alter column a type bigint using a::bigint, alter a set default 1, alter a drop default",
  "alter table t add column if not exists a int not null default now() constraint x check (true) not null, drop column if exists b cascade, validate constraint c",
  "alter table t attach partition p for values in (1)",
  "alter table t enable row level security, force row level security, owner to bob, set (fillfactor = 70), replica identity using index i",
  "create unique index concurrently if not exists i on only t using btree (a desc nulls last, lower(b) text_pattern_ops) include (c) nulls not distinct with (fillfactor=70) where a > 0",
  "create policy p on t as restrictive for select to a, public using (true) with check (false)",
  "alter policy p on t to bob using (a = 1.5e10)",
  "drop table if exists a, b.c cascade",
  "create domain d as int not null default 1 constraint x check (value > 0)",
  "insert into t (a) values (1), (default) on conflict (a) where a > 1 do update set a = excluded.a returning a, b as c",
  "with x as (delete from t returning a) update t set a = 1 from x returning *",
  "merge into t using u on t.a=u.a when matched and t.b then delete when not matched then insert values (1)",
  "grant a, b to c with admin option",
  "revoke admin option for a from b",
  "grant select (a), insert on t to public, bob with grant option",
  "select 0, 1, -1, 1.5, true, false, null, 'x', b'1', $1, ''",
];

describe.each(statements)("%s", (text) => {
  test("reads alike in every grammar", async () => {
    const newest = plain((await testParser(18)).parse(text).node);
    for (const version of grammarVersions) {
      const { node, problem } = (await testParser(version)).parse(text);
      expect(problem).toBeNull();
      expect(plain(node), `version ${version}`).toEqual(newest);
    }
  });
});

/** Without the places of lists, which only 18 has, and the place of an option that 15 has as a boolean. */
function plain(node: unknown): unknown {
  const copy = structuredClone(node);
  walk({ Root: { node: copy } }, (kind, value) => {
    const fields = value as Record<string, unknown>;
    for (const field of ["list_start", "list_end", "rexpr_list_start", "rexpr_list_end"]) Reflect.deleteProperty(fields, field);
    if (kind === "DefElem" && fields["defname"] === "admin") Reflect.deleteProperty(fields, "location");
  });
  return copy;
}

test.each([
  ["merge into t using u on t.a = u.a when matched then delete returning t.a", 17],
  ["create table t (a int, constraint x not null a not valid)", 18],
  ["create table t (a int, b int generated always as (a + 1) virtual)", 18],
  ["select json_object('a': 1)", 16],
  ["select 1_000 + 1", 16],
])("%s: since %i", async (text, since) => {
  for (const version of grammarVersions) {
    const { problem } = (await testParser(version)).parse(text);
    if (version < since) expect(problem, `version ${version}`).toMatchObject({ kind: "syntax" });
    else expect(problem, `version ${version}`).toBeNull();
  }
});
