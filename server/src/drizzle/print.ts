// What drizzle-kit would write for a schema, as SQL that knows where in the code each part of it comes from.

import { quoteIdentifier } from "../sql/identifiers";
import { defaultText } from "./defaults";
import type { Source } from "./module";
import { columnName, columnUniqueName, foreignKeyName, indexName, primaryKeyName, uniqueName, type Naming } from "./names";
import { unknownIn, type Fragment } from "./orm/fragment";
import type { Column, Enum, Extra, IndexColumn, Policy, Role, Sequence, Table, View } from "./orm/model";
import { SqlText } from "./statement";
import type { ReferentialAction } from "../schema/model";
import { unknown, type Unknown, type Value } from "./values";

export interface Printed {
  readonly sql: SqlText;
  readonly source: Source;
}

export interface PrintedTable {
  readonly table: Printed;
  readonly foreignKeys: readonly Printed[];
  readonly indexes: readonly Printed[];
  readonly rowSecurity: readonly Printed[];
  /** The third argument, as far as it is known. */
  readonly extras: readonly PlacedExtra[];
  /** Not all of it is known; why. */
  readonly unknown: readonly Unknown[];
}

const always = (text: string): string => `"${text.replaceAll('"', '""')}"`;

export const relationName = ({ schema, name }: Pick<Table, "schema" | "name">): string => (schema === null ? always(name) : `${always(schema)}.${always(name)}`);

/** How a column is written inside of SQL: by itself, or with its table. */
type ColumnForm = "alone" | "with its table";

export class Printer {
  constructor(private readonly naming: Naming) {}

  schema(name: string, source: Source): Printed {
    return { sql: new SqlText().write(`CREATE SCHEMA ${quoteIdentifier(name)}`), source };
  }

  role({ name, options, source }: Role): Printed {
    return { sql: new SqlText().write(`CREATE ROLE ${always(name)}${options.length === 0 ? "" : ` WITH ${options.join(" ")}`}`), source };
  }

  /** Null: its labels are not known. */
  enum(of: Enum): Printed | null {
    if ("kind" in of.labels) return null;
    const labels = of.labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(", ");
    return { sql: new SqlText().write("CREATE TYPE ").write(relationName(of), of.nameSource).write(` AS ENUM (${labels})`), source: of.source };
  }

  sequence({ schema, name, options, source }: Sequence): Printed {
    return { sql: new SqlText().write(`CREATE SEQUENCE ${relationName({ schema, name })}${options.words.map((word) => ` ${word}`).join("")}`), source };
  }

  /** Null: its query is not known. */
  view(view: View): Printed | null {
    if (!view.query || unknownIn(view.query)) return null;
    const sql = new SqlText().write(view.materialized ? "CREATE MATERIALIZED VIEW " : "CREATE VIEW ").write(relationName(view), view.nameSource);
    if (view.options.length > 0) sql.write(` WITH (${view.options.join(", ")})`);
    this.fragment(sql.write(" AS "), view.query, "with its table");
    return { sql, source: view.source };
  }

  table(table: Table): PrintedTable {
    const lost: Unknown[] = table.unknown ? [table.unknown] : [];
    const extras = this.extrasOf(table, lost);
    const sql = new SqlText().write("CREATE TABLE ").write(relationName(table), table.nameSource).write(" (");
    const separated = separator(sql);
    const keys = extras.flatMap(({ extra, source }) => (extra.extra === "primary key" ? [{ extra, source }] : []));
    for (const column of table.columns.values()) {
      if (column.unknown) lost.push(column.unknown);
      separated(() => { this.column(sql, column, lost); });
    }
    for (const { extra, source } of keys.slice(0, 1)) separated(() => { this.primaryKey(sql, table, extra, source); });
    for (const column of table.columns.values()) if (column.unique) separated(() => { this.columnUnique(sql, column); });
    for (const { extra, source } of extras) {
      if (extra.extra === "unique" && extra.columns.length > 0) separated(() => { this.unique(sql, table, extra, source); });
      if (extra.extra === "check" && isKnown(extra.expression, lost)) separated(() => { this.check(sql, extra, source); });
    }
    sql.write(")");
    return {
      table: { sql, source: table.source },
      foreignKeys: this.foreignKeys(table, extras, lost),
      indexes: extras.flatMap(({ extra, source }) => (extra.extra === "index" ? (this.index(table, extra, source, lost) ?? []) : [])),
      rowSecurity: this.rowSecurity(table, extras, lost),
      extras,
      unknown: lost,
    };
  }

