// Random histories: each statement is made from the schema as Plumbline has replayed it so far, so that most of them fit.

import { quoteIdentifier } from "../../server/src/sql/identifiers";
import type { TrackedView } from "../../server/src/schema/keys";
import type { Column, Function, QualifiedName, Sequence, Table, View } from "../../server/src/schema/model";

/** Numbers from a seed (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Undefined where there is nothing to choose from. */
  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  some<T>(list: readonly T[], most = 2): T[] {
    const rest = [...list];
    const chosen: T[] = [];
    for (let count = Math.min(rest.length, 1 + this.below(most)); count > 0; count--) chosen.push(...rest.splice(this.below(rest.length), 1));
    return chosen;
  }
}

/** Exist before a history. */
export const roles = ["plumbline_reader", "plumbline_writer"];
const schemas = ["public", "app", "Sales"];
const long = "a_name_that_is_so_long_that_names_made_from_it_have_to_be_cut_of";
const tableNames = ["orders", "order_items", "customers", "Line Items", "events", "user", "tags", long];
const columnNames = ["id", "name", "total", "status", "created_at", "customer_id", "Note", "payload", "quantity", "valid_until", `${long}f`];

const q = quoteIdentifier;
const fresh = (random: Random, names: readonly string[]): string => random.of(names)! + (random.chance(0.5) ? String(1 + random.below(9)) : "");

export class Generator {
  constructor(private readonly random: Random) {}

  statement(view: TrackedView): string {
    for (;;) {
      const [make] = this.pick();
      const text = make(view);
      if (text !== null) return text;
    }
  }

  private pick(): (typeof this.kinds)[number] {
    let at = this.random.below(this.weight);
    return this.kinds.find(([, weight]) => (at -= weight) < 0)!;
  }

  private readonly kinds: readonly (readonly [(view: TrackedView) => string | null, number])[] = [
    [(view) => this.createTable(view), 12],
    [(view) => this.createPartition(view), 6],
    [(view) => this.attachOrDetach(view), 4],
    [(view) => this.alterTable(view), 40],
    [(view) => this.createIndex(view), 10],
    [(view) => this.changeIndex(view), 4],
    [(view) => this.createType(view), 5],
    [(view) => this.changeType(view), 6],
    [(view) => this.createView(view), 6],
    [(view) => this.changeView(view), 3],
    [(view) => this.sequence(view), 5],
    [(view) => this.routine(view), 5],
    [(view) => this.trigger(view), 3],
    [(view) => this.policy(view), 5],
    [(view) => this.comment(view), 6],
    [(view) => this.grant(view), 7],
    [(view) => this.drop(view), 4],
    [(view) => this.schema(view), 2],
  ];
  private readonly weight = this.kinds.reduce((sum, [, weight]) => sum + weight, 0);

  // --- names

  private name({ schema, name }: QualifiedName): string {
    return schema === "public" && this.random.chance(0.5) ? q(name) : `${q(schema)}.${q(name)}`;
  }

  private newName(view: TrackedView, names: readonly string[] = tableNames): string {
    const schema = this.random.of(schemas.filter((one) => one === "public" || view.schema(one)))!;
    return this.name({ schema, name: fresh(this.random, names) });
  }

  private tables(view: TrackedView): readonly Table[] {
    return view.tables().filter((table) => table.createdIn !== null);
  }

  private views(view: TrackedView): readonly View[] {
    return view.relations().filter((relation): relation is View => relation.kind === "view");
  }

  private sequences(view: TrackedView): readonly Sequence[] {
    return view.relations().filter((relation): relation is Sequence => relation.kind === "sequence");
  }

  private columnsOf(table: Table, test: (column: Column) => boolean = () => true): string[] {
    return table.columns.filter(test).map((column) => column.name);
  }

  // --- columns

