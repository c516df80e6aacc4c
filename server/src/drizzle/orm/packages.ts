// What drizzle-orm's own modules export, by module.

import { nowhere } from "../module";
import { array, native, object, textOf, unknown, type Value } from "../values";
import { columnFunctions, customType } from "./columns";
import { crudPolicy, extraFunctions } from "./extras";
import { fragment, plain, type Fragment } from "./fragment";
import { enumFunction, role, roleFunction, sequenceFunction, viewFunction } from "./objects";
import { operators, piecesOf, sql } from "./sqlTemplate";
import { casedFunctions, plainForm, schemaFunction, tableColumns, tableCreator, tableFunction } from "./tables";

type Exports = Readonly<Record<string, Value>>;

const ofTable = (name: string, pick: (table: Extract<Value, { kind: "table" }>["table"]) => Value): Value =>
  native(name, ({ args: [table], source }) => (table?.kind === "table" ? pick(table.table) : unknown("the table is not known", source)));

const orm: Exports = {
  sql,
  ...operators,
  getTableColumns: ofTable("getTableColumns", tableColumns),
  getColumns: ofTable("getColumns", tableColumns),
  getTableName: ofTable("getTableName", (table) => ({ kind: "primitive", value: table.name, source: null })),
};

const pgCore: Exports = {
  ...columnFunctions,
  ...extraFunctions,
  customType,
  pgTable: tableFunction(plainForm),
  pgTableCreator: tableCreator,
  pgSchema: schemaFunction(),
  pgEnum: enumFunction(null),
  pgSequence: sequenceFunction(null),
  pgRole: roleFunction,
  pgView: viewFunction(null, false),
  pgMaterializedView: viewFunction(null, true),
  snakeCase: casedFunctions("snake_case"),
  camelCase: casedFunctions("camelCase"),
};

const existingRole = (name: string): Value => role(name, nowhere, true);
const sqlText = (text: string): Value => ({ kind: "sql", sql: sqlFragment(text) });
const sqlFragment = (text: string): Fragment => fragment([plain(text)]);

/** A table of the platform, with its columns' names and types as drizzle-orm gives them. */
function platformTable(schema: string, name: string, columns: readonly (readonly [key: string, name: string, type: string])[]): Value {
  const callOf = { sources: [], open: null, source: nowhere, member: nowhere, run: (callee: Value, args: readonly Value[]): Value => (callee.kind === "native" ? callee.call({ ...callOf, args }) : unknown("no function")) };
  const made = columns.map(([key, columnName, type]): [string, Value] => [key, columnFunctions[type]!.call({ ...callOf, args: [{ kind: "primitive", value: columnName, source: null }] })]);
  return tableFunction({ ...plainForm, schema, existing: true }).call({ ...callOf, args: [{ kind: "primitive", value: name, source: null }, object(made)] });
}

const supabase: Exports = {
  anonRole: existingRole("anon"),
  authenticatedRole: existingRole("authenticated"),
  serviceRole: existingRole("service_role"),
  postgresRole: existingRole("postgres_role"),
  supabaseAuthAdminRole: existingRole("supabase_auth_admin"),
  authUsers: platformTable("auth", "users", [
    ["id", "id", "uuid"],
    ["email", "email", "varchar"],
    ["phone", "phone", "text"],
    ["emailConfirmedAt", "email_confirmed_at", "timestamp"],
    ["phoneConfirmedAt", "phone_confirmed_at", "timestamp"],
    ["lastSignInAt", "last_sign_in_at", "timestamp"],
    ["createdAt", "created_at", "timestamp"],
    ["updatedAt", "updated_at", "timestamp"],
  ]),
  realtimeMessages: platformTable("realtime", "messages", [
    ["id", "id", "bigserial"],
    ["topic", "topic", "text"],
    ["extension", "extension", "text"],
  ]),
  authUid: sqlText("(select auth.uid())"),
  realtimeTopic: sqlText("realtime.topic()"),
};

const neon: Exports = {
  authenticatedRole: existingRole("authenticated"),
  anonymousRole: existingRole("anonymous"),
  crudPolicy,
  authUid: native("authUid", ({ args: [column], source }) => ({ kind: "sql", sql: fragment([plain("(select auth.user_id() = "), ...piecesOf(column), plain(")")], source) })),
  usersSync: platformTable("neon_auth", "users_sync", [
    ["rawJson", "raw_json", "jsonb"],
    ["id", "id", "text"],
    ["name", "name", "text"],
    ["email", "email", "text"],
    ["createdAt", "created_at", "timestamp"],
    ["deletedAt", "deleted_at", "timestamp"],
    ["updatedAt", "updated_at", "timestamp"],
  ]),
};

/** Of zod only what schemas take their labels from: `z.enum([...]).options`. */
const zodEnum = native("z.enum", ({ args: [given], source }) => {
  const labels = given?.kind === "array" ? given.items : given?.kind === "object" ? [...given.properties.values()].map(({ value }) => value) : null;
  if (!labels) return unknown("its labels are not known", source);
  const byLabel = given?.kind === "object" ? given : object(labels.flatMap((label): [string, Value][] => (label.kind === "primitive" ? [[String(label.value), label]] : [])));
  const rest = unknown("what zod makes of it is not known here", source);
  return object([["enum", byLabel], ["Enum", byLabel], ["Values", byLabel], ["options", array(labels)]], rest);
});
const z: Value = object([["enum", zodEnum], ["nativeEnum", zodEnum]], unknown("what zod makes is not known here"));
const zod: Exports = { z, default: z, enum: zodEnum, nativeEnum: zodEnum };

/** Of node:path what configurations make their paths with. */
const joined = native("path.join", ({ args, open, source }) => {
  const parts = args.map(textOf);
  if (open || parts.includes(null)) return unknown("a part of the path is not known", source);
  const from = parts.findLastIndex((part) => part!.startsWith("/"));
  return { kind: "primitive", value: parts.slice(Math.max(from, 0)).join("/"), source: null };
});
const pathFunctions: readonly [string, Value][] = [["join", joined], ["resolve", joined]];
const path: Exports = { default: object(pathFunctions, unknown("of node:path only join and resolve are known here")), ...Object.fromEntries(pathFunctions) };

/** The configuration itself, as it is given. */
const drizzleKit: Exports = { defineConfig: native("defineConfig", ({ args: [configuration] }) => configuration ?? unknown("nothing is configured")) };

const packages: Readonly<Record<string, Exports>> = {
  "drizzle-kit": drizzleKit,
  path,
  "node:path": path,
  zod,
  "zod/v4": zod,
  "zod/v3": zod,
  "drizzle-orm": orm,
  "drizzle-orm/sql": orm,
  "drizzle-orm/pg-core": pgCore,
  "drizzle-orm/supabase": supabase,
  "drizzle-orm/neon": neon,
};

/** Null: nothing is known of that package. */
export function exportsOfPackage(specifier: string): Exports | null {
  return packages[specifier] ?? null;
}
