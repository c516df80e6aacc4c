import type { CreateTableAsStmt, Node, RefreshMatViewStmt, ViewStmt } from "@pgsql/types";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Change } from "../changes";
import type { Option, SourceText } from "../model";
import { as, stringsOf } from "./nodes";
import { relationName } from "./names";
import { readOptions } from "./options";
import { collectReferences } from "./references";
import { outputColumns } from "./selectList";
import { afterName, find, indexAt, isOneOf, rangeOf, wholeSpan, type Source, type Span } from "./source";
import { sourceText } from "./sourceText";

export function readCreateView(source: Source, node: ViewStmt): Change {
  const checked = node.withCheckOption === "LOCAL_CHECK_OPTION" || node.withCheckOption === "CASCADED_CHECK_OPTION";
  // WITH [LOCAL | CASCADED] CHECK OPTION
  const tail = checked ? (isOneOf(source, source.last - 3, "local", "cascaded") ? 4 : 3) : 0;
  const span = querySpan(source, node.view?.location, source.last - tail);
  const { names, reads } = collectReferences(source, node.query);
  const options: Option[] = readOptions(node.options);
  // Kept with the others in pg_class.reloptions.
  if (checked) options.push({ name: "check_option", value: node.withCheckOption === "LOCAL_CHECK_OPTION" ? "local" : "cascaded" });
  const aliases = stringsOf(node.aliases);
  const recursive = find(source, { from: source.first, to: span.from }, "recursive") >= 0;
  const definition = sourceText(source, span, names);
  return {
    change: "createView",
    range: rangeOf(source, wholeSpan(source)),
    name: relationName(source, node.view),
    materialized: false,
    temporary: node.view?.relpersistence === "t",
    replace: node.replace === true,
    ifNotExists: false,
    columns: viewColumns(aliases, node.query),
    options,
    definition: recursive ? recursiveQuery(definition, node.view?.relname ?? "", aliases) : definition,
    reads,
    withData: true,
  };
}

export function readCreateMaterializedView(source: Source, node: CreateTableAsStmt): Change {
  const { into } = node;
  const withData = into?.skipData !== true;
  const said = isOneOf(source, source.last - 1, "data") && isOneOf(source, source.last - 2, "with", "no");
  // WITH [NO] DATA
  const tail = said ? (isOneOf(source, source.last - 2, "no") ? 3 : 2) : 0;
  const { names, reads } = collectReferences(source, node.query);
  return {
    change: "createView",
    range: rangeOf(source, wholeSpan(source)),
    name: relationName(source, into?.rel),
    materialized: true,
    temporary: false,
    replace: false,
    ifNotExists: node.if_not_exists === true,
    columns: viewColumns(stringsOf(into?.colNames), node.query),
    options: readOptions(into?.options),
    definition: sourceText(source, querySpan(source, into?.rel?.location, source.last - tail), names),
    reads,
    withData,
  };
}

export function readRefreshView(source: Source, node: RefreshMatViewStmt): Change {
  return {
    change: "refreshView",
    range: rangeOf(source, wholeSpan(source)),
    name: relationName(source, node.relation),
    concurrently: node.concurrent === true,
    withData: node.skipData !== true,
  };
}

/** From after AS to the query's end. */
function querySpan(source: Source, location: number | undefined, to: number): Span {
  const named = afterName(source, indexAt(source, location));
  return { from: find(source, { from: named, to }, "as") + 1, to };
}

/** A column list may name the first ones only. */
function viewColumns(aliases: readonly string[], query: Node | undefined): readonly string[] | null {
  const output = as(query, "SelectStmt") === undefined ? null : outputColumns(query);
  if (output === null) return aliases.length > 0 ? aliases : null;
  return [...aliases, ...output.slice(aliases.length)];
}

/** CREATE RECURSIVE VIEW is short for a WITH RECURSIVE query (makeRecursiveViewSelect in gram.y). */
function recursiveQuery(definition: SourceText, name: string, columns: readonly string[]): SourceText {
  const list = columns.map(quoteIdentifier).join(", ");
  const before = `WITH RECURSIVE ${quoteIdentifier(name)} (${list}) AS (`;
  const shifted = definition.names.map(({ range, refers }) => ({ range: { start: range.start + before.length, end: range.end + before.length }, refers }));
  return { text: `${before}${definition.text}) SELECT ${list} FROM ${quoteIdentifier(name)}`, names: shifted };
}
