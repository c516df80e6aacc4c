import type { ColumnDef, Node, RangeVar, TypeName } from "@pgsql/types";
import fc from "fast-check";
import { parse, type CreateColumnDef, type DataTypeDef, type QName, type Statement as Peer } from "pgsql-ast-parser";
import { beforeAll, expect, test } from "vitest";
import type { SqlParser } from "../../server/src/sql/parser";
import { splitStatements } from "../../server/src/sql/splitter";
import { sqlFiles } from "./corpus";
import { testParser } from "./parsers";

// Names, column types and nullability read from Postgres's own tree, beside what pgsql-ast-parser, which shares no code with it, reads from the
// same statement wherever it can read it. A difference is a mistake of how our tree is read, or one of its known ones:

const knownMisparses: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /\btime\s*\(\s*\d+\s*\)\s+with(out)?\s+time\s+zone/i, reason: "it reads time(2) with time zone as a timestamp" },
  { pattern: /\bU&["']/i, reason: "it does not resolve U&'' and U&\"\"" },
  { pattern: /""/, reason: 'it leaves "" in a quoted name as it is, and cuts off spaces at its ends' },
  { pattern: /[^\0-\x7f]/, reason: "it folds the case of letters that are not ASCII, Postgres does not in UTF-8" },
];

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
}

type Facts =
  | { readonly kind: "table" | "columns"; readonly name: string; readonly columns: readonly Column[] }
  | { readonly kind: "index"; readonly name: string; readonly table: string; readonly unique: boolean };

let parser: SqlParser;
beforeAll(async () => {
  parser = await testParser();
});

// Ours.

function ours(node: Node): Facts | null {
  if ("CreateStmt" in node) {
    const { relation, tableElts = [], inhRelations, partbound, ofTypename } = node.CreateStmt;
    if (inhRelations !== undefined || partbound !== undefined || ofTypename !== undefined) return null;
    const columns = tableElts.flatMap((item) => ("ColumnDef" in item ? [ourColumn(item.ColumnDef)] : []));
    return { kind: "table", name: ourName(relation), columns };
  }
  if ("AlterTableStmt" in node) {
    const { relation, cmds = [], objtype } = node.AlterTableStmt;
    const columns = cmds.flatMap((cmd) => {
      const definition = "AlterTableCmd" in cmd && cmd.AlterTableCmd.subtype === "AT_AddColumn" ? cmd.AlterTableCmd.def : undefined;
      return definition !== undefined && "ColumnDef" in definition ? [ourColumn(definition.ColumnDef)] : [];
    });
    return objtype === "OBJECT_TABLE" ? { kind: "columns", name: ourName(relation), columns } : null;
  }
  if ("IndexStmt" in node) {
    const { idxname = "", relation, unique = false } = node.IndexStmt;
    return { kind: "index", name: idxname, table: ourName(relation), unique };
  }
  return null;
}

function ourName(relation: RangeVar | undefined): string {
  return [relation?.schemaname, relation?.relname].filter((part) => part !== undefined).join(".");
}

function ourColumn({ colname = "", typeName, constraints = [] }: ColumnDef): Column {
  const notNull = constraints.some((one) => "Constraint" in one && (one.Constraint.contype === "CONSTR_NOTNULL" || one.Constraint.contype === "CONSTR_PRIMARY"));
  return { name: colname, type: ourType(typeName!), notNull };
}

function ourType({ names = [], typmods = [], arrayBounds = [] }: TypeName): string {
  const parts = names.flatMap((name) => ("String" in name ? [name.String.sval ?? ""] : []));
  const internal = parts[0] === "pg_catalog" ? parts[1]! : parts.join(".");
  const numbers = typmods.flatMap((mod) => ("A_Const" in mod && mod.A_Const.ival !== undefined ? [mod.A_Const.ival.ival ?? 0] : []));
  // The grammar itself adds the length 1 of char and bit.
  const modifiers = (internal === "bpchar" || internal === "bit") && numbers.length === 1 && numbers[0] === 1 ? [] : numbers;
  return internal + (modifiers.length > 0 ? `(${modifiers.join(",")})` : "") + "[]".repeat(arrayBounds.length);
}

// The peer's.

function theirs(statement: Peer): Facts | null {
  switch (statement.type) {
    case "create table": {
      const columns = statement.columns.flatMap((column) => (column.kind === "column" ? [theirColumn(column)] : []));
      return { kind: "table", name: theirName(statement.name), columns };
    }
    case "alter table": {
      const columns = statement.changes.flatMap((change) => (change.type === "add column" ? [theirColumn(change.column)] : []));
      return { kind: "columns", name: theirName(statement.table), columns };
    }
    case "create index":
      return { kind: "index", name: statement.indexName?.name ?? "", table: theirName(statement.table), unique: statement.unique === true };
    default:
      return null;
  }
}

