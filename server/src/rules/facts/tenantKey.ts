// A foreign key that holds the tenant, and the UNIQUE that it refers to.

import { freeName, joinColumns } from "../../schema/apply/names";
import type { Anchor, ForeignKey, Place, ReferentialAction, Table } from "../../schema/model";
import { as } from "../../schema/read/nodes";
import { closingOf, isMark, sourceOf } from "../../schema/read/source";
import type { SchemaView } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import type { ParsedStatement } from "../../sql/statement";
import type { AmendStatement, FixIntent, FixProposal } from "../rule";
import { columnList, written } from "../wording";
import { isCovered } from "./indexCoverage";
import { newIndex } from "./newIndex";

export interface TenantKey {
  readonly table: Table;
  readonly key: ForeignKey;
  readonly target: Table;
  /** The tenant's column here and there. */
  readonly own: string;
  readonly other: string;
}

/** Where it is written, if that is pending; else as a key beside the old one, which goes. */
export function compositeKeyFixes(schema: SchemaView, tenantKey: TenantKey): readonly FixProposal[] {
  const { table, target } = tenantKey;
  // A partitioned table's keys have to hold what it is partitioned by.
  if (target.tableKind !== "table" || table.tableKind === "partition") return [];
  const rewritten = rewrite(tenantKey);
  const index = isCovered(schema, table, columnsOf(tenantKey)) ? [] : [newIndex(schema, table, columnsOf(tenantKey))];
  const fixes: FixProposal[] = [];
  if (rewritten) fixes.push({ title: "Let the key hold the tenant", kind: "review", intents: [...rewritten, ...index.map((statement) => amend(table, "tenant_index", [statement]))] });
  fixes.push({ title: "Put a key that holds the tenant in its place", kind: "review", intents: replaced(schema, tenantKey, index) });
  return fixes;
}

const columnsOf = ({ own, key }: TenantKey): readonly string[] => [own, ...key.columns];
const referencedOf = ({ other, key }: TenantKey): readonly string[] => [other, ...key.referencedColumns];

