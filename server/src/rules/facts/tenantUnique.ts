// A UNIQUE that begins with the tenant.

import { freeName, joinColumns } from "../../schema/apply/names";
import type { Anchor, Place, Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import { isKeyword, isPunctuation } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import type { FixIntent, FixProposal } from "../rule";
import { columnList, written } from "../wording";

export interface OwnUnique {
  readonly name: string;
  readonly columns: readonly string[];
  readonly kind: "constraint" | "index";
  /** Of the constraint, or of the statement that makes the index. */
  readonly origin: Place | null;
}

/** Where it is written, if that is pending; else as an index beside the old one, which goes. */
export function scopedUniqueFixes(schema: SchemaView, table: Table, unique: OwnUnique, tenant: string): readonly FixProposal[] {
  if (isReferredTo(schema, table, unique.columns)) return [];
  const fixes: FixProposal[] = [];
  const rewritten = rewrite(unique, tenant);
  if (rewritten) fixes.push({ title: "Begin it with the tenant", kind: "review", intents: [rewritten] });
  const columns = [tenant, ...unique.columns];
  const name = quoteIdentifier(freeName(table.name, joinColumns(columns), "key", (candidate) => schema.relation({ schema: table.schema, name: candidate }) !== undefined));
  const rest = `${name} ON ${written(table)} (${columnList(columns)})`;
  const old = quoteIdentifier(unique.name);
  const gone = unique.kind === "constraint" ? { sql: `ALTER TABLE ${written(table)} DROP CONSTRAINT ${old}` } : { sql: `DROP INDEX ${written({ schema: table.schema, name: unique.name })}`, concurrently: `DROP INDEX CONCURRENTLY ${written({ schema: table.schema, name: unique.name })}` };
  const isPlain = table.tableKind === "table" && !table.indexes.some((index) => index.name === unique.name && (index.where !== null || index.nullsNotDistinct || index.method !== "btree"));
  if (isPlain) {
    const statements = [{ sql: `CREATE UNIQUE INDEX ${rest}`, concurrently: `CREATE UNIQUE INDEX CONCURRENTLY ${rest}` }, gone];
    fixes.push({ title: "Put one that begins with the tenant in its place", kind: "review", intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_tenant_key`, statements, onlyLive: true }] });
  }
  return fixes;
}

function isReferredTo(schema: SchemaView, table: Table, columns: readonly string[]): boolean {
  const wanted = [...columns].sort().join();
  return table.referencedBy.some((name) => schema.table(name)?.constraints.some((key) => key.kind === "foreign key" && key.references.schema === table.schema && key.references.name === table.name && [...key.referencedColumns].sort().join() === wanted) === true);
}

function rewrite({ origin, columns, kind }: OwnUnique, tenant: string): FixIntent | null {
  const { parsed } = (origin?.anchor ?? {}) as Partial<Anchor> & { readonly parsed?: ParsedStatement };
  if (origin === null || parsed?.node == null) return null;
  const { text, tokens } = parsed;
  const { start, end } = origin.range;
  const from = kind === "constraint" ? start : (tokens.find((token) => isKeyword(parsed, token, "on"))?.start ?? text.length);
  const open = tokens.find((token) => token.start >= from && (kind === "index" || token.end <= end) && isPunctuation(parsed, token, "("));
  if (open) return { intent: "replaceAt", place: { anchor: origin.anchor, range: { start: open.end, end: open.end } }, text: `${quoteIdentifier(tenant)}, ` };
  // Written at its column: it becomes an element of its own behind that, if nothing of the column follows.
  if (!("CreateStmt" in parsed.node) || !/^(?:constraint\s+\S+\s+)?unique$/i.test(text.slice(start, end)) || !/^\s*[,)]/.test(text.slice(end))) return null;
  const [indent] = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", start) + 1)) ?? [""];
  return { intent: "replaceAt", place: { anchor: origin.anchor, range: { start: text.slice(0, start).trimEnd().length, end } }, text: `,\n${indent}UNIQUE (${columnList([tenant, ...columns])})` };
}