  private type(view: TrackedView): { text: string; value: string | null } {
    const types: { text: string; value: string | null }[] = [
      { text: "integer", value: String(this.random.below(100)) },
      { text: "bigint", value: "0" },
      { text: "text", value: "'none'" },
      { text: "varchar(40)", value: "'x'" },
      { text: "numeric(12, 2)", value: "0.5" },
      { text: "timestamptz", value: "now()" },
      { text: "date", value: "current_date" },
      { text: "boolean", value: "false" },
      { text: "uuid", value: "gen_random_uuid()" },
      { text: "jsonb", value: "'{}'" },
      { text: "text[]", value: "'{}'" },
    ];
    for (const type of view.types()) {
      if (type.kind === "enum" && type.labels.length > 0) types.push({ text: this.name(type), value: `'${type.labels[0]!}'` }, { text: `${this.name(type)}[]`, value: null });
      else if (type.kind === "domain") types.push({ text: this.name(type), value: null });
    }
    return this.random.of(types)!;
  }

  private column(view: TrackedView, name: string, table: string | null): string {
    const { random } = this;
    if (random.chance(0.12)) return `${q(name)} ${random.of(["serial", "bigserial", "bigint generated always as identity", "integer generated by default as identity (start with 5 increment by 2)"])!}`;
    const { text, value } = this.type(view);
    let definition = `${q(name)} ${text}`;
    if (value !== null && random.chance(0.35)) definition += ` default ${value}`;
    if (random.chance(0.35)) definition += " not null";
    if (random.chance(0.12)) definition += " unique";
    if ((text === "integer" || text === "bigint") && random.chance(0.3)) definition += ` check (${q(name)} > ${random.below(3) - 2})`;
    const target = random.chance(0.12) ? this.keyOf(view, text) : null;
    if (target !== null && table !== null) definition += ` references ${target}${random.of(["", " on delete cascade", " on delete set null on update cascade", " deferrable initially deferred"])!}`;
    return definition;
  }

  /** A table with a key of one column of the type. */
  private keyOf(view: TrackedView, type: string): string | null {
    const targets = this.tables(view).flatMap((table) =>
      table.constraints.flatMap((constraint) => {
        if ((constraint.kind !== "primary key" && constraint.kind !== "unique") || constraint.columns.length !== 1) return [];
        const column = table.columns.find((candidate) => candidate.name === constraint.columns[0]);
        return column?.type.text === type ? [`${this.name(table)} (${q(column.name)})`] : [];
      }),
    );
    return this.random.of(targets) ?? null;
  }

  private check(table: Table): string | null {
    const { random } = this;
    const number = random.of(this.columnsOf(table, ({ type }) => /^(integer|bigint|numeric)/.test(type.text)));
    const text = random.of(this.columnsOf(table, ({ type }) => type.text === "text"));
    const enumerated = random.of(table.columns.filter(({ default: value, type }) => type.schema !== "pg_catalog" && !type.array && value !== null && /^'\w+'$/.test(value.text)));
    const choices = [
      ...(number === undefined ? [] : [`${q(number)} >= 0`, `${q(table.name)}.${q(number)} < 1000 or ${q(number)} is null`]),
      ...(text === undefined ? [] : [`length(${q(text)}) < 80`, `${q(text)} <> 'x' and lower(${q(text)}) <> 'y'`]),
      ...(number === undefined || text === undefined ? [] : [`(${q(number)} > 0) = (${q(text)} is not null)`]),
      ...(enumerated === undefined ? [] : [`${q(enumerated.name)} <> ${enumerated.default!.text}`]),
    ];
    return random.of(choices) ?? null;
  }

  // --- tables

