// Rows that are made up: what stands in a column of row i is a function of i, so that a key in one table can be written
// in another without looking.

import type { References } from "./references";
import { childrenOfOne } from "./rowCounts";
import type { ColumnShape, TableShape } from "./tableShapes";
import { limitsOf, type Limits } from "./simpleChecks";

/** One INSERT for all rows of a table. `counts`: of each table, by oid. `plain`: columns that get their default, or NULL. */
export function insertRows(table: TableShape, references: References, counts: ReadonlyMap<string, number>, plain: ReadonlySet<string> = new Set()): string {
  const rows = new RowMaker(references, counts);
  const columns = table.columns.filter(({ name, hasDefault }) => !(hasDefault && plain.has(name)));
  const names = columns.map(({ name }) => name).join(", ");
  const values = columns.map((column) => (plain.has(column.name) && !column.notNull ? `NULL::${column.type}` : rows.value(table, column, "i")));
  return `INSERT INTO ${table.name} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values.join(", ")} FROM generate_series(1::bigint, ${counts.get(table.oid) ?? 0}) AS i`;
}

class RowMaker {
  private readonly limits = new Map<TableShape, ReadonlyMap<string, Limits>>();

  constructor(
    private readonly references: References,
    private readonly counts: ReadonlyMap<string, number>,
  ) {}

  /** As SQL. `index` is the row's number, as SQL. */
  value(table: TableShape, column: ColumnShape, index: string, depth = 0): string {
    const isDistinct = this.references.distinctOf(table).has(column.name);
    const reference = depth < 10 ? this.references.of(table, column) : null;
    if (reference) {
      const { target, refColumn, isOwn, isOneToOne } = reference;
      const others = this.counts.get(target.oid) ?? 0;
      if ((isOwn || others === 0) && !column.notNull && !isDistinct) return `NULL::${column.type}`;
      // A row that refers to itself is at least there.
      const other = isOneToOne || isOwn ? index : `(1 + (${index}) * 7919 % ${this.referredTo(table, others)})`;
      return `(${this.value(target, refColumn, other, depth + 1)})::${column.type}`;
    }
    const limits = this.limitsOf(table).get(column.name);
    const made = `(${columnValue(column, { index, isDistinct, limits, isApart: table.exclusive })})::${column.type}`;
    // A range without an end overlaps with all that come.
    return column.notNull || isDistinct || table.exclusive || limits?.filled === true ? made : `CASE WHEN (${index}) % 10 = 3 THEN NULL ELSE ${made} END`;
  }

  /** How many of `others` rows those of a table refer to. */
  private referredTo(table: TableShape, others: number): number {
    return Math.max(1, Math.min(others, Math.ceil((this.counts.get(table.oid) ?? 0) / childrenOfOne)));
  }

  private limitsOf(table: TableShape): ReadonlyMap<string, Limits> {
    let limits = this.limits.get(table);
    if (!limits) this.limits.set(table, (limits = limitsOf(table.checks)));
    return limits;
  }
}

interface Wanted {
  readonly index: string;
  readonly isDistinct: boolean;
  readonly limits: Limits | undefined;
  /** Ranges of different rows, and days that ranges are made of, have nothing in common. */
  readonly isApart: boolean;
}

function columnValue(column: ColumnShape, wanted: Wanted): string {
  const { limits, index } = wanted;
  if (limits?.among) return picked(limits.among, index);
  if (limits?.made !== undefined) return limits.made.replaceAll("{i}", index);
  if (column.isArray) return `ARRAY[${oneValue(column, wanted)}, ${oneValue(column, { ...wanted, index: `(${index} + 1)` })}]::${column.type}`;
  if (column.isComposite) return "NULL";
  if (column.isRange) return rangeValue(column, wanted);
  return oneValue(column, wanted);
}

function rangeValue({ type, base }: ColumnShape, { index, isApart }: Wanted): string {
  const step = isApart ? 20 : 5;
  const range = type.replace("multirange", "range").replace(/\(.*\)/, "");
  const bound = (more: number): string => (base.startsWith("timestamp") || base === "date" ? `('2024-01-01'::timestamp + (${index} * ${step} + ${more}) * interval '1 hour')::${base}` : `(${index} * ${step} + ${more})::${base}`);
  // Of dates a day is the least.
  const made = base === "date" ? `daterange('2024-01-01'::date + (${index} * ${step})::int, '2024-01-01'::date + (${index} * ${step} + 10)::int)` : `${range}(${bound(0)}, ${bound(10)})`;
  return type.includes("multirange") ? `${type}(${made})` : made;
}

function picked(values: readonly string[], index: string): string {
  return `(ARRAY[${values.join(", ")}])[1 + (${index}) % ${values.length}]`;
}

