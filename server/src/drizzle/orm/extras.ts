// What stands in a table's third argument: indexes, keys, checks and policies.

import type { ReferentialAction } from "../../schema/model";
import type { Source } from "../module";
import { isNothing, native, propertyOf, textOf, unknown, type Call, type NativeFunction, type Unknown, type Value } from "../values";
import { actionOf, sqlOf } from "./builder";
import { fragment, plain } from "./fragment";
import type { Column, Extra, IndexColumn, Policy } from "./model";

const extra = (value: Extra, source: Source): Value => ({ kind: "extra", extra: value, source });

/** A name that is given, and why it is not known where it is something else than a text. */
function nameOf(value: Value | undefined): { readonly name: string | null; readonly lost: Unknown | null } {
  const name = textOf(value);
  return { name, lost: name === null && value?.kind === "unknown" ? value : null };
}

const indexFunction = (unique: boolean): NativeFunction =>
  native(unique ? "uniqueIndex" : "index", ({ args, sources, source }) => {
    const { name, lost } = nameOf(args[0]);
    return extra({ extra: "index", name, unique, columns: null, only: false, concurrently: false, method: "btree", where: null, with: [], unknown: lost, nameSource: sources[0] ?? null }, source);
  });

function indexColumns({ args, open, source, sources }: Pick<Call, "args" | "open" | "source" | "sources">, from = 0): { readonly columns: readonly IndexColumn[]; readonly lost: Unknown | null } {
  let lost = open;
  // A spread argument is several.
  const own = sources.length === args.length ? sources.slice(from) : [];
  const columns = args.slice(from).flatMap((arg, i): readonly IndexColumn[] => {
    if (arg.kind === "column") return [{ of: { column: arg.column }, order: null, nulls: null, opclass: null, source: own[i] ?? null }];
    if (arg.kind === "indexColumn") return [arg.part];
    if (arg.kind === "sql") return [{ of: { sql: arg.sql }, order: null, nulls: null, opclass: null, source: arg.sql.source }];
    lost ??= arg.kind === "unknown" ? arg : unknown("what is indexed is not known", source);
    return [];
  });
  return { columns, lost };
}

/** `.asc()`, `.desc()`, `.nullsFirst()`, `.op("...")` of a column in an index. */
export function indexColumnMember(part: IndexColumn, name: string): Value | null {
  const next = (changed: Partial<IndexColumn>): NativeFunction => native(name, ({ source }) => ({ kind: "indexColumn", part: { ...part, ...changed, source } }));
  switch (name) {
    case "asc":
      return next({ order: "asc" });
    case "desc":
      // Drizzle says NULLS LAST wherever the code does not say FIRST.
      return next({ order: "desc", nulls: part.nulls ?? "last" });
    case "nullsFirst":
      return next({ nulls: "first" });
    case "nullsLast":
      return next({ nulls: "last" });
    case "op":
      return native(name, ({ args: [opclass], source }) => ({ kind: "indexColumn", part: { ...part, opclass: textOf(opclass), source } }));
    default:
      return null;
  }
}

type ExtraOf<K extends Extra["extra"]> = Extract<Extra, { extra: K }>;

function indexMember(value: Extract<Value, { kind: "extra" }>, index: ExtraOf<"index">, name: string): Value | null {
  const set = (change: (call: Call) => void): NativeFunction =>
    native(name, (call) => {
      change(call);
      // The whole chain, up to this call.
      return { ...value, source: call.source };
    });
  switch (name) {
    case "on":
    case "onOnly":
      return set((call) => {
        const { columns, lost } = indexColumns(call);
        index.columns = columns;
        index.only = name === "onOnly";
        index.unknown ??= lost;
      });
    case "using":
      return set((call) => {
        const { columns, lost } = indexColumns(call, 1);
        const method = textOf(call.args[0]);
        index.method = method ?? index.method;
        if (columns.length > 0) index.columns = columns;
        index.unknown ??= lost ?? (method === null ? unknown("its method is not known", call.source) : null);
      });
    case "where":
      return set(({ args: [where], source }) => {
        // `condition ? sql`...` : undefined`
        index.where = isNothing(where) ? null : sqlOf(where) ?? fragment([{ piece: "unknown", unknown: unknown("its condition is not known", source) }]);
      });
    case "with":
      return set(({ args: [options] }) => {
        index.with = options?.kind === "object" ? [...options.properties].flatMap(([key, { value: given }]) => (given.kind === "primitive" ? [[key, String(given.value)] as const] : [])) : [];
      });
    case "concurrently":
      return set(() => { index.concurrently = true; });
    default:
      return null;
  }
}