function theirName({ schema, name }: QName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

function theirColumn({ name, dataType, constraints = [] }: CreateColumnDef): Column {
  return { name: name.name, type: theirType(dataType), notNull: constraints.some(({ type }) => type === "not null" || type === "primary key") };
}

const internalNames: Readonly<Record<string, string>> = {
  int: "int4", integer: "int4", bigint: "int8", smallint: "int2", real: "float4", "double precision": "float8", float: "float8", decimal: "numeric", dec: "numeric", boolean: "bool",
  "character varying": "varchar", character: "bpchar", char: "bpchar", "bit varying": "varbit", "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
  "time with time zone": "timetz", "time without time zone": "time",
};

function theirType(type: DataTypeDef): string {
  if (type.kind === "array") return `${theirType(type.arrayOf)}[]`;
  const name = type.doubleQuoted === true ? type.name : (internalNames[type.name] ?? type.name);
  const modifiers = (name === "bpchar" || name === "bit") && type.config?.length === 1 && type.config[0] === 1 ? [] : (type.config ?? []);
  return `${type.schema === undefined || type.schema === "pg_catalog" ? "" : `${type.schema}.`}${name}${modifiers.length > 0 ? `(${modifiers.join(",")})` : ""}`;
}

/** Whether both could read the statement and had something to compare. */
function compare(text: string): boolean {
  if (knownMisparses.some(({ pattern }) => pattern.test(text))) return false;
  const { node } = parser.parse(text);
  if (node === null) return false;
  let peer: Peer[];
  try {
    peer = parse(text);
  } catch {
    return false; // It reads 80% of real migrations' statements.
  }
  const mine = ours(node);
  const its = peer.length === 1 ? theirs(peer[0]!) : null;
  if (mine === null || its === null) return false;
  expect(mine, text).toEqual(its);
  return true;
}

test("over the corpus", () => {
  let compared = 0;
  for (const { text } of sqlFiles()) {
    for (const { kind, first, last } of splitStatements(text)) {
      if (kind === "statement" && compare(text.slice(first, last))) compared++;
    }
  }
  expect(compared).toBeGreaterThan(0);
});

test("over generated tables", () => {
  const name = fc.constantFrom("a", "B", "user_id", '"Order"', '"odd ""name"" "', "_x1", '"select"', "comment", "value", "type");
  const qualified = fc.oneof(name, fc.tuple(name, name).map((parts) => parts.join(".")));
  const type = fc.constantFrom(
    "int", "INTEGER", "bigint", "smallint", "serial", "bigserial", "real", "double precision", "float", "numeric", "numeric(10)", "numeric(10,2)", "decimal(5,1)", "text", "varchar", "varchar(20)",
    "character varying(3)", "char(3)", "boolean", "bool", "timestamp", "timestamp(3)", "timestamp with time zone", "timestamp(3) with time zone", "timestamp without time zone", "timestamptz",
    "timestamptz(6)", "time", "time with time zone", "date", "interval", "uuid", "json", "jsonb", "bytea", "public.citext", "vector(3)", "text[]", "int[][]", "varchar(20)[]", '"char"', "bit(3)",
  );
  const constraint = fc.constantFrom("not null", "null", "primary key", "unique", "default 1", "default 'x'", "default now()", "check (1 > 0)", "references t", "references s.t (a) on delete cascade", "generated always as identity");
  const column = fc.tuple(name, type, fc.uniqueArray(constraint, { maxLength: 3 })).map(([column, of, constraints]) => [column, of, ...constraints].join(" "));
  const tableConstraint = fc.constantFrom("primary key (a)", "unique (a, b)", "constraint c check (a > 0)", "foreign key (a) references t (a)");
  const statement = fc.oneof(
    fc.tuple(qualified, fc.array(column, { minLength: 1, maxLength: 5 }), fc.array(tableConstraint, { maxLength: 2 })).map(([table, columns, rest]) => `create table if not exists ${table} (\n  ${[...columns, ...rest].join(",\n  ")}\n)`),
    fc.tuple(qualified, fc.array(column, { minLength: 1, maxLength: 3 })).map(([table, columns]) => `ALTER TABLE ${table} ${columns.map((one) => `ADD COLUMN ${one}`).join(", ")}`),
    fc.tuple(name, qualified, fc.boolean()).map(([index, table, unique]) => `create ${unique ? "unique " : ""}index ${index} on ${table} (a, lower(b)) where a > 0`),
  );
  let compared = 0;
  fc.assert(
    fc.property(statement, (text) => {
      if (compare(text)) compared++;
    }),
    { numRuns: 1_000 },
  );
  expect(compared).toBeGreaterThan(500);
});
