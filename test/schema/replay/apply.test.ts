// What each statement does to the schema, without a server: a history, and the statements that its schema is printed as.
// That servers agree is shown in test/postgres.

import { describe, expect, it } from "vitest";
import { replay } from "./replay";

interface Case {
  readonly name: string;
  readonly history: string;
  /** All of the printed statements, in any order of their own; or only these, where `some` is set. */
  readonly printed: readonly string[];
  readonly some?: boolean;
  readonly problems?: readonly string[];
}

const cases: Record<string, readonly Case[]> = {
  "renaming a column": [
    {
      name: "rewrites checks, defaults of generated columns, indexes and keys",
      history: `
        create table t (a int, b int generated always as (a * 2) stored, check (a > 0), unique (a));
        create index on t (a desc, (a + 1)) include (b) where a is not null;
        alter table t rename column a to "New";`,
      printed: [
        'CREATE TABLE public.t ( "New" integer, b integer GENERATED ALWAYS AS ("New" * 2) STORED, CONSTRAINT t_a_check CHECK ("New" > 0), CONSTRAINT t_a_key UNIQUE ("New") )',
        'CREATE INDEX t_a_expr_b_idx ON public.t ("New" DESC, ("New" + 1)) INCLUDE (b) WHERE ("New" IS NOT NULL)'.replace("IS NOT NULL", "is not null"),
      ],
    },
    {
      name: "does not touch types, functions, aliases and other tables' columns",
      history: `
        create table t (date text, lower text, check (lower(date::date::text) <> lower));
        alter table t rename column date to day;
        alter table t rename column lower to small;`,
      printed: ["CREATE TABLE public.t ( day text, small text, CONSTRAINT t_check CHECK (lower(day::date::text) <> small) )"],
    },
    {
      name: "rewrites foreign keys on both sides",
      history: `
        create table a (id int primary key);
        create table b (a_id int references a);
        alter table a rename id to key;
        alter table b rename a_id to a_key;`,
      printed: [
        "CREATE TABLE public.a ( key integer NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (key) )",
        "CREATE TABLE public.b ( a_key integer )",
        "ALTER TABLE ONLY public.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_key) REFERENCES public.a (key)",
      ],
    },
    {
      name: "rewrites policies, those of other tables too",
      history: `
        create table members (org int, usr int);
        create table docs (org int);
        create policy own on docs using (exists (select from members m where m.org = docs.org and usr = 1));
        alter table members rename org to team;
        alter table members rename usr to person;
        alter table docs rename org to owner;`,
      printed: ["CREATE POLICY own ON public.docs USING (exists (select from members m where m.team = docs.owner and person = 1))"],
      some: true,
    },
    {
      name: "rewrites views, whose own columns keep their names",
      history: `
        create table t (a int, b int);
        create view v as select a, t.b as x, (select max(i.a) from t i) as m from t where a > 0 order by b;
        alter table t rename a to c;`,
      printed: ["CREATE VIEW public.v (a, x, m) AS select c AS a, t.b as x, (select max(i.c) from t i) as m from t where c > 0 order by b"],
      some: true,
    },
    {
      name: "rewrites triggers",
      history: `
        create table t (a int);
        create function f() returns trigger language plpgsql as 'begin return new; end';
        create trigger a after update of a on t for each row when (old.a <> new.a) execute function f();
        alter table t rename a to b;`,
      printed: ["create trigger a after update of b on t for each row when (old.b <> new.b) execute function f()"],
      some: true,
    },
    {
      name: "reaches partitions and children, and leaves sequences' names",
      history: `
        create table p (id serial, k int) partition by list (k);
        create table p1 partition of p for values in (1);
        alter table p rename id to nr;
        alter table p rename k to kind;`,
      printed: [
        "CREATE SEQUENCE public.p_id_seq AS integer",
        "CREATE TABLE public.p ( nr integer DEFAULT nextval('p_id_seq'::regclass) NOT NULL, kind integer ) PARTITION BY LIST (kind)",
        "ALTER SEQUENCE public.p_id_seq OWNED BY public.p.nr",
        "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES in (1)".replace("FOR VALUES", "for values"),
      ],
    },
  ],
  "renaming and moving objects": [
    {
      name: "a table: views, functions' types, policies and sequences follow",
      history: `
        create table old_name (id serial primary key);
        create view v as select id from old_name;
        create function f() returns setof old_name language sql as 'select 1';
        create policy p on old_name using (old_name.id > 0);
        alter table old_name rename to new_name;`,
      printed: [
        "CREATE VIEW public.v (id) AS select id from new_name",
        "create function f() returns setof new_name language sql as 'select 1'",
        "CREATE POLICY p ON public.new_name USING (new_name.id > 0)",
        "ALTER SEQUENCE public.old_name_id_seq OWNED BY public.new_name.id",
      ],
      some: true,
    },
    {
      name: "a type: columns, casts and signatures follow",
      history: `
        create type mood as enum ('a', 'b');
        create table t (m mood default 'a'::mood, list mood[]);
        create function f(mood) returns int language sql as 'select 1';
        alter type mood rename to "Feeling";
        create schema app;
        alter type "Feeling" set schema app;`,
      printed: [
        "CREATE TYPE app.\"Feeling\" AS ENUM ('a', 'b')",
        "CREATE TABLE public.t ( m app.\"Feeling\" DEFAULT 'a'::app.\"Feeling\", list app.\"Feeling\"[] )",
        'create function f(app."Feeling") returns int language sql as \'select 1\'',
      ],
      some: true,
    },
    {
      name: "an enum's label: literals of its columns follow",
      history: `
        create type status as enum ('new', 'paid');
        create table t (s status default 'new', note text default 'new', check (s <> 'new'));
        alter type status rename value 'new' to 'open';`,
      printed: ["CREATE TYPE public.status AS ENUM ('open', 'paid')", "CREATE TABLE public.t ( s status DEFAULT 'open', note text DEFAULT 'new', CONSTRAINT t_s_check CHECK (s <> 'open') )"],
    },
    {
      name: "a function: defaults, checks and triggers follow",
      history: `
        create function f(int) returns int immutable language sql as 'select 1';
        create table t (a int default f(1), check (f(a) > 0));
        create index on t (f(a));
        alter function f(int) rename to g;`,
      printed: [
        "create function g(int) returns int immutable language sql as 'select 1'",
        "CREATE TABLE public.t ( a integer DEFAULT g(1), CONSTRAINT t_a_check CHECK (g(a) > 0) )",
        "CREATE INDEX t_f_idx ON public.t ((g(a)))",
      ],
    },
    {
      name: "a sequence: nextval follows",
      history: `
        create sequence s;
        create table t (a int default nextval('s'));
        alter sequence s rename to "S 2";`,
      printed: ['CREATE SEQUENCE public."S 2"', "CREATE TABLE public.t ( a integer DEFAULT nextval('\"S 2\"') )"],
    },
    {
      name: "a schema: all that is in it",
      history: `
        create schema a;
        create table a.t (id int primary key);
        create table b (t_id int references a.t);
        alter schema a rename to c;`,
      printed: [
        "CREATE SCHEMA c",
        "CREATE TABLE c.t ( id integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (id) )",
        "CREATE TABLE public.b ( t_id integer )",
        "ALTER TABLE ONLY public.b ADD CONSTRAINT b_t_id_fkey FOREIGN KEY (t_id) REFERENCES c.t (id)",
      ],
    },
  ],
  "dropping": [
    {
      name: "a column takes its indexes, keys, checks and statistics",
      history: `
        create table t (a int, b int, c int, unique (a, b), check (a > b));
        create index on t (b);
        create index on t (c) where a > 0;
        create statistics s on a, c from t;
        alter table t drop column a;`,
      printed: ["CREATE TABLE public.t ( b integer, c integer )", "CREATE INDEX t_b_idx ON public.t (b)"],
    },
    {
      name: "CASCADE of a column takes views, policies and generated columns",
      history: `
        create table t (a int, b int, g int generated always as (a) stored);
        create view v as select b from t where a > 0;
        create view w as select * from v;
        create policy p on t using (a > 0);
        alter table t drop a cascade;`,
      printed: ["CREATE TABLE public.t ( b integer )"],
    },
    {
      name: "CASCADE of a table takes keys that refer to it, and its triggers' table's views",
      history: `
        create table a (id int primary key);
        create table b (a_id int references a);
        create view v as select * from a;
        drop table a cascade;`,
      printed: ["CREATE TABLE public.b ( a_id integer )"],
    },
    {
      name: "a type with CASCADE takes its columns; a function its triggers and checks",
      history: `
        create type mood as enum ('x');
        create function f() returns trigger language plpgsql as 'begin end';
        create table t (id int, m mood);
        create trigger tr before insert on t for each row execute function f();
        drop type mood cascade;
        drop function f cascade;`,
      printed: ["CREATE TABLE public.t ( id integer )"],
    },
  ],
  "partitions": [
    {
      name: "have their parent's constraints, indexes and triggers under names of their own",
      history: `
        create table p (id int primary key, k text) partition by range (id);
        create table p1 partition of p for values from (1) to (10);
        create index on p (k);`,
      printed: [
        "CREATE TABLE public.p ( id integer NOT NULL, k text, CONSTRAINT p_pkey PRIMARY KEY (id) ) PARTITION BY RANGE (id)",
        "CREATE TABLE public.p1 PARTITION OF public.p for values from (1) to (10)",
        "CREATE INDEX p_k_idx ON public.p (k)",
      ],
    },
    {
      name: "are printed with their indexes where these have other names",
      history: `
        create table p (id int primary key, k text) partition by range (id);
        create table p1 partition of p for values from (1) to (10);
        alter table p1 rename to first;
        create index on first (k);
        create index i on only p (k);
        alter index i attach partition first_k_idx;`,
      printed: [
        "CREATE TABLE public.p ( id integer NOT NULL, k text ) PARTITION BY RANGE (id)",
        "CREATE TABLE public.first PARTITION OF public.p for values from (1) to (10)",
        "ALTER TABLE ONLY public.p ADD CONSTRAINT p_pkey PRIMARY KEY (id)",
        "ALTER TABLE ONLY public.first ADD CONSTRAINT p1_pkey PRIMARY KEY (id)",
        "ALTER INDEX public.p_pkey ATTACH PARTITION public.p1_pkey",
        "CREATE INDEX i ON public.p (k)",
      ],
    },
    {
      name: "keep what they have when they are detached",
      history: `
        create table p (id int primary key, k text) partition by range (id);
        create table p1 partition of p for values from (1) to (10);
        create index on p (k);
        alter table p detach partition p1;
        drop table p;`,
      printed: ["CREATE TABLE public.p1 ( id integer NOT NULL, k text, CONSTRAINT p1_pkey PRIMARY KEY (id) )", "CREATE INDEX p1_k_idx ON public.p1 (k)"],
    },
    {
      name: "are attached where their columns stand in another order",
      history: `
        create table p (id int, k text) partition by range (id);
        create table q (k text, id int);
        alter table p attach partition q default;`,
      printed: ["CREATE TABLE public.p ( id integer, k text ) PARTITION BY RANGE (id)", "CREATE TABLE public.q ( k text, id integer )", "ALTER TABLE ONLY public.p ATTACH PARTITION public.q default"],
    },
  ],
  "one ALTER TABLE": [
    {
      name: "drops before it adds",
      history: "create table t (a int, constraint c check (a > 0)); alter table t add constraint c check (a > 1), drop constraint c;",
      printed: ["CREATE TABLE public.t ( a integer, CONSTRAINT c CHECK (a > 1) )"],
    },
    {
      name: "changes the type of a default's literal with the column's",
      history: "create table t (a timestamp default '2020-01-01'); alter table t alter a type timestamptz;",
      printed: ["CREATE TABLE public.t ( a timestamp with time zone DEFAULT '2020-01-01'::timestamp without time zone )"],
    },
    {
      name: "says what does not fit",
      history: "create table t (a int); alter table t drop column b; alter table t rename x to y;",
      printed: ["CREATE TABLE public.t ( a integer )"],
      problems: ["table public.t has no column b", "table public.t has no column x"],
    },
  ],
  "a DO block": [
    {
      name: "is applied where it fits, in silence where it does not",
      history: `
        create table t (a int);
        do $$ begin
          create type mood as enum ('a');
        exception when duplicate_object then null;
        end $$;
        do $$ begin
          create type mood as enum ('b');
        exception when duplicate_object then null;
        end $$;
        do $$ begin
          if not exists (select 1) then alter table t drop column nothing; alter table t add column b int; end if;
        end $$;`,
      printed: ["CREATE TYPE public.mood AS ENUM ('a')", "CREATE TABLE public.t ( a integer, b integer )"],
    },
  ],
  "a search path": [
    {
      name: "says where things are made, and what bare names in kept texts mean",
      history: `
        create schema app;
        set search_path = app, public;
        create type mood as enum ('a');
        create function f(int) returns int language sql as 'select 1';
        create table t (m mood, a int default f(1), check (m <> 'a'::mood));
        create view v as select a from t where f(a) > 0;`,
      printed: [
        "CREATE TABLE app.t ( m app.mood, a integer DEFAULT app.f(1), CONSTRAINT t_m_check CHECK (m <> 'a'::app.mood) )",
        "CREATE VIEW app.v (a) AS select a from app.t where app.f(a) > 0",
      ],
      some: true,
    },
  ],
  "privileges": [
    {
      name: "are printed where they differ from those of a new object",
      history: `
        create role r;
        create function f() returns int language sql as 'select 1';
        create table t (a int, b int);
        revoke execute on function f() from public;
        grant select (a, b) on t to r;
        grant all on t to r;
        revoke select (b) on t from r;`,
      printed: ["REVOKE EXECUTE ON FUNCTION public.f() FROM PUBLIC", "GRANT SELECT (a) ON TABLE public.t TO r", "GRANT ALL ON TABLE public.t TO r"],
      some: true,
    },
    {
      name: "by default count from where they are set",
      history: `
        create role r;
        create table before (a int);
        alter default privileges grant select on tables to r;
        create table after (a int);`,
      printed: ["ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r", "REVOKE SELECT ON TABLE public.before FROM r"],
      some: true,
    },
  ],
  "LIKE and INHERITS": [
    {
      name: "LIKE takes what it says, where it stands",
      history: `
        create table a (x serial, y text default 'z' check (y <> ''), unique (y));
        create table b (i int, like a including defaults including constraints including indexes, j int);`,
      printed: [
        "CREATE TABLE public.a ( x serial NOT NULL, y text DEFAULT 'z', CONSTRAINT a_y_check CHECK (y <> ''), CONSTRAINT a_y_key UNIQUE (y) )",
        "CREATE TABLE public.b ( i integer, x integer DEFAULT nextval('a_x_seq'::regclass) NOT NULL, y text DEFAULT 'z', j integer, CONSTRAINT a_y_check CHECK (y <> ''), CONSTRAINT b_y_key UNIQUE (y) )",
      ],
    },
    {
      name: "a child gets its parent's later columns behind its own",
      history: "create table a (x int); create table b (y int) inherits (a); alter table a add z int check (z > 0);",
      printed: ["CREATE TABLE public.a ( x integer )", "CREATE TABLE public.b ( y integer ) INHERITS (public.a)", "ALTER TABLE public.a ADD COLUMN z integer", "ALTER TABLE public.a ADD CONSTRAINT a_z_check CHECK (z > 0)"],
    },
  ],
  "CLUSTER": [
    {
      name: "is remembered with its index, until another one or SET WITHOUT CLUSTER",
      history: `
        create table a (x int); create index i on a (x); create index j on a (x);
        cluster a using i; cluster a using j; cluster a;
        create table b (x int); create index k on b (x);
        cluster b using k; alter table b set without cluster;`,
      printed: [
        "CREATE TABLE public.a ( x integer )",
        "CREATE INDEX i ON public.a (x)",
        "CREATE INDEX j ON public.a (x)",
        "ALTER TABLE public.a CLUSTER ON j",
        "CREATE TABLE public.b ( x integer )",
        "CREATE INDEX k ON public.b (x)",
      ],
    },
  ],
  "views": [
    {
      name: "are of the columns that * meant when they were made",
      history: "create table t (a int, b int); create view v as select *, 1 as one from t; alter table t add c int;",
      printed: ["CREATE VIEW public.v (a, b, one) AS select a, b, 1 as one from t"],
      some: true,
    },
  ],
};

for (const [group, list] of Object.entries(cases)) {
  describe(group, () => {
    it.each(list)("$name", ({ history, printed, some, problems = [] }) => {
      const result = replay(history);
      if (some) expect(result.printed).toEqual(expect.arrayContaining([...printed]));
      else expect([...result.printed].sort()).toEqual([...printed].sort());
      expect(result.problems).toEqual(problems);
    });
  });
}
