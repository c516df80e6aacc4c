// The JSON of `plumbline schema`: a contract.

import { describe, expect, it } from "vitest";
import { schemaJson } from "../../../server/src/schema/print/json";
import { replay } from "../replay/replay";

const history = `
create type status as enum ('new', 'paid');
create domain email as text not null check (value like '%@%');
create table users (id bigint generated always as identity primary key, mail email unique);
create table orders (
  id serial primary key,
  user_id bigint not null references users on delete cascade deferrable,
  state status default 'new',
  total numeric(12, 2) default 0 check (total >= 0),
  twice numeric generated always as (total * 2) stored,
  exclude using gist (int4range(id, id) with &&)
);
create index on orders (user_id desc, lower(state::text)) include (total) where total > 0;
create policy own on orders for select to public using (user_id = 1);
alter table orders enable row level security;
grant select on orders to reader;
create view v as select id from orders;
create schema app;
create table app.a (x timestamptz);
`;

describe("schemaJson", () => {
  const { view, problems, timeline } = replay(history);
  const json = schemaJson(view, timeline.problems());

  it("lists by schema and name", () => {
    expect(problems).toEqual([]);
    expect(json.tables.map(({ schema, name }) => `${schema}.${name}`)).toEqual(["app.a", "public.orders", "public.users"]);
    expect(Object.keys(json)).toEqual(["version", "tables", "enums", "domains", "views", "sequences", "functions", "extensions", "roles", "problems"]);
    expect(json.sequences.map(({ name }) => name)).toEqual(["orders_id_seq", "users_id_seq"]);
  });

  it("prints types as format_type does, and says all there is of a table", () => {
    const start = history.indexOf("create table orders");
    expect(json.tables[1]).toEqual({
      schema: "public",
      name: "orders",
      kind: "table",
      partitionOf: null,
      columns: [
        { name: "id", type: "integer", notNull: true, default: "nextval('orders_id_seq'::regclass)", identity: null, generated: null },
        { name: "user_id", type: "bigint", notNull: true, default: null, identity: null, generated: null },
        { name: "state", type: "status", notNull: false, default: "'new'", identity: null, generated: null },
        { name: "total", type: "numeric(12,2)", notNull: false, default: "0", identity: null, generated: null },
        { name: "twice", type: "numeric", notNull: false, default: null, identity: null, generated: "total * 2" },
      ],
      primaryKey: { name: "orders_pkey", columns: ["id"] },
      foreignKeys: [
        {
          name: "orders_user_id_fkey",
          columns: ["user_id"],
          refSchema: "public",
          refTable: "users",
          refColumns: ["id"],
          onDelete: "cascade",
          onUpdate: "no action",
          validated: true,
          deferrable: true,
        },
      ],
      uniques: [],
      exclusions: [{ name: "orders_int4range_excl", method: "gist", elements: [{ expression: "int4range(id, id)", opclass: null, order: "asc", nulls: "last", operator: "&&" }], where: null }],
      indexes: [
        {
          name: "orders_user_id_lower_total_idx",
          columns: [
            { name: "user_id", opclass: null, order: "desc", nulls: "first" },
            { expression: "lower(state::text)", opclass: null, order: "asc", nulls: "last" },
          ],
          unique: false,
          method: "btree",
          where: "total > 0",
          include: ["total"],
          with: [],
          valid: true,
        },
      ],
      checks: [{ name: "orders_total_check", expression: "total >= 0", validated: true }],
      rls: { enabled: true, forced: false },
      policies: [{ name: "own", command: "select", permissive: true, roles: ["public"], using: "user_id = 1", withCheck: null }],
      grants: [{ privilege: "select", grantee: "reader", grantable: false, columns: [] }],
      triggers: [],
      owner: null,
      complete: true,
      origin: { file: "0.sql", range: { start, end: history.indexOf(";", start) } },
    });
  });

  it("places things where the caller says", () => {
    const lines = schemaJson(view, [], ({ anchor }) => ({ file: anchor.file, range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } } }));
    expect(lines.tables[0]!.origin).toEqual({ file: "0.sql", range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } } });
  });

  it("tells what did not fit", () => {
    const broken = replay("alter table if exists t drop column a; create table t (a int); create table t (b int);");
    expect(schemaJson(broken.view, broken.timeline.problems()).problems.map(({ message }) => message)).toEqual(["relation public.t exists already"]);
  });
});