  /** Policies that stand outside of the schema's tables. */
  linkedPolicies(table: Table): readonly Printed[] {
    return table.linked.flatMap(({ policy, source }) => this.policy(table, policy, source, []) ?? []);
  }

  /** The third argument, as an array or an object, nested or not; what of it is no extra or not known is said in `lost`. */
  private extrasOf(table: Table, lost: Unknown[]): readonly PlacedExtra[] {
    const found: PlacedExtra[] = [];
    const collect = (value: Value | null): void => {
      switch (value?.kind) {
        case undefined:
        case "primitive":
          return;
        case "array":
          value.items.forEach(collect);
          if (value.rest) lost.push(value.rest);
          return;
        case "object":
          for (const property of value.properties.values()) collect(property.value);
          if (value.rest) lost.push(value.rest);
          return;
        case "extra": {
          const { extra, source } = value;
          const why = extra.extra === "policy" ? extra.policy.unknown : extra.unknown;
          if (why) lost.push(why);
          else found.push({ extra, source });
          return;
        }
        case "unknown":
          lost.push(value);
          return;
        default:
        // drizzle-orm takes no notice of anything else: of SQL that stands there, for one.
      }
    };
    collect(table.extras?.() ?? null);
    return found;
  }

  private column(sql: SqlText, column: Column, lost: Unknown[]): void {
    sql.within(column.whole, () => {
      sql.write(quoteIdentifier(columnName(column, this.naming)), column.nameSource ?? column.keySource).write(" ");
      const start = sql.text.length;
      sql.within(column.source, () => {
        if (column.unknown && column.sqlType.pieces.length === 0) sql.write("unknown");
        else if (column.type === "geometry" && this.naming.release === "stable") sql.write("geometry(point)");
        else this.fragment(sql, column.sqlType, "alone");
        for (const dimension of column.dimensions) sql.write(dimension);
      });
      const type = sql.text.slice(start);
      const key = column.calls.get("primaryKey");
      if (column.primaryKey) sql.write(" ").write("PRIMARY KEY", key ?? null);
      this.default(sql, column, type, lost);
      const generated = column.generated?.();
      if (generated && isKnown(generated, lost)) {
        sql.write(" GENERATED ALWAYS AS (");
        this.fragment(sql, generated, "with its table");
        sql.write(") STORED");
      }
      if (column.notNull && !column.identity) sql.write(" ").write("NOT NULL", column.calls.get("notNull") ?? null);
      if (column.identity) {
        const { kind, options, source } = column.identity;
        const name = quoteIdentifier(options.name ?? `${column.table.name}_${columnName(column, this.naming)}_seq`);
        const words = [`SEQUENCE NAME ${column.table.schema === null ? "" : `${always(column.table.schema)}.`}${name}`, ...options.words];
        sql.write(" ").write(`GENERATED ${kind === "always" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY (${words.join(" ")})`, source);
      }
    });
  }

  private default(sql: SqlText, column: Column, type: string, lost: Unknown[]): void {
    const given = column.default;
    if (!given) return;
    const call = column.calls.get("default") ?? column.calls.get("defaultNow") ?? column.calls.get("defaultRandom") ?? null;
    if (given.kind === "sql") {
      if (!isKnown(given.sql, lost)) return;
      sql.write(" ").within(call, () => { this.fragment(sql.write("DEFAULT "), given.sql, "with its table"); });
      return;
    }
    const text = defaultText(given, column, type, this.naming.release);
    if (text === null) lost.push(given.kind === "unknown" ? given : unknown("a default is not known", call));
    else sql.write(" ").write(`DEFAULT ${text}`, call);
  }

