// How this project tells whose a row is: the column, and what its policies compare that with. Read by all fixes that write
// a policy.

import { tellsCaller } from "../../policies/callerValue";
import type { Condition } from "../../policies/condition";
import { columnsOf, termsOf } from "../../policies/condition";
import { scopedBy } from "../../policies/decide";
import type { DatabaseFacts } from "../../schema/history";
import type { Column, Expression, Policy, QualifiedName, Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";
import { foldIdentifier, quoteIdentifier } from "../../sql/identifiers";
import { depthAt, is, joinedBy, tokensOf, withoutBrackets } from "./expressionText";
import { ownerColumn, refersToUser } from "./policyLogic";
import { tenantColumn } from "./rowSecurity";

/** What the rules ask with. */
export interface Project {
  readonly database: DatabaseFacts;
  readonly schema: SchemaView;
  readonly condition: (expression: Expression) => Condition;
}

export interface Tenancy {
  readonly column: string;
  /** What a policy asks of a row: `tenant_id = (SELECT auth.uid())`. */
  readonly condition: string;
  /** An index on the column serves it. */
  readonly indexable: boolean;
  /** Whom the policy is for; empty: everyone. */
  readonly roles: readonly string[];
  /** What the neighbours call such a policy. */
  readonly name: string;
  /** The table whose policies say so. */
  readonly like: QualifiedName | null;
}

/**
 * The convention for a table: as plumbline.json says; else as its own policies, or most tables', treat a column of this name; else as the platform does; else by a setting of the column's name. Null where nothing tells whose a row is.
 */
export function tenancyOf(project: Project, table: Table): Tenancy | null {
  const { database, condition } = project;
  const tenant = tenantColumn(database, table);
  const known = tenant ?? ownerColumn(database, table, condition);
  const column = table.columns.find(({ name }) => name === known);
  if (column && tenant !== null && database.tenantValue !== null) {
    const told = database.tenantValue.replaceAll("{column}", column.name);
    if (tellsCaller(told, condition)) return { ...plain(column, compared(column, told)), name: "tenant_isolation" };
  }
  const candidates = column ? [column] : table.columns.filter((each) => !isOwnKey(table, each));
  return asNeighbours(project, table, candidates) ?? (column ? byDefault(database, table, column, tenant !== null) : null);
}

const plain = (column: Column, condition: string): Omit<Tenancy, "name"> => ({ column: column.name, condition, indexable: true, roles: [], like: null });

/** Whose table's own number it is, and nobody's. */
function isOwnKey(table: Table, column: Column): boolean {
  return table.constraints.some((constraint) => constraint.kind === "primary key" && constraint.columns.includes(column.name));
}

function byDefault(database: DatabaseFacts, table: Table, column: Column, isTenant: boolean): Tenancy | null {
  const own = { roles: ["authenticated"], name: "own_rows" };
  const isUser = refersToUser(table, column);
  if (database.platform === "supabase" && isUser && column.type.name === "uuid") return { ...plain(column, compared(column, "auth.uid()")), ...own };
  if (database.platform === "neon" && (isUser || /user|owner/i.test(column.name)) && (isText(column) || column.type.name === "uuid")) {
    return { ...plain(column, compared(column, isText(column) ? "auth.user_id()" : "auth.user_id()::uuid")), ...own };
  }
  return isTenant ? { ...plain(column, compared(column, `current_setting('app.${column.name}', true)`)), name: "tenant_isolation" } : null;
}

/** The condition that most tables have for a column of the same name and type. */
function asNeighbours({ schema, condition }: Project, table: Table, candidates: readonly Column[]): Tenancy | null {
  if (!schema.hasPolicies) return null;
  const found = new Map<string, { readonly tenancy: Tenancy; times: number }>();
  for (const other of schema.tables()) {
    for (const policy of other.policies) {
      const tenancy = policy.permissive ? tenancyIn(schema, condition, { table, candidates }, other, policy) : null;
      if (tenancy === null) continue;
      const key = `${tenancy.condition} ${tenancy.roles.join()}`;
      // What its own policies say comes before what others' do.
      const times = other === table ? 1000 : 1;
      const same = found.get(key);
      if (same) same.times += times;
      else found.set(key, { tenancy, times });
    }
  }
  return [...found.values()].sort((a, b) => b.times - a.times)[0]?.tenancy ?? null;
}

interface Wanted {
  readonly table: Table;
  readonly candidates: readonly Column[];
}

function tenancyIn(schema: SchemaView, condition: Project["condition"], { table, candidates }: Wanted, other: Table, policy: Policy): Tenancy | null {
  const expression = policy.using ?? policy.withCheck;
  for (const text of expression ? joinedBy("and", expression.text) : []) {
    const asked = condition({ text, columns: [], functions: [] });
    const tie = scopedBy(asked)[0];
    const column = candidates.find(({ name }) => name === tie?.column);
    const like = other.columns.find(({ name }) => name === tie?.column);
    if (tie === undefined || column === undefined || like === undefined || isOwnKey(other, like) !== isOwnKey(table, column)) continue;
    if (!readsOnly(schema, asked, column.name, table)) continue;
    const value = tie.by === "comparison" ? valueIn(text, column.name) : null;
    const sameType = column.type.text === like.type.text;
    const written = value !== null && (sameType || settingIn(value) !== null) ? compared(column, value, sameType) : sameType && !namesTable(text, other) ? text : null;
    if (written === null) continue;
    const name = policy.command === "all" ? policy.name : "own_rows";
    return { column: column.name, condition: written, indexable: value !== null || anyOfArray.test(text), roles: policy.roles.includes("public") ? [] : policy.roles, name, like: other };
  }
  return null;
}

/** Found once a query, and looked up in an index then; IN (SELECT ...) is hashed, and asked of each row. */
const anyOfArray = /=\s*any\s*\(\s*array\b/i;

/** It reads that column of the row and no other, and what stands bare in a subquery is the subquery's own. */
function readsOnly(schema: SchemaView, asked: Condition, column: string, table: Table): boolean {
  return termsOf(asked).every((term) => {
    if (term.term !== "opaque") return columnsOf(term).every((name) => name === column);
    const { columns, bare, relations } = term.reads;
    const tables = relations.map((relation) => schema.resolveTable(relation));
    // A policy that reads its own table has no end.
    if (tables.includes(table)) return false;
    const isInner = (name: string): boolean => bare.includes(name) && tables.some((each) => each?.columns.some((own) => own.name === name) === true);
    return columns.every((name) => name === column || isInner(name));
  });
}

/** What the column is compared with by `=`. */
function valueIn(text: string, column: string): string | null {
  const tokens = tokensOf(text);
  const equals = tokens.findIndex((token, index) => is(text, token, "=") && depthAt(text, tokens, index) === 0);
  if (equals < 0) return null;
  const sides = [withoutBrackets(text.slice(0, tokens[equals]!.start)), withoutBrackets(text.slice(tokens[equals]!.end))] as const;
  if (sides.some((side) => /^(?:any|some|all)\b/i.test(side))) return null;
  const isColumn = (side: string): boolean => foldIdentifier(side.slice(side.lastIndexOf(".") + 1).trim()) === column;
  if (isColumn(sides[0])) return sides[1];
  return isColumn(sides[1]) ? sides[0] : null;
}

/** `tenant_id = (SELECT ...)`: in a sub-select the value is found once a query. */
function compared(column: Column, value: string, fits = true): string {
  const setting = settingIn(value);
  const own = quoteIdentifier(column.name);
  if (setting === null) return `${own} = ${isSubselect(value) ? value : `(SELECT ${value})`}`;
  if (fits && isSubselect(value) && (setting.strict || isText(column) || /\bnullif\b/i.test(value))) return `${own} = ${value}`;
  // After a SET LOCAL has ended the setting is '', which no cast takes.
  return `${own} = (SELECT nullif(current_setting('${setting.name}'${setting.strict ? "" : ", true"}), '')${isText(column) ? "" : `::${column.type.text}`})`;
}

const isSubselect = (value: string): boolean => /^\(\s*select\b/i.test(value);

/** Of a value that is nothing but a setting, cast or not. */
function settingIn(value: string): { readonly name: string; readonly strict: boolean } | null {
  const found = /^\(?\s*(?:select\s+)?(?:nullif\s*\(\s*)?(?:pg_catalog\.)?current_setting\s*\(\s*'([^']+)'\s*(,\s*true\s*)?\)\s*(?:,\s*''(?:::text)?\s*\))?(?:\s*::\s*\w+)?\s*\)?$/i.exec(value);
  return found ? { name: found[1]!, strict: found[2] === undefined } : null;
}

const isText = ({ type }: Column): boolean => ["text", "varchar"].includes(type.name);

function namesTable(text: string, { name }: Table): boolean {
  const tokens = tokensOf(text);
  return tokens.some((token, index) => foldIdentifier(text.slice(token.start, token.end)) === name && tokens[index + 1] !== undefined && is(text, tokens[index + 1]!, "."));
}
