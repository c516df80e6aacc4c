// What a server lets each role do on sample rows, and what the computed matrix says of it.

import type { Client } from "pg";
import type { AccessCell } from "../../server/src/policies/access";
import { Conditions } from "../../server/src/policies/conditions";
import { AccessMatrix } from "../../server/src/policies/matrix";
import { quoteIdentifier, quoteQualified } from "../../server/src/sql/identifiers";
import { SqlDocument } from "../../server/src/sql/document";
import type { SqlParser } from "../../server/src/sql/parser";
import { Timeline } from "../../server/src/schema/timeline";
import type { PolicySet } from "./accessSets";
import { version as versionOf } from "../schema/replay/replay";

/** The role that runs the histories, and one that nothing was ever granted to. */
const runner = "runner";
const someone = "someone";

export interface Verdict {
  /** Cells that are not what the server does. */
  readonly wrong: readonly string[];
  readonly unknown: readonly string[];
  readonly cells: number;
}

export async function prepare(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>("select current_database() as name");
  await client.query(`create role ${runner}; create role ${someone}; alter database ${quoteIdentifier(rows[0]!.name)} owner to ${runner}; grant create on schema public to public`);
}

export async function judge(client: Client, set: PolicySet, parser: SqlParser, postgresVersion: number): Promise<Verdict> {
  await client.query("begin");
  try {
    await client.query(set.setUp ?? "");
    const document = new SqlDocument("0.sql", set.history, parser);
    await runHistory(client, document.statements.map(({ parsed }) => parsed.text));
    for (const row of set.rows) await client.query(row);
    const timeline = new Timeline();
    timeline.setVersions([versionOf("0", document.statements)]);
    timeline.moveTo(timeline.length);
    const matrix = new AccessMatrix({ database: { platform: set.platform ?? null, postgresVersion }, condition: new Conditions(parser.parse).of, parse: parser.parse }).of(timeline);
    const wrong: string[] = [];
    const unknown: string[] = [];
    let cells = 0;
    for (const table of matrix) {
      if (set.leave?.includes(table.name) === true) continue;
      for (const cell of table.access) {
        cells++;
        const name = `${set.name}: ${table.name} ${cell.role} ${cell.command}`;
        if (cell.rows === "unknown") unknown.push(name);
        else for (const caller of set.callers) wrong.push(...(await compare(client, { ...table, base: set.bases?.[table.name] ?? null }, cell, caller)).map((difference) => `${name}, ${caller === "" ? "no setting" : caller}: ${cell.rows} (${cell.using ?? ""} / ${cell.check ?? ""}; ${cell.reason}), but ${difference}`));
      }
    }
    return { wrong, unknown, cells };
  } finally {
    await client.query("rollback");
  }
}

/** As the role that owns the database; what that may not do, roles above all, a superuser does. */
async function runHistory(client: Client, statements: readonly string[]): Promise<void> {
  let acting = false;
  for (const statement of statements) {
    if (acting) {
      await client.query(statement);
      acting = !/^reset role/i.test(statement);
      continue;
    }
    await client.query(`savepoint one; set local session authorization ${runner}`);
    try {
      await client.query(statement);
      await client.query("reset session authorization");
    } catch (error) {
      if ((error as { code?: string }).code !== "42501") throw error;
      await client.query("rollback to savepoint one");
      await client.query(statement);
    }
    acting = /^set (local )?role/i.test(statement);
    await client.query("release savepoint one");
  }
}

interface Asked {
  readonly schema: string;
  readonly name: string;
  /** The table behind a view, whose columns its predicate names. */
  readonly base: string | null;
}

type Row = Readonly<Record<string, unknown>>;