  private createTable(view: TrackedView): string {
    const { random } = this;
    const names = random.some(columnNames, 6);
    const name = this.newName(view);
    const parent = random.chance(0.12) ? random.of(this.tables(view).filter((table) => table.tableKind === "table" && table.persistence === "permanent")) : undefined;
    const lines = names.map((column) => this.column(view, column, name));
    if (parent && random.chance(0.5)) lines.splice(random.below(lines.length + 1), 0, `like ${this.name(parent)}${random.of(["", " including all", " including defaults including constraints", " including indexes including comments"])!}`);
    if (random.chance(0.6)) lines.push(`${random.chance(0.2) ? `constraint ${q(fresh(random, ["pk", "key", long]))} ` : ""}primary key (${random.some(names, 2).map(q).join(", ")})`);
    if (random.chance(0.25)) lines.push(`unique ${random.chance(0.2) ? "nulls not distinct " : ""}(${random.some(names, 2).map(q).join(", ")})${random.chance(0.3) ? ` include (${q(random.of(names)!)})` : ""}`);
    if (random.chance(0.2)) lines.push(`check (${q(names[0]!)} is not null or ${q(names.at(-1)!)} is not null)`);
    const inherits = parent && random.chance(0.4) && lines.length === names.length ? ` inherits (${this.name(parent)})` : "";
    const partition = random.chance(0.2) && inherits === "" ? ` partition by ${random.of(["range", "list", "hash"])!} (${q(names[0]!)})` : "";
    const words = partition === "" && random.chance(0.05) ? "unlogged table" : "table";
    return `create ${words} ${random.chance(0.2) ? "if not exists " : ""}${name} (\n  ${lines.join(",\n  ")}\n)${inherits}${partition}${partition === "" && random.chance(0.1) ? " with (fillfactor = 70)" : ""}`;
  }

  private bound(parent: Table): string | null {
    const { random } = this;
    const key = parent.partitionKey;
    const column = parent.columns.find(({ name }) => name === key?.columns[0]);
    if (!key || !column) return null;
    const n = random.below(20);
    if (key.strategy === "hash") return `for values with (modulus 20, remainder ${n})`;
    if (random.chance(0.1)) return "default";
    const type = column.type.text;
    const value = (i: number): string | null =>
      /^(integer|bigint|numeric)/.test(type) ? String(i * 10) : type.startsWith("timestamp") || type === "date" ? `'20${10 + i}-01-01'` : type === "text" || type.startsWith("character") ? `'${String.fromCharCode(97 + i)}'` : null;
    const from = value(n);
    if (from === null) return null;
    return key.strategy === "list" ? `for values in (${from})` : `for values from (${from}) to (${value(n + 1)!})`;
  }

  private createPartition(view: TrackedView): string | null {
    const { random } = this;
    const parent = random.of(this.tables(view).filter((table) => table.partitionKey !== null));
    const bound = parent && this.bound(parent);
    if (!parent || bound === null || bound === undefined) return null;
    const sub = random.chance(0.15) ? ` partition by hash (${q(random.of(this.columnsOf(parent))!)})` : "";
    return `create table ${this.newName(view)} partition of ${this.name(parent)} ${bound}${sub}`;
  }

  private attachOrDetach(view: TrackedView): string | null {
    const { random } = this;
    const parent = random.of(this.tables(view).filter((table) => table.partitionKey !== null));
    if (!parent) return null;
    const partition = random.of(parent.partitions);
    if (partition && random.chance(0.5)) return `alter table ${this.name(parent)} detach partition ${this.name(partition)}`;
    const alike = this.tables(view).filter((table) => table !== parent && !table.partitionOf && this.columnsOf(table).sort().join() === this.columnsOf(parent).sort().join());
    const bound = this.bound(parent);
    const table = random.of(alike);
    if (table && bound !== null) return `alter table ${this.name(parent)} attach partition ${this.name(table)} ${bound}`;
    return `create table ${this.newName(view)} (like ${this.name(parent)}${random.chance(0.5) ? " including all" : ""})`;
  }

