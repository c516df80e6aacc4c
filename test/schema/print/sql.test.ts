// The whole schema as SQL, and one table of it.

import { describe, expect, it } from "vitest";
import { schemaSql } from "../../../server/src/schema/print/sql";
import { printColumn, printTable } from "../../../server/src/schema/print/table";
import { Timeline } from "../../../server/src/schema/timeline";
import { SqlDocument } from "../../../server/src/sql/document";
import { Generator, Random } from "../../postgres/replayGenerator";
import { parser, replay, table, version } from "../replay/replay";

describe("schemaSql", () => {
  it("puts what is needed before what needs it", () => {
    const { printed } = replay(`
      create table b (id int primary key);
      create function f(int) returns int immutable language sql as 'select 1';
      create type a as enum ('x');
      create table a1 (id int default f(1), kind a, b_id int references b);
      create view z as select id from b;
      create view y as select id from z;
    `);
    expect(printed.map((text) => text.split(/[ (]/).slice(0, 3).join(" "))).toEqual([
      "CREATE TYPE public.a",
      "create function f",
      "CREATE TABLE public.a1",
      "CREATE TABLE public.b",
      "CREATE VIEW public.z",
      "CREATE VIEW public.y",
      "ALTER TABLE ONLY",
    ]);
  });

  it("begins with the settings that kept texts were written under", () => {
    expect(schemaSql(replay("create extension pgcrypto schema extensions").view)).toBe(
      "SET check_function_bodies = off;\nSET search_path = public, extensions;\n\nCREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA extensions;\n",
    );
  });

  it("leaves out what the history never created, and keeps what it added there", () => {
    const { view } = replay("create function public.f() returns trigger language plpgsql as 'begin end'; create trigger t after insert on auth.users for each row execute function public.f();");
    expect(schemaSql(view).split("\n\n").slice(1)).toEqual([
      "-- auth.users was there before the history, and is left out.",
      "create function public.f() returns trigger language plpgsql as 'begin end';",
      "DO $there$\nBEGIN\n  IF to_regclass('auth.users') IS NOT NULL THEN\n    create trigger t after insert on auth.users for each row execute function public.f();\n  END IF;\nEND\n$there$;\n",
    ]);
  });

  it("makes roles only where they are missing, and no passwords", () => {
    const { view } = replay("create role app login password 'secret' in role other;");
    expect(schemaSql(view)).toContain("IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app') THEN\n    CREATE ROLE app LOGIN;");
    expect(schemaSql(view)).not.toContain("secret");
  });

  it("leaves out temporary tables", () => {
    expect(replay("create temp table t (a int); create index on t (a);").printed).toEqual([]);
  });

  it.each(Array.from({ length: 25 }, (_, i) => i + 1))("prints what it was replayed from (seed %i)", (seed) => {
    const random = new Random(seed);
    const generator = new Generator(random);
    const timeline = new Timeline();
    const document = new SqlDocument("1.sql", "", parser);
    for (let i = 0; i < 40; i++) {
      document.update(`${document.text}${generator.statement(timeline.view())};\n`);
      timeline.setVersions([version("1", document.statements)]);
      timeline.moveTo(timeline.length);
    }
    // What cannot be read back by itself, its own statement of a check that a circle needs, no server would have taken.
    const once = schemaSql(timeline.view());
    expect(new SqlDocument("printed.sql", once, parser).problems).toEqual([]);
  });
});

describe("a table by itself", () => {
  const { view } = replay(`
    create table users (id bigint generated always as identity primary key);
    create table orders (id serial primary key, user_id bigint references users, total numeric(12, 2) not null default 0 check (total >= 0));
    create index on orders (user_id);
    alter table orders enable row level security;
    create policy own on orders using (user_id = 1);`);

  it("has its keys, indexes and policies", () => {
    expect(printTable(view, table(view, "orders"))).toBe(`CREATE TABLE public.orders (
  id serial NOT NULL,
  user_id bigint,
  total numeric(12,2) DEFAULT 0 NOT NULL,
  CONSTRAINT orders_total_check CHECK (total >= 0),
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users (id)
);
CREATE INDEX orders_user_id_idx ON public.orders (user_id);
ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.orders USING (user_id = 1);`);
  });

  it("has defaults in parentheses where the grammar asks for them", () => {
    const { view } = replay(`create table t (
      a timestamp default (now() at time zone 'utc'), b boolean default (1 is null), c text default ('a' || 'b'), d text default coalesce(null, 'x' like 'y'::text)::text, "at" text default 'a and b');`);
    const { columns, ...rest } = table(view, "t");
    expect(columns.map((column) => printColumn(view, { ...rest, columns }, column))).toEqual([
      "a timestamp without time zone DEFAULT (now() at time zone 'utc')",
      "b boolean DEFAULT (1 is null)",
      "c text DEFAULT 'a' || 'b'",
      "d text DEFAULT coalesce(null, 'x' like 'y'::text)::text",
      "at text DEFAULT 'a and b'",
    ]);
  });

  it("has its identity's sequence, named with its schema or without", () => {
    const { view } = replay(`create schema s; create table s.t (
      a int generated always as identity (sequence name "s"."t_a_seq"), b int generated always as identity (sequence name "Of B" start 5));`);
    const one = view.table({ schema: "s", name: "t" })!;
    expect(one.columns.map((column) => printColumn(view, one, column))).toEqual([
      "a integer GENERATED ALWAYS AS IDENTITY NOT NULL",
      `b integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s."Of B" START WITH 5) NOT NULL`,
    ]);
  });

  it("has columns", () => {
    const [id] = table(view, "users").columns;
    expect(printColumn(view, table(view, "users"), id!)).toBe("id bigint GENERATED ALWAYS AS IDENTITY NOT NULL");
  });
});