function amend(table: Table, what: string, statements: readonly AmendStatement[], onlyLive = false): FixIntent {
  return { intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_${what}`, statements, ...(onlyLive ? { onlyLive } : {}) };
}

/** In the statements that create the key and the table that it refers to. */
function rewrite(tenantKey: TenantKey): readonly FixIntent[] | null {
  const { table, key, target } = tenantKey;
  const parsed = statementAt(key.origin);
  if (parsed === null || key.origin === null) return null;
  const { text } = parsed;
  const { start, end } = key.origin.range;
  const definition = text.slice(start, end);
  const isSelf = target === table;
  const unique = hasUnique(tenantKey) ? "" : `UNIQUE (${columnList(referencedOf(tenantKey))})`;
  const parent = unique === "" || isSelf ? [] : lastElement(tenantKey, unique);
  if (parent === null || (isSelf && unique !== "" && !("CreateStmt" in (parsed.node ?? {})))) return null;
  const [indent] = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", start) + 1)) ?? [""];
  const own = [...(isSelf && unique !== "" ? [unique] : []), `${/^constraint\b/i.test(definition) ? `CONSTRAINT ${quoteIdentifier(key.name)} ` : ""}${definitionOf(tenantKey)}${/\bnot\s+valid\s*$/i.test(definition) ? " NOT VALID" : ""}`].join(`,\n${indent}`);
  if (/^(?:constraint\s+\S+\s+)?foreign\b/i.test(definition)) return [...parent, { intent: "replaceAt", place: key.origin, text: own }];
  // Written at its column: it becomes an element of its own behind that, if nothing of the column follows.
  if (as(parsed.node, "CreateStmt") === undefined || !/^\s*[,)]/.test(text.slice(end))) return null;
  const from = text.slice(0, start).trimEnd().length;
  return [...parent, { intent: "replaceAt", place: { ...key.origin, range: { start: from, end } }, text: `,\n${indent}${own}` }];
}

/** UNIQUE as the last element of the statement that creates the table that is referred to. */
function lastElement({ target, ...tenantKey }: TenantKey, unique: string): readonly FixIntent[] | null {
  const parsed = statementAt(target.origin);
  const isThere = referencedOf({ target, ...tenantKey }).every((name) => target.columns.find((column) => column.name === name)?.origin?.anchor === target.origin?.anchor);
  if (parsed === null || target.origin === null || as(parsed.node, "CreateStmt") === undefined || !isThere) return null;
  const source = sourceOf(parsed);
  const open = source.tokens.findIndex((_, index) => isMark(source, index, "("));
  const last = source.tokens[closingOf(source, open) - 1];
  if (open < 0 || last === undefined) return null;
  const [indent] = /^[ \t]*/.exec(parsed.text.slice(parsed.text.lastIndexOf("\n", last.start) + 1)) ?? [""];
  return [{ intent: "replaceAt", place: { anchor: target.origin.anchor, range: { start: last.end, end: last.end } }, text: `,\n${indent}${unique}` }];
}

function statementAt(place: Place | null): ParsedStatement | null {
  const { parsed } = (place?.anchor ?? {}) as Partial<Anchor> & { readonly parsed?: ParsedStatement };
  return parsed?.node ? parsed : null;
}

/** By statements for tables that are live: nothing is read or waited for under a lock but the old key's end. */
function replaced(schema: SchemaView, tenantKey: TenantKey, index: readonly AmendStatement[]): readonly FixIntent[] {
  const { table, key, target } = tenantKey;
  const taken = (name: string): boolean => table.constraints.some((constraint) => constraint.name === name);
  const name = quoteIdentifier(freeName(table.name, joinColumns(columnsOf(tenantKey)), "fkey", taken));
  const referenced = referencedOf(tenantKey);
  const uniqueName = quoteIdentifier(freeName(target.name, joinColumns(referenced), "key", (candidate) => schema.relation({ schema: target.schema, name: candidate }) !== undefined));
  const rest = `${uniqueName} ON ${written(target)} (${columnList(referenced)})`;
  const unique: readonly AmendStatement[] = hasUnique(tenantKey) ? [] : [{ sql: `CREATE UNIQUE INDEX ${rest}`, concurrently: `CREATE UNIQUE INDEX CONCURRENTLY ${rest}` }];
  const alter = `ALTER TABLE ${written(table)}`;
  return [
    amend(table, "tenant_key", [...unique, ...index, { sql: `${alter} ADD CONSTRAINT ${name} ${definitionOf(tenantKey)} NOT VALID, DROP CONSTRAINT ${quoteIdentifier(key.name)}` }], true),
    { intent: "laterVersion", name: `validate_${table.name}_tenant_key`, statements: [`${alter} VALIDATE CONSTRAINT ${name}`] },
  ];
}

/** What a foreign key may refer to: exactly its columns, in any order. */
function hasUnique(tenantKey: TenantKey): boolean {
  const wanted = [...referencedOf(tenantKey)].sort().join();
  const { constraints, indexes } = tenantKey.target;
  const isIt = (columns: readonly (string | null)[]): boolean => [...columns].sort().join() === wanted;
  return (
    constraints.some((constraint) => (constraint.kind === "primary key" || constraint.kind === "unique") && isIt(constraint.columns)) ||
    indexes.some((index) => index.unique && index.where === null && index.valid && isIt(index.elements.map(({ column }) => column)))
  );
}

function definitionOf(tenantKey: TenantKey): string {
  const { key, target } = tenantKey;
  // SET NULL of the tenant's column too would take the row from its tenant.
  const onDelete = key.onDelete === "set null" || key.onDelete === "set default" ? ` ON DELETE ${upper(key.onDelete)} (${columnList(key.onDeleteColumns.length > 0 ? key.onDeleteColumns : key.columns)})` : action("ON DELETE", key.onDelete);
  const deferrable = key.deferrable ? ` DEFERRABLE${key.initiallyDeferred ? " INITIALLY DEFERRED" : ""}` : "";
  return `FOREIGN KEY (${columnList(columnsOf(tenantKey))}) REFERENCES ${written(target)} (${columnList(referencedOf(tenantKey))})${onDelete}${action("ON UPDATE", key.onUpdate)}${deferrable}`;
}

const upper = (of: ReferentialAction): string => of.toUpperCase();
const action = (on: string, of: ReferentialAction): string => (of === "no action" ? "" : ` ${on} ${upper(of)}`);
