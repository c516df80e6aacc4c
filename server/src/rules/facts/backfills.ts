// An UPDATE that writes all rows of a table that is in use, and the loop that does the same in batches.

import { isAlwaysTrue, onlyNotNull, onlyNull } from "../../schema/predicates";
import { readChanges } from "../../schema/read/index";
import type { Table } from "../../schema/model";
import { quoteIdentifier } from "../../sql/identifiers";
import { keywordRange } from "../../sql/ranges";
import type { FixIntent, FixProposal, LiveTable, StatementContext } from "../rule";
import type { Change, ObjectName } from "../../schema/changes";
import { written } from "../wording";
import { textAt } from "./edits";
import { toolNames, transactionInTheWay } from "./transactions";

export interface Backfill {
  readonly table: LiveTable;
  readonly name: ObjectName;
  /** The column that it fills where that is empty; null: it writes all rows. */
  readonly fills: string | null;
}

type Write = Extract<Change, { change: "write" }>;

/** Stands in a migration, not in a function's body or in a script beside the history: then it runs once, on what is there. */
export function isMigrated({ statement, version }: Pick<StatementContext, "statement" | "version">): boolean {
  return statement.parsed.body?.kind !== "function" && version.tool !== "single";
}

/** The backfill that an UPDATE of a migration is; null for one that picks its rows. */
export function backfillOf(context: StatementContext, change: Write): Backfill | null {
  const [name] = change.tables;
  if (change.command !== "update" || name === undefined || !isMigrated(context)) return null;
  const table = context.live(name);
  // In a DO block a table that the history never created may be one that the block itself creates.
  if (table === null || table.table?.tableKind === "foreign" || (context.embedded && table.table === null)) return null;
  const where = conditionOf(context, change);
  if (where === null || meetsAll(where, table.table)) return { table, name, fills: null };
  const column = onlyNull(where);
  return column !== null && change.sets.some((set) => set.some((each) => each.name === column)) && cameLater(table.table, column) ? { table, name, fills: column } : null;
}

/** A condition that every row meets: WHERE true, or IS NOT NULL of columns that never are. */
export function meetsAll(where: string, table: Table | null): boolean {
  return isAlwaysTrue(where) || onlyNotNull(where)?.every((name) => table?.columns.find((column) => column.name === name)?.notNull === true) === true;
}

/** The condition without its WHERE. */
function conditionOf({ parsed }: Pick<StatementContext, "parsed">, { where }: Write): string | null {
  return where === null ? null : textAt(parsed, where).replace(/^where\b/i, "").trim();
}

/** A column that came after its table, without a default: it is empty in every row that was there before it. */
function cameLater(table: Table | null, name: string): boolean {
  const column = table?.columns.find((each) => each.name === name);
  return column !== undefined && column.createdIn !== table!.createdIn && column.default === null && !column.notNull;
}

const batch = 10_000;

/** The fix that goes through the rows in batches, in the form that can COMMIT with this tool. */
export function batchedFix(context: StatementContext, change: Write, { table, name, fills }: Backfill): readonly FixProposal[] {
  if (context.embedded) return [];
  const loop = table.table && loopOf(context, change, table.table, name);
  if (!loop) return [];
  const { session } = context.before;
  const { tool, transaction } = context.version;
  const block = `DO ${loop}`;
  // Liquibase cuts a block at each `;` unless its changeset says otherwise, which is written for a new one alone.
  const isCut = tool === "liquibase";
  if (session.transaction === null && !isCut && tool !== "supabase") {
    return [{ title: "Update in batches, with a COMMIT after each", kind: "review", intents: [{ intent: "replace", range: { start: 0, end: context.parsed.text.length }, text: block }] }];
  }
  // The rows would come too late for what relies on them here.
  if (isTied(context, name)) return [];
  const columns = fills === null ? change.sets.flat().map((column) => column.name) : [fills];
  const slug = `backfill_${[table.name.name, ...columns].join("_")}`.slice(0, 63);
  if (session.transaction === "explicit") {
    if (transaction.wraps !== "nothing" || transaction.disabled) return [];
    return [{ title: "Update in batches, in a later migration", kind: "review", intents: [{ intent: "removeStatement" }, { intent: "laterVersion", name: slug, statements: [block] }] }];
  }
  if (transaction.wayOut.way === "marker" || transaction.wayOut.way === "own file") {
    if (isCut && context.version.statements.length === 1) return [];
    return [{ title: "Update in batches, outside of the transaction", kind: "review", intents: [{ intent: "outsideTransaction", sql: block, name: slug }] }];
  }
  const procedure = `CREATE PROCEDURE ${written({ schema: table.name.schema, name: slug })}() LANGUAGE plpgsql AS ${loop}`;
  return [{ title: `Write it as a procedure, to CALL ${slug}() after the deployment`, kind: "review", intents: [{ intent: "replace", range: { start: 0, end: context.parsed.text.length }, text: procedure }] }];
}