  private alterTable(view: TrackedView): string | null {
    const { random } = this;
    const table = random.of(this.tables(view));
    if (!table || table.columns.length === 0) return null;
    const name = this.name(table);
    const column = random.of(table.columns)!;
    const c = q(column.name);
    const constraint = random.of(table.constraints);
    const k = q(constraint?.name ?? "none");
    const check = this.check(table);
    const other = random.of(this.tables(view))!;
    const cascade = random.chance(0.4) ? " cascade" : "";
    const actions: (string | null)[] = [
      `add column ${this.column(view, fresh(random, columnNames), name)}`,
      `add column if not exists ${this.column(view, random.of(columnNames)!, name)}`,
      `add column ${q(fresh(random, columnNames))} integer, add column ${q(fresh(random, columnNames))} text not null default 'a'`,
      `drop column ${c}${cascade}`,
      `drop column if exists ${c}${cascade}`,
      `rename column ${c} to ${q(fresh(random, columnNames))}`,
      `rename ${c} to ${q(fresh(random, columnNames))}`,
      `rename column ${c} to ${q(fresh(random, columnNames))}`,
      `rename to ${q(fresh(random, tableNames))}`,
      `rename to ${q(fresh(random, tableNames))}`,
      `set schema ${q(random.of(schemas)!)}`,
      `alter column ${c} set not null`,
      `alter column ${c} drop not null`,
      `alter column ${c} drop default`,
      column.type.text === "integer" ? `alter column ${c} type bigint` : null,
      column.type.text.startsWith("character varying") ? `alter column ${c} type text` : null,
      column.type.text === "text" ? `alter column ${c} type text collate "C"` : null,
      column.type.text === "text" ? `alter column ${c} set default 'new', alter column ${c} set statistics 100` : null,
      column.type.text === "integer" ? `alter column ${c} set default 1 + 2` : null,
      column.type.text === "text" ? `alter column ${c} set storage external` : null,
      column.type.text === "bigint" || column.type.text === "integer" ? `alter column ${c} add generated by default as identity` : null,
      column.identity ? `alter column ${c} set generated always set increment by 3` : null,
      column.identity ? `alter column ${c} drop identity` : null,
      check === null ? null : `add check (${check})`,
      check === null ? null : `add constraint ${q(fresh(random, ["sane", "ck", long]))} check (${check})${random.chance(0.4) ? " not valid" : ""}`,
      `add unique (${random.some(this.columnsOf(table), 2).map(q).join(", ")})`,
      `add constraint ${q(fresh(random, ["uq", "key", long]))} unique (${random.some(this.columnsOf(table), 2).map(q).join(", ")})`,
      `add primary key (${random.some(this.columnsOf(table), 2).map(q).join(", ")})`,
      this.foreignKey(view, table),
      this.foreignKey(view, table),
      `drop constraint ${k}${cascade}`,
      `validate constraint ${k}`,
      `rename constraint ${k} to ${q(fresh(random, ["renamed", "ck", long]))}`,
      constraint?.kind === "foreign key" ? `alter constraint ${k} deferrable initially deferred` : null,
      "enable row level security",
      "enable row level security, force row level security",
      "disable row level security",
      "set (fillfactor = 80)",
      "reset (fillfactor)",
      "set unlogged",
      random.chance(0.5) ? "replica identity full" : "replica identity default",
      other === table ? null : `inherit ${this.name(other)}`,
      table.inherits[0] ? `no inherit ${this.name(table.inherits[0])}` : null,
    ];
    const action = random.of(actions.filter((one) => one !== null))!;
    return `alter table ${random.chance(0.1) ? "if exists " : ""}${name} ${action}`;
  }

  private foreignKey(view: TrackedView, table: Table): string | null {
    const { random } = this;
    for (const column of table.columns) {
      const target = this.keyOf(view, column.type.text);
      if (target === null || random.chance(0.4)) continue;
      const named = random.chance(0.4) ? `constraint ${q(fresh(random, ["fk", "ref", long]))} ` : "";
      return `add ${named}foreign key (${q(column.name)}) references ${target}${random.of(["", " on delete cascade", " on delete set null", " match full"])!}${random.chance(0.3) ? " not valid" : ""}`;
    }
    return null;
  }

  // --- indexes