function uniqueMember(value: Extract<Value, { kind: "extra" }>, unique: ExtraOf<"unique">, name: string): Value | null {
  if (name === "on") {
    return native(name, (call) => {
      const { columns, lost } = plainColumns(call.args, call);
      unique.columns = columns;
      unique.unknown ??= lost;
      return { ...value, source: call.source };
    });
  }
  if (name !== "nullsNotDistinct") return null;
  return native(name, ({ source }) => {
    unique.nullsNotDistinct = true;
    return { ...value, source };
  });
}

function foreignKeyMember(value: Extract<Value, { kind: "extra" }>, key: ExtraOf<"foreign key">, name: string): Value | null {
  if (name !== "onDelete" && name !== "onUpdate") return null;
  return native(name, ({ args: [action], source }) => {
    key[name] = actionOf(action);
    return { ...value, source };
  });
}

export function extraMember(value: Extract<Value, { kind: "extra" }>, name: string): Value | null {
  const { extra: of } = value;
  if (of.extra === "index") return indexMember(value, of, name);
  if (of.extra === "unique") return uniqueMember(value, of, name);
  if (of.extra === "foreign key") return foreignKeyMember(value, of, name);
  if (of.extra === "policy" && name === "link") return native(name, (call) => linked(value, of.policy, call));
  return null;
}

/** `pgPolicy(...).link(table)`: stands outside of the table. */
function linked(value: Extract<Value, { kind: "extra" }>, policy: Policy, { args: [table], source }: Call): Value {
  if (table?.kind !== "table") return { ...value, source };
  table.table.linked.push({ policy, source });
  return { ...value, source, linkedTo: table.table };
}

function plainColumns(values: readonly Value[], { open, source }: Pick<Call, "open" | "source">): { readonly columns: readonly Column[]; readonly lost: Unknown | null } {
  let lost = open;
  const columns = values.flatMap((value) => {
    if (value.kind === "column") return [value.column];
    lost ??= value.kind === "unknown" ? value : unknown("a column of it is not known", source);
    return [];
  });
  return { columns, lost };
}

const listOf = (value: Value | undefined): { readonly values: readonly Value[]; readonly open: Unknown | null } =>
  value?.kind === "array" ? { values: value.items, open: value.rest } : { values: value ? [value] : [], open: null };

const primaryKey = native("primaryKey", (call) => {
  const { args, source } = call;
  const isLegacy = args[0]?.kind === "column";
  const { values, open } = isLegacy ? { values: args, open: call.open } : listOf(propertyOf(args[0], "columns"));
  const { columns, lost } = plainColumns(values, { open, source });
  const { name, lost: lostName } = isLegacy ? { name: null, lost: null } : nameOf(propertyOf(args[0], "name"));
  return extra({ extra: "primary key", name, columns, unknown: lost ?? lostName }, source);
});