  private primaryKey(sql: SqlText, table: Table, key: ExtraOf<"primary key">, source: Source): void {
    const name = key.name ?? primaryKeyName(table, key.columns, this.naming);
    sql.within(source, () => { this.columns(sql.write(`${named(name)}PRIMARY KEY `), key.columns); });
  }

  private columnUnique(sql: SqlText, column: Column): void {
    const { name, nullsNotDistinct, source } = column.unique!;
    sql.within(source, () => {
      this.columns(sql.write(`${named(name ?? columnUniqueName(column, this.naming))}UNIQUE ${nullsNotDistinct ? "NULLS NOT DISTINCT " : ""}`), [column]);
    });
  }

  private unique(sql: SqlText, table: Table, unique: ExtraOf<"unique">, source: Source): void {
    const name = unique.name ?? uniqueName(table, unique.columns, this.naming);
    sql.within(source, () => { this.columns(sql.write(`${named(name)}UNIQUE ${unique.nullsNotDistinct ? "NULLS NOT DISTINCT " : ""}`), unique.columns); });
  }

  private check(sql: SqlText, check: ExtraOf<"check">, source: Source): void {
    sql.within(source, () => {
      sql.write(`${named(check.name)}CHECK (`);
      this.fragment(sql, check.expression, "with its table");
      sql.write(")");
    });
  }

  private columns(sql: SqlText, columns: readonly Column[]): void {
    sql.write(`(${columns.map((column) => quoteIdentifier(columnName(column, this.naming))).join(", ")})`);
  }

  private foreignKeys(table: Table, extras: readonly PlacedExtra[], lost: Unknown[]): readonly Printed[] {
    const byName = new Map<string, Printed>();
    const add = (name: string | null, columns: readonly Column[], foreign: readonly Column[], actions: { readonly onDelete: ReferentialAction; readonly onUpdate: ReferentialAction }, source: Source): void => {
      const [first] = foreign;
      if (!first) return;
      const own = name ?? foreignKeyName(table, columns, foreign, this.naming);
      const sql = new SqlText().write(`ALTER TABLE ${relationName(table)} ADD `);
      sql.within(source, () => {
        this.columns(sql.write(`${named(own)}FOREIGN KEY `), columns);
        this.columns(sql.write(` REFERENCES ${relationName(first.table)} `), foreign);
        for (const [word, action] of [["DELETE", actions.onDelete], ["UPDATE", actions.onUpdate]] as const) if (action !== "no action") sql.write(` ON ${word} ${action.toUpperCase()}`);
      });
      // Of two with one name drizzle-kit keeps the later.
      byName.set(own, { sql, source });
    };
    for (const column of table.columns.values()) {
      for (const reference of column.references) {
        const target = reference.target();
        if (target.kind === "column") add(this.naming.release === "rc" ? reference.name : null, [column], [target.column], reference, reference.source);
        else lost.push(target.kind === "unknown" ? target : unknown("what it refers to is not known", reference.source));
      }
    }
    for (const { extra, source } of extras) if (extra.extra === "foreign key") add(extra.name, extra.columns, extra.foreignColumns, extra, source);
    return [...byName.values()];
  }

  private index(table: Table, index: ExtraOf<"index">, source: Source, lost: Unknown[]): Printed | null {
    const columns = index.columns ?? [];
    if (columns.length === 0) return null;
    for (const { of } of columns) if ("sql" in of && !isKnown(of.sql, lost)) return null;
    if (index.where && !isKnown(index.where, lost)) return null;
    const names = columns.flatMap(({ of }) => ("column" in of ? [columnName(of.column, this.naming)] : []));
    // Without a name for an expression drizzle-kit gives up.
    if (index.name === null && names.length < columns.length) return null;
    const name = index.name ?? indexName(table, names);
    const sql = new SqlText().write(`CREATE ${index.unique ? "UNIQUE " : ""}INDEX `).write(quoteIdentifier(name), index.name === null ? null : index.nameSource);
    sql.write(` ON ${relationName(table)} USING ${index.method} (`);
    const separated = separator(sql);
    for (const column of columns) separated(() => { this.indexColumn(sql, column); });
    sql.write(")");
    if (index.with.length > 0) sql.write(` WITH (${index.with.map(([key, value]) => `${key} = ${value}`).join(", ")})`);
    if (index.where) this.fragment(sql.write(" WHERE "), index.where, "with its table");
    return { sql, source };
  }