  private createIndex(view: TrackedView): string | null {
    const { random } = this;
    const table = random.of(this.tables(view));
    const view_ = random.chance(0.1) ? random.of(this.views(view).filter((one) => one.materialized && one.columns.length > 0)) : undefined;
    if (view_) return `create index on ${this.name(view_)} (${q(random.of(view_.columns)!)})`;
    if (!table || table.columns.length === 0) return null;
    const text = random.of(this.columnsOf(table, ({ type }) => type.text === "text"));
    const elements = random.some(this.columnsOf(table), 3).map((column) => q(column) + random.of(["", "", " desc", " nulls first", " desc nulls last"])!);
    if (text !== undefined && random.chance(0.3)) elements.push(`lower(${q(text)})`);
    if (text !== undefined && random.chance(0.15)) elements.push(`(${q(text)} || 'x')`);
    const where = random.chance(0.25) ? ` where ${q(random.of(this.columnsOf(table))!)} is not null` : "";
    const include = random.chance(0.15) ? ` include (${q(random.of(this.columnsOf(table))!)})` : "";
    const only = table.partitionKey && random.chance(0.3) ? "only " : "";
    const name = random.chance(0.5) ? ` ${q(fresh(random, ["idx", "ix_orders", long]))}` : "";
    return `create ${random.chance(0.15) ? "unique " : ""}index${name} on ${only}${this.name(table)} (${elements.join(", ")})${include}${random.chance(0.1) ? " with (fillfactor = 60)" : ""}${where}`;
  }

  private changeIndex(view: TrackedView): string | null {
    const { random } = this;
    const indexes = view.relations().filter((relation) => relation.kind === "index");
    const index = random.of(indexes);
    if (!index) return null;
    const parent = random.of(this.tables(view).flatMap((table) => table.indexes.filter((one) => one.only).map((one) => ({ schema: table.schema, name: one.name }))));
    if (parent && random.chance(0.5)) return `alter index ${this.name(parent)} attach partition ${this.name(index)}`;
    return random.of([`drop index ${this.name(index)}`, `alter index ${this.name(index)} rename to ${q(fresh(random, ["idx", "ix_renamed"]))}`, `alter index ${this.name(index)} set (fillfactor = 90)`])!;
  }

  // --- types

  private createType(view: TrackedView): string {
    const { random } = this;
    const name = this.newName(view, ["mood", "status", "Kind"]);
    return random.of([
      `create type ${name} as enum ('new', 'paid', 'it''s gone')`,
      `create type ${name} as enum ('a', 'b')`,
      `create domain ${name} as text check (value <> '')`,
      `create domain ${name} as integer default 3 not null constraint positive check (value > 0)`,
      `create type ${name} as (x integer, "Y y" text)`,
    ])!;
  }

  private changeType(view: TrackedView): string | null {
    const { random } = this;
    const type = random.of(view.types());
    const to = q(fresh(random, ["mood", "status", "Kind"]));
    if (!type) return null;
    const name = this.name(type);
    const word = type.kind === "domain" ? "domain" : "type";
    const common = [`alter ${word} ${name} rename to ${to}`, `alter ${word} ${name} set schema ${q(random.of(schemas)!)}`, `drop ${word} ${name}${random.chance(0.3) ? " cascade" : ""}`];
    if (type.kind === "enum") {
      const label = random.of(type.labels)!.replaceAll("'", "''");
      return random.of([...common.slice(0, 2), random.chance(0.3) ? common[2]! : `alter type ${name} add value if not exists 'v${random.below(5)}'`, `alter type ${name} add value 'w${random.below(9)}' ${random.of(["before", "after"])!} '${label}'`, `alter type ${name} rename value '${label}' to 'r${random.below(9)}'`])!;
    }
    if (type.kind !== "domain") return random.of(common)!;
    const check = q(random.of(type.checks)?.name ?? "none");
    return random.of([
      ...common,
      `alter domain ${name} drop constraint ${check}`,
      `alter domain ${name} rename constraint ${check} to ${q(fresh(random, ["dc", "ok"]))}`,
      `alter domain ${name} add check (value is distinct from ${type.type.text === "text" ? "'no'" : "7"}) not valid`,
      `alter domain ${name} validate constraint ${check}`,
      `alter domain ${name} set default ${type.type.text === "text" ? "'d'" : "5"}`,
      `alter domain ${name} ${random.chance(0.5) ? "set" : "drop"} not null`,
    ])!;
  }

  // --- views

