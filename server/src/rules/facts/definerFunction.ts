// A policy's sub-select as a SECURITY DEFINER function: what it reads is not filtered by policies then, and has an end.

import type { Node, SubLink } from "@pgsql/types";
import type { ObjectName } from "../../schema/changes";
import type { DatabaseFacts } from "../../schema/history";
import type { Policy, Table } from "../../schema/model";
import { as, stringsOf } from "../../schema/read/nodes";
import { closingOf, indexAt, isMark, isOneOf, tokenText } from "../../schema/read/source";
import type { SchemaView } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";
import type { FixProposal } from "../rule";
import { written } from "../wording";
import type { PolicyClause } from "./policies";

export interface ReadByPolicy {
  readonly table: Table;
  readonly policy: Policy;
  readonly clause: PolicyClause;
  /** The relation whose policies lead back. */
  readonly read: ObjectName;
}

/** None where the sub-select cannot be moved as it stands: what it asks of current_user would be the function's owner. */
export function definerFunctionFixes(database: DatabaseFacts, schema: SchemaView, of: ReadByPolicy): readonly FixProposal[] {
  const { table, policy, clause, read } = of;
  const moved = subSelect(schema, of);
  const target = schema.resolveTable(read);
  // Forced, the policies hold for the function's owner as well.
  if (moved === null || target === undefined || target.rls.forced || target.schema !== table.schema) return [];
  const isForAll = policy.roles.includes("public");
  // Supabase's API serves each function that everyone may call.
  if (isForAll && database.platform === "supabase") return [];
  const name = moved.column === null ? `caller_is_in_${target.name}` : `callers_${target.name}_${moved.column.name}`;
  const own = { schema: table.schema, name };
  if (schema.functions(own).length > 0) return [];
  const types = moved.outer.map((column) => table.columns.find((each) => each.name === column)!.type.text);
  const signature = `${written(own)}(${types.join(", ")})`;
  const body = moved.column === null ? `SELECT EXISTS (${moved.text})` : moved.text;
  const returns = moved.column === null ? "boolean" : `SETOF ${moved.column.type.text}`;
  const call = `${written(own)}(${moved.outer.map(quoteIdentifier).join(", ")})`;
  const { text } = clause.expression;
  const [from, to] = [moved.range.start - clause.range.start, moved.range.end - clause.range.start];
  const using = text.slice(0, from) + (moved.column === null && moved.outer.length > 0 ? call : `(SELECT ${call})`) + text.slice(to);
  const others = database.platform === "supabase" && !policy.roles.includes("anon") ? "PUBLIC, anon" : "PUBLIC";
  const grants = isForAll ? [] : [`REVOKE EXECUTE ON FUNCTION ${signature} FROM ${others}`, `GRANT EXECUTE ON FUNCTION ${signature} TO ${policy.roles.map(quoteIdentifier).join(", ")}`];
  const statements = [
    `CREATE FUNCTION ${signature} RETURNS ${returns} LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${quoteIdentifier(table.schema)}, pg_temp AS $$\n  ${body}\n$$`,
    ...grants,
    `ALTER POLICY ${quoteIdentifier(policy.name)} ON ${written(table)} ${clause.clause === "using" ? "USING" : "WITH CHECK"} (${using})`,
  ];
  return [
    {
      title: "Read it in a SECURITY DEFINER function",
      kind: "review",
      intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_policies`, statements: statements.map((sql) => ({ sql })) }],
    },
  ];
}

interface Moved {
  /** What the function's call stands in place of. */
  readonly range: Range;
  /** The query, the row's columns in it as parameters. */
  readonly text: string;
  /** Of the row, in the order of the parameters. */
  readonly outer: readonly string[];
  /** What IN looks for; null: EXISTS. */
  readonly column: Table["columns"][number] | null;
}

function subSelect(schema: SchemaView, { table, clause, read }: ReadByPolicy): Moved | null {
  const link = linkAround(clause, read);
  const select = as(link?.subselect, "SelectStmt");
  const group = groupAround(clause, read);
  if (link === null || select === undefined || group === null || (link.subLinkType !== "ANY_SUBLINK" && link.subLinkType !== "EXISTS_SUBLINK")) return null;
  const { source } = clause;
  const inner = new Map<string, Table>();
  const references: { readonly names: readonly string[]; readonly location: number | undefined }[] = [];
  const found = { unfit: false };
  walk(link.subselect, (kind, value) => {
    if (kind === "SubLink" || kind === "SQLValueFunction" || kind === "CommonTableExpr" || kind === "RangeSubselect" || kind === "RangeFunction") found.unfit = true;
    if (kind === "RangeVar") {
      const relation = schema.resolveTable({ schema: (value.schemaname as string | undefined) ?? null, name: String(value.relname) });
      const alias = (value.alias as { aliasname?: string } | undefined)?.aliasname ?? String(value.relname);
      if (relation === undefined || (value.schemaname === undefined && relation.schema !== table.schema)) found.unfit = true;
      else inner.set(alias, relation);
    }
    if (kind === "ColumnRef") references.push({ names: stringsOf(value.fields as Node[]), location: value.location as number | undefined });
  });
  if (found.unfit) return null;
  const outer: { readonly name: string; readonly range: Range }[] = [];
  for (const { names, location } of references) {
    const [qualifier, name] = names.length === 2 ? [names[0]!, names[1]!] : [null, names[0] ?? ""];
    const has = (of: Table): boolean => of.columns.some((column) => column.name === name);
    if (names.includes("") && link.subLinkType === "EXISTS_SUBLINK") continue;
    if (names.length > 2) return null;
    if (qualifier === null ? [...inner.values()].some(has) : inner.has(qualifier)) continue;
    if ((qualifier !== null && qualifier !== table.name) || !has(table)) return null;
    const first = indexAt(source, location);
    const last = source.tokens[first + 2 * (names.length - 1)];
    if (last === undefined) return null;
    outer.push({ name, range: { start: source.tokens[first]!.start, end: last.end } });
  }
  const parameters = [...new Set(outer.map(({ name }) => name))];
  let text = source.text.slice(group.start + 1, group.end - 1);
  for (const { name, range } of [...outer].sort((a, b) => b.range.start - a.range.start)) text = text.slice(0, range.start - group.start - 1) + `$${parameters.indexOf(name) + 1}` + text.slice(range.end - group.start - 1);
  const query = { text: text.trim().replaceAll(/\s*\n\s*/g, " "), outer: parameters };
  if (/--|\/\*|\$\$/.test(query.text)) return null;
  if (link.subLinkType === "EXISTS_SUBLINK") return { ...query, range: { start: source.tokens[indexAt(source, link.location)]!.start, end: group.end }, column: null };
  const wanted = stringsOf(as(as(select.targetList?.[0], "ResTarget")?.val, "ColumnRef")?.fields);
  const column = [...inner].filter(([alias]) => wanted.length < 2 || alias === wanted[0]).flatMap(([, of]) => of.columns).find(({ name }) => name === wanted.at(-1));
  return select.targetList?.length === 1 && column !== undefined ? { ...query, range: group, column } : null;
}

/** The innermost sub-select that reads it. */
function linkAround({ node, source }: PolicyClause, read: ObjectName): SubLink | null {
  let found: SubLink | null = null;
  walk(node, (kind, value) => {
    if (kind === "SubLink") {
      walk(value.subselect, (inner, relation) => {
        const at = inner === "RangeVar" ? source.tokens[indexAt(source, relation.location as number | undefined)] : undefined;
        if (at?.start === read.range.start) found = value;
      });
    }
  });
  return found;
}

/** The brackets around it that begin with SELECT. */
function groupAround({ source }: PolicyClause, read: ObjectName): Range | null {
  let at = source.tokens.findIndex((token) => token.start === read.range.start);
  for (; at >= 0; at--) {
    if (!isMark(source, at, "(") || !isOneOf(source, at + 1, "select")) continue;
    const close = source.tokens[closingOf(source, at)];
    if (close !== undefined && close.end > read.range.end && tokenText(source, closingOf(source, at)) === ")") return { start: source.tokens[at]!.start, end: close.end };
  }
  return null;
}