/** What to do instead, where this tool can do it: a sentence. */
export function batchedAdvice(context: StatementContext): string {
  const { session } = context.before;
  const { tool, transaction: { wayOut } } = context.version;
  if (session.transaction === null && tool !== "supabase") return "Update in batches by key range, with a COMMIT after each.";
  if (session.transaction === "explicit") return "Update in batches by key range with a COMMIT after each, outside of BEGIN and COMMIT.";
  // What stands in a DO block can COMMIT where no transaction is around the block.
  const way = transactionInTheWay({ ...context, embedded: false }, false);
  if (way !== null && (wayOut.way === "marker" || wayOut.way === "own file")) return `Update in batches by key range with a COMMIT after each, which fails (2D000) here: ${way.reason}. ${way.advice}`;
  return `Write it as a procedure that commits after each batch, and CALL it after the deployment: ${way?.reason ?? `${toolNames[tool]} runs a block in a transaction`}, where COMMIT fails (2D000).`;
}

/**
 * The body of a DO block or a procedure. It goes by keyset, not by steps of the key's value: keys with gaps, and uuids,
 * come in batches of one size too.
 */
function loopOf({ parsed }: StatementContext, change: Write, table: Table, name: ObjectName): string | null {
  const key = table.constraints.find((constraint) => constraint.kind === "primary key");
  if (key?.kind !== "primary key" || key.columns.length !== 1 || change.joins) return null;
  if (!/^update\b/i.test(parsed.text) || keywordRange(parsed, ["returning"]) !== null) return null;
  if (table.columns.some((column) => column.name === "batch_start" || column.name === "batch_end")) return null;
  const condition = conditionOf({ parsed }, change);
  const kept = condition === null || isAlwaysTrue(condition) ? null : `(${condition})`;
  const head = parsed.text.slice(0, change.where?.start ?? parsed.text.length).trimEnd();
  return batches(textAt(parsed, name.range), quoteIdentifier(key.columns[0]!), head, kept);
}

/** A later migration that gives a new column its default in the rows that were there before; null where none can be written. */
export function fillWithDefault(context: StatementContext, { table }: LiveTable, name: ObjectName, column: string): FixIntent | null {
  const key = table?.constraints.find((constraint) => constraint.kind === "primary key");
  if (key?.kind !== "primary key" || key.columns.length !== 1 || context.embedded) return null;
  const { wraps, disabled, wayOut } = context.version.transaction;
  // The loop commits: the tool has to have a way to run it outside of a transaction. Supabase knows none for a block.
  const free = wraps === "nothing" && wayOut.way !== "detected";
  if (!free && !disabled && wayOut.way !== "marker") return null;
  const relation = textAt(context.parsed, name.range);
  const own = quoteIdentifier(column);
  const block = `DO ${batches(relation, quoteIdentifier(key.columns[0]!), `UPDATE ${relation} SET ${own} = DEFAULT`, `${own} IS NULL`)}`;
  return { intent: "laterVersion", name: `backfill_${name.name}_${column}`, statements: [block], outsideTransaction: true };
}

function batches(relation: string, column: string, head: string, condition: string | null): string {
  const kept = condition === null ? "" : `${condition} AND `;
  const quote = `${head}${kept}`.includes("$$") ? "$backfill$" : "$$";
  return [
    quote,
    "DECLARE",
    `  batch_start ${relation}.${column}%TYPE := (SELECT ${column} FROM ${relation} ORDER BY ${column} LIMIT 1);`,
    `  batch_end ${relation}.${column}%TYPE;`,
    "BEGIN",
    "  WHILE batch_start IS NOT NULL LOOP",
    `    batch_end := (SELECT ${column} FROM ${relation} WHERE ${column} > batch_start ORDER BY ${column} OFFSET ${batch - 1} LIMIT 1);`,
    `    ${head}`,
    `    WHERE ${kept}${column} >= batch_start AND (batch_end IS NULL OR ${column} < batch_end);`,
    "    COMMIT;",
    "    batch_start := batch_end;",
    "  END LOOP;",
    "END",
    quote,
  ].join("\n");
}

/** It cannot move to another migration: a later statement is about the same table, or an earlier one writes its rows, and would come after this one if both moved. */
export function isTied({ version, statement, before }: StatementContext, name: ObjectName): boolean {
  const own = before.resolve(name);
  const isOwn = (other: ObjectName): boolean => other.name === own.name && (other.schema ?? own.schema) === own.schema;
  const at = version.statements.indexOf(statement);
  return version.statements.some(({ parsed }, i) =>
    i !== at &&
    readChanges(parsed).some(({ change }) => {
      if (change.change === "write") return change.tables.some(isOwn);
      if (i < at) return false;
      if (change.change === "alterTable") return isOwn(change.name);
      if (change.change === "createIndex") return isOwn(change.table);
      return change.change === "unread";
    }),
  );
}