  private createView(view: TrackedView): string | null {
    const { random } = this;
    const [a, b] = random.some(this.tables(view).filter((table) => table.columns.length > 0), 2);
    if (!a) return null;
    const name = this.newName(view, ["report", "Summary", "v"]);
    const words = random.of(["view", "view", "or replace view", "materialized view"])!;
    const x = q(random.of(this.columnsOf(a))!);
    const y = q(random.of(this.columnsOf(b ?? a))!);
    const from = this.name(a);
    const queries = [
      `select * from ${from}`,
      `select ${x}, count(*) as n from ${from} group by ${x}`,
      `select t.${x} as renamed, t.* from ${from} t where t.${x} is not null`,
      `select ${x} from ${from} where ${x} is not null order by ${x}`,
      `with c as (select ${x} as cx from ${from}) select cx from c`,
      `select coalesce((select max(1) from ${from} i where i.${x} is not distinct from o.${x}), 0) as m from ${from} o`,
      ...(b ? [`select l.${x} as left_one, r.${y} as right_one from ${from} l cross join ${this.name(b)} r`, `select l.*, r.${y} as other from ${from} as l left join ${this.name(b)} as r on true`] : []),
    ];
    return `create ${words} ${name}${random.chance(0.1) && words === "view" ? " with (security_barrier)" : ""} as ${random.of(queries)!}`;
  }

  private changeView(view: TrackedView): string | null {
    const { random } = this;
    const one = random.of(this.views(view));
    if (!one) return null;
    const word = one.materialized ? "materialized view" : "view";
    const name = this.name(one);
    const column = random.of(one.columns);
    return random.of([
      `drop ${word} ${name}${random.chance(0.5) ? " cascade" : ""}`,
      `alter ${word} ${name} rename to ${q(fresh(random, ["report", "Summary", "v"]))}`,
      `alter ${word} ${name} set schema ${q(random.of(schemas)!)}`,
      ...(column === undefined ? [] : [`alter ${word} ${name} rename column ${q(column)} to ${q(fresh(random, ["x", "Y"]))}`]),
    ])!;
  }

  // --- sequences, functions, triggers, policies

  private sequence(view: TrackedView): string | null {
    const { random } = this;
    const sequence = random.of(this.sequences(view));
    const table = random.of(this.tables(view).filter((one) => one.columns.length > 0));
    if (!sequence || random.chance(0.35)) return `create sequence ${this.newName(view, ["counter", "Ticket"])}${random.of(["", " as integer", " start 10 increment 5", " minvalue 0 maxvalue 100 cycle"])!}`;
    const name = this.name(sequence);
    const column = table && random.of(table.columns);
    return random.of([
      `alter sequence ${name} increment by 7`,
      `alter sequence ${name} rename to ${q(fresh(random, ["counter", "Ticket"]))}`,
      `alter sequence ${name} set schema ${q(random.of(schemas)!)}`,
      `alter sequence ${name} owned by none`,
      ...(table && column ? [`alter sequence ${name} owned by ${this.name(table)}.${q(column.name)}`, `alter table ${this.name(table)} alter column ${q(column.name)} set default nextval('${name.replaceAll("'", "''")}')`] : []),
      `drop sequence ${name}${random.chance(0.5) ? " cascade" : ""}`,
    ])!;
  }

  private functions(view: TrackedView): readonly Function[] {
    return view.allFunctions();
  }