  private indexColumn(sql: SqlText, { of, order, nulls, opclass, source }: IndexColumn): void {
    sql.within(source, () => {
      if ("column" in of) sql.write(quoteIdentifier(columnName(of.column, this.naming)));
      else this.fragment(sql, of.sql, "alone");
      if (opclass !== null) sql.write(` ${opclass}`);
      // Stable Drizzle leaves the order out beside an operator class.
      if (opclass !== null && this.naming.release === "stable") return;
      if (order === "desc") sql.write(" DESC");
      if (nulls === "first" || (nulls === "last" && order === "desc")) sql.write(` NULLS ${nulls.toUpperCase()}`);
    });
  }

  private rowSecurity(table: Table, extras: readonly PlacedExtra[], lost: Unknown[]): readonly Printed[] {
    const own = extras.flatMap(({ extra, source }) => (extra.extra === "policy" ? [{ policy: extra.policy, source }] : []));
    const policies = [...own, ...table.linked];
    const source = table.rowSecurity ?? policies[0]?.source;
    if (!source) return [];
    const enable: Printed = { sql: new SqlText().write(`ALTER TABLE ${relationName(table)} ENABLE ROW LEVEL SECURITY`), source };
    return [enable, ...policies.flatMap((each) => this.policy(table, each.policy, each.source, lost) ?? [])];
  }

  private policy(table: Table, policy: Policy, source: Source, lost: Unknown[]): Printed | null {
    if (policy.unknown || policy.name === null) return null;
    if ((policy.using && !isKnown(policy.using, lost)) || (policy.withCheck && !isKnown(policy.withCheck, lost))) return null;
    const roles = [...policy.roles].sort().map((role) => (["public", "current_user", "current_role", "session_user"].includes(role) ? role : always(role)));
    const sql = new SqlText().write("CREATE POLICY ").write(quoteIdentifier(policy.name), policy.nameSource);
    sql.write(` ON ${relationName(table)} AS ${policy.permissive ? "PERMISSIVE" : "RESTRICTIVE"} FOR ${policy.command.toUpperCase()} TO ${roles.join(", ")}`);
    for (const [word, expression] of [["USING", policy.using], ["WITH CHECK", policy.withCheck]] as const) {
      if (!expression) continue;
      sql.write(` ${word} (`).within(expression.source, () => { this.fragment(sql, expression, "with its table"); }).write(")");
    }
    return { sql, source };
  }

  private fragment(sql: SqlText, { pieces }: Fragment, form: ColumnForm): void {
    for (const piece of pieces) {
      switch (piece.piece) {
        case "text":
          sql.write(piece.text, piece.source, piece.source !== null);
          break;
        case "column": {
          const name = quoteIdentifier(columnName(piece.column, this.naming));
          sql.write(form === "alone" ? name : `${relationName(piece.column.table)}.${name}`, piece.source);
          break;
        }
        case "table":
          sql.write(relationName(piece.table));
          break;
        case "enum":
          sql.write(relationName(piece.enum));
          break;
        case "role":
          sql.write(always(piece.role.name));
          break;
        case "parenthesis":
          if (this.naming.release === "rc") sql.write(piece.text);
          break;
        case "value":
          sql.write(piece.text);
          break;
        case "unknown":
      }
    }
  }
}

export interface PlacedExtra {
  readonly extra: Extra;
  readonly source: Source;
}
type ExtraOf<K extends Extra["extra"]> = Extract<Extra, { extra: K }>;

const named = (name: string | null): string => (name === null ? "" : `CONSTRAINT ${quoteIdentifier(name)} `);

function isKnown(fragment: Fragment, lost: Unknown[]): boolean {
  const why = unknownIn(fragment);
  if (why) lost.push(why);
  return why === null;
}

/** Writes a comma before each but the first. */
function separator(sql: SqlText): (write: () => void) => void {
  let first = true;
  return (write) => {
    if (!first) sql.write(", ");
    first = false;
    write();
  };
}