function oneValue(column: ColumnShape, wanted: Wanted): string {
  const { base, labels, modifiers } = column;
  const { index, isDistinct, isApart } = wanted;
  if (labels) return picked(labels.map(quoted), index);
  switch (base) {
    case "int2":
    case "int4":
    case "int8":
    case "oid":
    case "numeric":
    case "float4":
    case "float8":
    case "money":
      return numberValue(column, wanted);
    case "text":
    case "varchar":
    case "bpchar":
    case "char":
    case "name":
    case "citext":
      return textValue(column, wanted);
    case "bool":
      return `${index} % 3 > 0`;
    case "uuid":
      return `md5((${index})::text)::uuid`;
    case "date":
      return `'2020-01-01'::date + (${isApart ? `${index} * 10` : isDistinct ? index : `${index} % 2000`} + ${wanted.limits?.rank ?? 0})::int`;
    case "timestamp":
    case "timestamptz":
      return `'2024-01-01'::timestamp + (${index}) * interval '${isApart ? "10 days" : "7 minutes"}' + ${wanted.limits?.rank ?? 0} * interval '1 day'`;
    case "time":
    case "timetz":
      return `'00:00'::time + (${index}) * interval '37 seconds'`;
    case "interval":
      return `(${index}) * interval '1 minute'`;
    case "json":
    case "jsonb":
      return `jsonb_build_object('id', ${index}, 'kind', 'kind ' || ${index} % 10, 'tags', jsonb_build_array('tag ' || ${index} % 7))`;
    case "bytea":
      return `substr(sha256((${index})::text::bytea), 1, ${wanted.limits?.shortest ?? 16})`;
    case "inet":
    case "cidr":
      return `('10.0.0.0'::inet + (${index}))`;
    case "macaddr":
      return `('02:00:00:' || to_char(${index} / 10000 % 100, 'FM00') || ':' || to_char(${index} / 100 % 100, 'FM00') || ':' || to_char(${index} % 100, 'FM00'))`;
    case "bit":
    case "varbit":
      return `(${index})::bit(${modifiers[0] ?? 1})`;
    case "point":
      return `point(${index}, ${index} % 100)`;
    case "tsvector":
      return `to_tsvector('simple', 'word' || ${index} % 100 || ' text' || ${index})`;
    case "xml":
      return `'<row/>'`;
    case "ltree":
      return `('top.part' || ${index} % 100 || '.row' || ${index})`;
    case "hstore":
      return `('id=>' || ${index})`;
    case "vector":
    case "halfvec":
      return `(SELECT array_agg(sin((${index}) * k)::real) FROM generate_series(1, ${modifiers[0] ?? 3}) AS k)`;
    default:
      return "NULL";
  }
}

function numberValue({ base, modifiers }: ColumnShape, { index, isDistinct, limits }: Wanted): string {
  const isWhole = base.startsWith("int") || base === "oid" || (base === "numeric" && modifiers.length > 0 && (modifiers[1] ?? 0) === 0);
  const digits = base === "numeric" && modifiers[0] !== undefined ? modifiers[0] - (modifiers[1] ?? 0) : base === "int2" ? 4 : 9;
  const least = limits?.least ?? (isDistinct ? 1 : 0);
  const most = limits?.most ?? (isDistinct ? 10 ** Math.min(digits, 12) - 1 : least + Math.min(999, 10 ** Math.min(digits, 3) - 1));
  const span = Math.max(1, isWhole ? Math.floor(most) - Math.ceil(least) + 1 : most - least);
  const whole = isWhole ? Math.ceil(least) : least;
  // Keys are their row's number, where they may be.
  if (isDistinct) return whole <= 1 && most >= 1 ? index : `${whole} + ${index}`;
  const step = `(${index}) * 7919 % ${Math.max(1, Math.floor(span))}`;
  return isWhole ? `${whole} + ${step}` : `${whole} + ${step} + ${span > 1 ? `(${index}) % 100 / 100.0` : "0"}`;
}

function textValue({ name, base, modifiers }: ColumnShape, { index, isDistinct, limits }: Wanted): string {
  const longest = Math.min(limits?.longest ?? Infinity, base === "char" ? 1 : (modifiers[0] ?? Infinity));
  const shown = isDistinct ? index : `${index} % ${fewValues.test(name) ? 5 : 500}`;
  const plain = /email/i.test(name) ? `'user' || ${shown} || '@example.com'` : /url|link|href/i.test(name) ? `'https://example.com/' || ${shown}` : `'${name.replace(/\W/g, "").slice(0, 20)} ' || ${shown}`;
  const shortest = limits?.shortest ?? 0;
  const padded = shortest > 8 ? `rpad(${plain}, ${shortest}, 'x')` : plain;
  if (longest === Infinity) return padded;
  return longest >= 40 ? padded : `right(lpad(to_hex(${shown}), ${Math.max(shortest, 4)}, '0'), ${longest})`;
}

const fewValues = /status|state|type|kind|role|level|category|country|currency|lang|locale/i;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
