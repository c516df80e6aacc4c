// What the later statements of a version do, as their texts tell.

import type { Change, ObjectName } from "../../schema/changes";
import type { Table } from "../../schema/model";
import { readChanges } from "../../schema/read/index";
import { qualified } from "../../schema/view";
import { foldIdentifier } from "../../sql/identifiers";
import { tokenize } from "../../sql/lexer";
import type { StatementContext } from "../rule";

/** What comes after this change, in order: in its own statement (a DO block), and in those after it. */
export function laterChanges({ version, statement, change }: Pick<StatementContext, "version" | "statement" | "change">): readonly Change[] {
  const own = changesOf([statement]);
  const at = own.indexOf(change);
  return [...(at < 0 ? [] : own.slice(at + 1)), ...changesOf(version.statements.slice(version.statements.indexOf(statement) + 1))];
}

/** What comes after this change, in later versions too: for what is judged as it stands at the head. */
export function changesToHead(context: Pick<StatementContext, "version" | "statement" | "change" | "afterwards">): readonly Change[] {
  return [...laterChanges(context), ...changesOf(context.afterwards)];
}

/** What comes before this change, in order. */
export function earlierChanges({ version, statement, change }: Pick<StatementContext, "version" | "statement" | "change">): readonly Change[] {
  const own = changesOf([statement]);
  return [...changesOf(version.statements.slice(0, version.statements.indexOf(statement))), ...own.slice(0, Math.max(own.indexOf(change), 0))];
}

function changesOf(statements: StatementContext["version"]["statements"]): readonly Change[] {
  return statements.flatMap(({ parsed }) => (parsed.problem === null ? readChanges(parsed).map(({ change }) => change) : []));
}

/** What this version makes of a relation's name after it has been given up: a view of that name, a new table, or another relation renamed to it. */
export function fateOfName(context: Pick<StatementContext, "version" | "statement" | "change" | "before">, name: Pick<ObjectName, "schema" | "name">): "view" | "created" | "renamed" | null {
  const { before } = context;
  const old = before.resolve(name);
  const means = (other: Pick<ObjectName, "schema" | "name">): boolean => other.name === old.name && (other.schema ?? old.schema) === old.schema;
  for (const change of laterChanges(context)) {
    if (change.change === "createView" && !change.temporary && means(change.name)) return "view";
    if ((change.change === "createTable" || change.change === "createTableAs") && change.persistence !== "temporary" && means(change.name)) return "created";
    if (change.change === "rename" && (change.kind === "table" || change.kind === "view" || change.kind === "materialized view") && change.to.name === old.name && (change.name.schema ?? old.schema) === old.schema) return "renamed";
  }
  return null;
}

/** A column that this statement drops and that it, or a later one, adds again: ALTER TABLE drops first, whatever the order. */
export function isAddedAgain(context: Pick<StatementContext, "version" | "statement" | "before" | "change">, table: Pick<ObjectName, "schema" | "name">, column: string): boolean {
  const { before, change } = context;
  const old = before.resolve(table);
  const means = (other: Pick<ObjectName, "schema" | "name">): boolean => other.name === old.name && (other.schema ?? old.schema) === old.schema;
  return [change, ...laterChanges(context)].some((each) => each.change === "alterTable" && means(each.name) && each.actions.some((action) => action.action === "addColumn" && action.column.name.name === column));
}

/** The column, new in this version, that an earlier UPDATE of it fills from this one; null where there is none. */
export function replacementOf(context: Pick<StatementContext, "version" | "statement" | "before">, table: Table, column: string): string | null {
  const { before, version, statement } = context;
  const isNew = (name: string): boolean => name !== column && table.columns.some((each) => each.name === name && each.createdIn === version.id);
  for (const { parsed } of version.statements.slice(0, version.statements.indexOf(statement))) {
    if (parsed.problem !== null || !parsed.text.includes(column)) continue;
    for (const { change } of readChanges(parsed)) {
      if (change.change !== "write" || change.command !== "update" || !change.tables.some((name) => qualified(before.resolve(name)) === qualified(table))) continue;
      const filled = change.sets.flat().find(({ name }) => isNew(name));
      if (filled && hasWord(parsed.text, column)) return filled.name;
    }
  }
  return null;
}

/** Another column is renamed to it later in this version. */
export function isNameTaken(context: StatementContext, table: Pick<ObjectName, "schema" | "name">, column: string): boolean {
  return laterChanges(context).some((change) => change.change === "renamePart" && change.part === "column" && change.to.name === column && sameName(context, change.of, table));
}

/** The table had a column of this name before this version, which has dropped or renamed it since. */
export function wasThere(context: StatementContext, table: Pick<ObjectName, "schema" | "name">, column: string): boolean {
  return [...earlierChanges(context), context.change].some((change) => {
    if (change.change === "renamePart") return change.part === "column" && change.name.name === column && sameName(context, change.of, table);
    return change.change === "alterTable" && sameName(context, change.name, table) && change.actions.some((action) => action.action === "dropColumn" && action.column.name === column);
  });
}

/** The version has deleted all of its rows before this statement, and put in none since. */
export function isEmptied(context: StatementContext, table: Pick<ObjectName, "schema" | "name">): boolean {
  const last = earlierChanges(context).findLast((change) => change.change === "write" && change.command !== "update" && change.tables.some((name) => sameName(context, name, table)) && (change.command !== "delete" || change.where === null));
  return last?.change === "write" && (last.command === "truncate" || (last.command === "delete" && !last.joins));
}

function hasWord(text: string, word: string): boolean {
  return tokenize(text).some((token) => {
    const written = text.slice(token.start, token.end);
    if (token.kind === "word" || token.kind === "quoted") return foldIdentifier(written) === word;
    // The body of a DO block.
    return token.kind === "string" && written.startsWith("$") && written.length < text.length && hasWord(written.replace(/^\$\w*\$|\$\w*\$$/g, " "), word);
  });
}

/** Those that come before the transaction ends. */
export function untilCommit(changes: readonly Change[]): readonly Change[] {
  const end = changes.findIndex((change) => change.change === "transaction" && (change.command === "commit" || change.command === "rollback"));
  return end < 0 ? changes : changes.slice(0, end);
}

/** Two names mean the same object, as far as the search path of this statement tells. */
export function sameName({ before }: Pick<StatementContext, "before">, a: Pick<ObjectName, "schema" | "name">, b: Pick<ObjectName, "schema" | "name">): boolean {
  return a.name === b.name && (a.schema ?? before.resolve(a).schema) === (b.schema ?? before.resolve(b).schema);
}