  private routine(view: TrackedView): string | null {
    const { random } = this;
    const routine = random.of(this.functions(view));
    if (!routine || random.chance(0.5)) {
      const name = this.newName(view, ["touch", "twice", "Check It"]);
      return random.of([
        `create or replace function ${name}() returns trigger language plpgsql as $$ begin return new; end $$`,
        `create function ${name}(a integer) returns integer immutable language sql as 'select a * 2'`,
        `create function ${name}(a text, b integer default 1) returns boolean stable language sql begin atomic select a <> ''; end`,
      ])!;
    }
    const signature = `${this.name(routine)}(${routine.arguments.join(", ")})`;
    const table = random.of(this.tables(view));
    const number = table && random.of(this.columnsOf(table, ({ type }) => type.text === "integer"));
    const uses = table && number !== undefined && routine.arguments.join() === "integer" ? [`alter table ${this.name(table)} add check (${this.name(routine)}(${q(number)}) > 0)`, `create index on ${this.name(table)} (${this.name(routine)}(${q(number)}))`, `alter table ${this.name(table)} alter column ${q(number)} set default ${this.name(routine)}(4)`] : [];
    return random.of([
      ...uses,
      ...uses,
      `alter function ${signature} rename to ${q(fresh(random, ["touch", "twice", "Check It"]))}`,
      `alter function ${signature} set schema ${q(random.of(schemas)!)}`,
      `alter function ${signature} security definer set search_path = ''`,
      `drop function ${signature}${random.chance(0.5) ? " cascade" : ""}`,
    ])!;
  }

  private trigger(view: TrackedView): string | null {
    const { random } = this;
    const table = random.of(this.tables(view));
    const routine = random.of(this.functions(view).filter((one) => one.returns === "trigger"));
    if (!table || table.columns.length === 0) return null;
    const trigger = random.of(table.triggers);
    if (trigger && random.chance(0.4)) {
      return random.of([
        `drop trigger ${q(trigger.name)} on ${this.name(table)}`,
        `alter trigger ${q(trigger.name)} on ${this.name(table)} rename to ${q(fresh(random, ["on_change", "Audit"]))}`,
        `alter table ${this.name(table)} disable trigger ${q(trigger.name)}`,
        `alter table ${this.name(table)} enable always trigger ${q(trigger.name)}`,
      ])!;
    }
    if (!routine) return null;
    const column = q(random.of(this.columnsOf(table))!);
    const event = random.of(["insert", "update", `update of ${column}`, "insert or delete"])!;
    const when = event.startsWith("update") && random.chance(0.4) ? ` when (old.${column} is distinct from new.${column})` : "";
    return `create trigger ${q(fresh(random, ["on_change", "Audit"]))} ${random.of(["before", "after"])!} ${event} on ${this.name(table)} for each row${when} execute function ${this.name(routine)}()`;
  }

  private policy(view: TrackedView): string | null {
    const { random } = this;
    const table = random.of(this.tables(view).filter((one) => one.columns.length > 0));
    if (!table) return null;
    const column = q(random.of(this.columnsOf(table))!);
    const other = random.of(this.tables(view).filter((one) => one.columns.length > 0))!;
    const inner = q(random.of(this.columnsOf(other))!);
    const using = random.of([`${column} is not null`, "true", `exists (select 1 from ${this.name(other)} o where o.${inner} is not null and ${q(table.name)}.${column} is not null)`])!;
    const policy = random.of(table.policies);
    if (policy && random.chance(0.5)) {
      return random.of([
        `drop policy ${q(policy.name)} on ${this.name(table)}`,
        `alter policy ${q(policy.name)} on ${this.name(table)} rename to ${q(fresh(random, ["own", "Tenant"]))}`,
        `alter policy ${q(policy.name)} on ${this.name(table)} to ${random.of(roles)!}, current_user`,
        ...(policy.using ? [`alter policy ${q(policy.name)} on ${this.name(table)} using (${using})`] : []),
      ])!;
    }
    const command = random.of(["", " for select", " for all", " for update", " as restrictive for delete"])!;
    const check = command.includes("update") && random.chance(0.5) ? ` with check (${column} is not null)` : "";
    return `create policy ${q(fresh(random, ["own", "Tenant"]))} on ${this.name(table)}${command}${random.of(["", ` to ${roles[0]!}`])!} using (${using})${check}`;
  }

  // --- comments, privileges, drops, schemas