const foreignKey = native("foreignKey", (call) => {
  const { args, source, run } = call;
  // The older form takes a function that gives the same object.
  const given = args[0]?.kind === "function" ? run(args[0], []) : args[0];
  const own = listOf(propertyOf(given, "columns"));
  const foreign = listOf(propertyOf(given, "foreignColumns"));
  const { columns, lost } = plainColumns(own.values, { open: own.open, source });
  const { columns: foreignColumns, lost: lostForeign } = plainColumns(foreign.values, { open: foreign.open, source });
  const { name, lost: lostName } = nameOf(propertyOf(given, "name"));
  const none: ReferentialAction = "no action";
  return extra({ extra: "foreign key", name, columns, foreignColumns, onDelete: none, onUpdate: none, unknown: lost ?? lostForeign ?? lostName }, source);
});

const unique = native("unique", ({ args, source }) => {
  const { name, lost } = nameOf(args[0]);
  return extra({ extra: "unique", name, columns: [], nullsNotDistinct: false, unknown: lost }, source);
});

const check = native("check", ({ args, source }) => {
  const { name, lost } = nameOf(args[0]);
  const expression = sqlOf(args[1]) ?? fragment([{ piece: "unknown", unknown: unknown("its condition is not known", source) }]);
  return extra({ extra: "check", name, expression, unknown: lost }, source);
});

const policyCommands = ["all", "select", "insert", "update", "delete"] as const;

const policy = native("pgPolicy", ({ args, sources, source }) => {
  const { name, lost } = nameOf(args[0]);
  const [, options] = args;
  const command = textOf(propertyOf(options, "for"));
  const to = propertyOf(options, "to");
  const { values, open } = listOf(to.kind === "primitive" && to.value === undefined ? undefined : to);
  const roles = values.map((value) => (value.kind === "role" ? value.role.name : textOf(value)));
  const unknownRole = open ?? (roles.includes(null) ? unknown("a role of it is not known", source) : null);
  const made: Policy = {
    name,
    permissive: textOf(propertyOf(options, "as")) !== "restrictive",
    command: policyCommands.find((each) => each === command) ?? "all",
    roles: values.length === 0 ? ["public"] : roles.filter((each) => each !== null),
    using: sqlOf(propertyOf(options, "using")),
    withCheck: sqlOf(propertyOf(options, "withCheck")),
    unknown: lost ?? unknownRole ?? (options?.kind === "unknown" ? options : options?.kind === "object" ? options.rest : null),
    nameSource: sources[0] ?? null,
  };
  return extra({ extra: "policy", policy: made }, source);
});

export const extraFunctions: Readonly<Record<string, NativeFunction>> = {
  index: indexFunction(false),
  uniqueIndex: indexFunction(true),
  unique,
  primaryKey,
  foreignKey,
  check,
  pgPolicy: policy,
};

/** drizzle-orm/neon: a policy for each command, named after the roles. */
export const crudPolicy = native("crudPolicy", ({ args: [options], source }) => {
  const { values } = listOf(propertyOf(options, "role"));
  const roles = values.map((value) => (value.kind === "role" ? value.role.name : textOf(value)));
  const lost = options?.kind === "unknown" ? options : roles.includes(null) ? unknown("a role of it is not known", source) : null;
  if (lost) return lost;
  const names = roles.filter((name) => name !== null);
  const ruleOf = (name: string): Policy["using"] | "none" => {
    const value = propertyOf(options, name);
    if (value.kind === "primitive") return value.value === true || value.value === false ? fragment([plain(String(value.value))]) : "none";
    return sqlOf(value) ?? "none";
  };
  const [read, modify] = [ruleOf("read"), ruleOf("modify")];
  const of = (command: Policy["command"], using: Policy["using"], withCheck: Policy["using"]): Value =>
    extra({ extra: "policy", policy: { name: `crud-${names.join("-")}-policy-${command}`, permissive: true, command, roles: names, using, withCheck, unknown: null, nameSource: null } }, source);
  const items = [
    ...(read === "none" ? [] : [of("select", read, null)]),
    ...(modify === "none" ? [] : [of("insert", null, modify), of("update", modify, modify), of("delete", modify, null)]),
  ];
  return { kind: "array", items, rest: null };
});