async function compare(client: Client, table: Asked, cell: AccessCell, caller: string): Promise<string[]> {
  const name = quoteQualified([table.schema, table.name]);
  const role = cell.role === "public" ? someone : cell.role === "owner" || (cell.role === "postgres") ? runner : cell.role;
  const { rows } = await client.query<{ row: Row }>(`select to_jsonb(t) as row from ${table.base ?? name} t order by id`);
  const all = rows.map(({ row }) => row);
  const ids = all.map((row) => Number(row["id"]));
  const columns = await columnsOf(client, name);
  const predicate = async (text: string | null, of: readonly number[]): Promise<string> => (text === null ? list(of) : list(await holds(client, table.base ?? name, role, caller, text, of)));
  if (cell.command === "insert") {
    const tried = await inserted(client, name, role, caller, all, columns);
    const expected = cell.rows === "none" ? "" : await newRows(client, name, table.base ?? name, role, caller, cell.check, all, columns);
    return tried === expected ? [] : [`the server takes ${tried || "nothing"}, where ${expected || "nothing"} is expected`];
  }
  const bare = cell.reason.startsWith("Only by");
  const { found, written } = await reached(client, name, role, caller, cell.command, all, columns, bare);
  const using = cell.rows === "none" ? "" : cell.rows === "all" && cell.using === null ? list(ids) : await predicate(cell.using, ids);
  // Found, and refused when it is written: nothing is changed.
  if (cell.command === "update" && cell.rows === "none" && written === "") return [];
  const differences = found === using ? [] : [`the server finds ${found || "nothing"}, where ${using || "nothing"} is expected`];
  if (cell.rows === "all" && using !== list(ids)) differences.push("its own predicate is not true for all");
  if (cell.command === "update" && !bare) {
    const check = cell.rows === "none" ? "" : await predicate(cell.check, numbers(using));
    if (written !== check) differences.push(`the server writes ${written || "nothing"}, where ${check || "nothing"} is expected`);
  }
  return differences;
}

const list = (ids: readonly number[]): string => [...ids].sort((a, b) => a - b).join(" ");
const numbers = (text: string): number[] => (text === "" ? [] : text.split(" ").map(Number));

/** Runs as a role with the caller's settings, and takes everything back. An error gives its SQLSTATE. */
async function as<T>(client: Client, role: string, caller: string, body: () => Promise<T>, before = ""): Promise<T | { readonly code: string; readonly message: string }> {
  await client.query(`savepoint two; ${before}; ${caller}; set local role ${quoteIdentifier(role)}`);
  try {
    return await body();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) throw error;
    return { code, message };
  } finally {
    await client.query("rollback to savepoint two");
  }
}

const isError = (result: unknown): result is { readonly code: string; readonly message: string } => typeof result === "object" && result !== null && "code" in result;
/** Of the role's rights or of the policies themselves: it reaches nothing. */
const isRefused = ({ code }: { readonly code: string }): boolean => code === "42501" || code === "42P17" || code === "55000" || code === "0A000" || code === "42809";

const literal = (value: unknown): string => (value === null || value === undefined ? "null" : `'${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll("'", "''")}'`);

async function reached(client: Client, name: string, role: string, caller: string, command: "select" | "update" | "delete", all: readonly Row[], columns: readonly string[], bare: boolean): Promise<{ readonly found: string; readonly written: string }> {
  if (command === "select") {
    const result = await as(client, role, caller, () => client.query<{ id: number }>(`select id from ${name}`));
    if (isError(result)) return { found: isRefused(result) ? "" : result.code, written: "" };
    return { found: list(result.rows.map(({ id }) => id)), written: "" };
  }
  const column = command === "update" ? await updatable(client, name, role, columns) : "";
  if (bare) {
    const result = await as(client, role, caller, async () => {
      await client.query(command === "update" ? `update ${name} set ${column} = 'bare'` : `delete from ${name}`);
      await client.query("reset role");
      const { rows } = await client.query<{ id: number }>(command === "update" ? `select id from ${name} where ${column}::text = 'bare'` : `select id from ${name}`);
      return rows.map(({ id }) => id);
    });
    if (isError(result)) return { found: isRefused(result) ? "" : result.code, written: "" };
    const ids = all.map((row) => Number(row["id"]));
    return { found: list(command === "update" ? result : ids.filter((id) => !result.includes(id))), written: "" };
  }
  const found: number[] = [];
  const written: number[] = [];
  for (const row of all) {
    const id = Number(row["id"]);
    const result = await as(client, role, caller, () => client.query(command === "update" ? `update ${name} set ${column} = ${literal(row[column])} where id = ${id}` : `delete from ${name} where id = ${id}`));
    if (isError(result)) {
      if (/row-level security|check option/.test(result.message)) found.push(id);
      else return { found: isRefused(result) ? "" : result.code, written: isRefused(result) ? "" : result.code };
    } else if ((result.rowCount ?? 0) > 0) {
      found.push(id);
      written.push(id);
    }
  }
  return { found: list(found), written: list(written) };
}