  private comment(view: TrackedView): string | null {
    const { random } = this;
    const table = random.of(this.tables(view));
    const text = random.of(["'Says it''s so'", "'Two\nlines'", "null", "''"])!;
    const type = random.of(view.types());
    const routine = random.of(this.functions(view));
    const sequence = random.of(this.sequences(view));
    const one = random.of(this.views(view));
    const on: string[] = [];
    if (table) {
      on.push(`table ${this.name(table)}`);
      const column = random.of(this.columnsOf(table));
      if (column !== undefined) on.push(`column ${this.name(table)}.${q(column)}`);
      for (const constraint of table.constraints.slice(0, 1)) on.push(`constraint ${q(constraint.name)} on ${this.name(table)}`);
      for (const index of table.indexes.slice(0, 1)) on.push(`index ${this.name({ schema: table.schema, name: index.name })}`);
      for (const policy of table.policies.slice(0, 1)) on.push(`policy ${q(policy.name)} on ${this.name(table)}`);
      for (const trigger of table.triggers.slice(0, 1)) on.push(`trigger ${q(trigger.name)} on ${this.name(table)}`);
    }
    if (type) on.push(`${type.kind === "domain" ? "domain" : "type"} ${this.name(type)}`);
    if (routine) on.push(`function ${this.name(routine)}(${routine.arguments.join(", ")})`);
    if (sequence) on.push(`sequence ${this.name(sequence)}`);
    if (one) on.push(`${one.materialized ? "materialized view" : "view"} ${this.name(one)}`);
    const target = random.of(on);
    return target === undefined ? null : `comment on ${target} is ${text}`;
  }

  private grant(view: TrackedView): string | null {
    const { random } = this;
    const role = random.of(roles)!;
    const table = random.of(this.tables(view));
    const sequence = random.of(this.sequences(view));
    const type = random.of(view.types());
    const routine = random.of(this.functions(view));
    const schema = q(random.of(view.schemas())?.name ?? "public");
    const column = table && random.of(this.columnsOf(table));
    const targets = [
      ...(table ? [`select on ${this.name(table)}`, `all on ${this.name(table)}`, `insert, update on table ${this.name(table)}`] : []),
      ...(table && column !== undefined ? [`update (${q(column)}) on ${this.name(table)}`] : []),
      ...(sequence ? [`usage on sequence ${this.name(sequence)}`] : []),
      ...(type ? [`usage on ${type.kind === "domain" ? "domain" : "type"} ${this.name(type)}`] : []),
      ...(routine ? [`execute on function ${this.name(routine)}(${routine.arguments.join(", ")})`] : []),
      `usage on schema ${schema}`,
      `select on all tables in schema ${schema}`,
      `all on all sequences in schema ${schema}`,
    ];
    const what = random.of(targets)!;
    if (random.chance(0.12)) {
      const change = random.of(["grant select on tables to", "revoke execute on functions from", "grant usage on sequences to", "revoke usage on types from"])!;
      return `alter default privileges${random.chance(0.5) && !change.startsWith("revoke") ? ` in schema ${schema}` : ""} ${change} ${change.startsWith("revoke") ? "public" : role}`;
    }
    if (random.chance(0.35)) return `revoke ${what} from ${random.chance(0.3) && /execute|usage on (type|domain|schema)/.test(what) ? "public" : role}`;
    return `grant ${what} to ${role}${random.chance(0.15) ? " with grant option" : ""}`;
  }

  private drop(view: TrackedView): string | null {
    const { random } = this;
    const table = random.of(this.tables(view));
    if (!table) return null;
    return `drop table ${random.chance(0.2) ? "if exists " : ""}${this.name(table)}${random.chance(0.6) ? " cascade" : ""}`;
  }

  private schema(view: TrackedView): string {
    const { random } = this;
    const missing = schemas.filter((name) => name !== "public" && !view.schema(name));
    if (missing.length > 0 && random.chance(0.6)) return `create schema ${q(random.of(missing)!)}`;
    const name = q(random.of(view.schemas().filter((one) => one.name !== "public"))?.name ?? "app");
    return random.of([`drop schema ${name} cascade`, `alter schema ${name} rename to ${q(random.of(schemas.slice(1))!)}`, `set search_path = ${name}, public`, "reset search_path", "set search_path = public"].filter((one) => one !== `set search_path = ${name}, public` || view.schemas().some((known) => q(known.name) === name)))!;
  }
}