async function columnsOf(client: Client, name: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ column: string }>("select attname as column from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum", [name]);
  return rows.map(({ column }) => column);
}

async function granted(client: Client, name: string, role: string, columns: readonly string[], privilege: "INSERT" | "UPDATE"): Promise<readonly string[]> {
  const { rows } = await client.query<{ column: string }>("select c as column from unnest($1::text[]) c where has_column_privilege($2, $3, c, $4)", [columns, role, name, privilege]);
  return rows.length === 0 ? columns : rows.map(({ column }) => column);
}

/** A column that it may change: one that no policy asks about, where there is one. */
async function updatable(client: Client, name: string, role: string, columns: readonly string[]): Promise<string> {
  const own = await granted(client, name, role, columns, "UPDATE");
  return own.includes("note") ? "note" : own[0]!;
}

const insert = (name: string, columns: readonly string[], row: Row): string => `insert into ${name} (${columns.map(quoteIdentifier).join(", ")}) values (${columns.map((column) => (column === "id" ? String(Number(row["id"]) + 100) : literal(row[column]))).join(", ")})`;

async function inserted(client: Client, name: string, role: string, caller: string, all: readonly Row[], columns: readonly string[]): Promise<string> {
  const taken: number[] = [];
  const own = await granted(client, name, role, columns, "INSERT");
  for (const row of all) {
    const result = await as(client, role, caller, () => client.query(insert(name, own, row)));
    if (!isError(result)) taken.push(Number(row["id"]));
    else if (/row-level security|check option/.test(result.message)) continue;
    else return isRefused(result) ? "" : result.code;
  }
  return list(taken);
}

/** Those of the new rows that the predicate is true for. */
async function newRows(client: Client, name: string, base: string, role: string, caller: string, check: string | null, all: readonly Row[], columns: readonly string[]): Promise<string> {
  const taken: number[] = [];
  const own = await granted(client, name, role, columns, "INSERT");
  for (const row of all) {
    const id = Number(row["id"]);
    await client.query(`savepoint three; ${insert(base, own, row)}`);
    if (check === null || (await holds(client, base, role, caller, check, [id + 100])).length > 0) taken.push(id);
    await client.query("rollback to savepoint three");
  }
  return list(taken);
}

/** Evaluated by the server for the role, with all other tables as they are for it and without this one's policies. */
async function holds(client: Client, base: string, role: string, caller: string, text: string, ids: readonly number[]): Promise<number[]> {
  const open = `alter table ${base} disable row level security; grant select on ${base} to ${quoteIdentifier(role)}; do $$ begin execute format('grant usage on schema %s to ${role}', split_part('${base}', '.', 1)); end $$`;
  const result = await as(client, role, caller, () => client.query<{ id: number }>(`select id from ${base} where id = any($1) and (${text})`, [ids]), open);
  if (isError(result)) throw new Error(`${text}: ${result.message}`);
  return result.rows.map(({ id }) => id);
}
