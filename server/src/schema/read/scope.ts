import type { Node, RangeVar, SelectStmt, WithClause } from "@pgsql/types";
import type { QualifiedName } from "../model";
import { allOf, as, listOf, type NodeKind } from "./nodes";

/** A relation in a query's FROM. */
export interface FromItem {
  /** Null for what is no relation of the schema: a subquery, a function, a CTE. */
  readonly relation: QualifiedName | null;
  /** False where an alias stands for it: then its own name means nothing in the query. */
  readonly byName: boolean;
}

/** What names mean inside one query. */
export interface Scope {
  readonly parent: Scope | null;
  readonly from: ReadonlyMap<string, FromItem>;
  readonly ctes: ReadonlySet<string>;
}

export const emptyScope: Scope = { parent: null, from: new Map(), ctes: new Set() };

const scopeKinds: ReadonlySet<string> = new Set<NodeKind>(["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);

export function opensScope(kind: string): boolean {
  return scopeKinds.has(kind);
}

/** A query that sees no more than the outer ones and these CTEs: a set operation's arm, a CTE, a subquery in FROM. */
export function besides(scope: Scope, ctes: ReadonlySet<string>): Scope {
  return { parent: scope.parent, from: new Map(), ctes };
}

/** The scope inside of a statement that opens one. */
export function scopeOf(kind: string, statement: Readonly<Record<string, unknown>>, parent: Scope): Scope {
  const ctes = new Set(parent.ctes);
  for (const name of cteNames(statement.withClause as WithClause | undefined)) ctes.add(name);
  const from = new Map<string, FromItem>();
  const scope = { parent, from, ctes };
  if (kind === "SelectStmt") {
    const { op, fromClause } = statement as SelectStmt;
    // ORDER BY of a set operation names its output, not a table's column.
    if (op !== undefined && op !== "SETOP_NONE") from.set("", { relation: null, byName: false });
    addFrom(scope, fromClause);
    return scope;
  }
  if (statement.relation !== undefined) addRelation(scope, statement.relation as RangeVar);
  addFrom(scope, (statement.fromClause ?? statement.usingClause) as readonly Node[] | undefined);
  if (statement.sourceRelation !== undefined) addFrom(scope, [statement.sourceRelation as Node]);
  return scope;
}

export function cteNames(clause: WithClause | undefined): string[] {
  return allOf(clause?.ctes, "CommonTableExpr").map((cte) => cte.ctename ?? "");
}

interface OpenScope {
  readonly from: Map<string, FromItem>;
  readonly ctes: ReadonlySet<string>;
}

function addFrom(scope: OpenScope, items: readonly Node[] | undefined): void {
  const pending = [...(items ?? [])];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const relation = as(item, "RangeVar");
    const join = as(item, "JoinExpr");
    const sample = as(item, "RangeTableSample");
    if (relation !== undefined) addRelation(scope, relation);
    else if (join !== undefined) {
      pending.push(...listOf(join.larg), ...listOf(join.rarg));
      if (join.alias?.aliasname !== undefined) scope.from.set(join.alias.aliasname, unknown);
    } else if (sample?.relation !== undefined) pending.push(sample.relation);
    else {
      const alias = (Object.values(item)[0] as { alias?: { aliasname?: string } } | undefined)?.alias?.aliasname;
      // Two nameless ones are still no single relation.
      scope.from.set(alias ?? `(${String(scope.from.size)})`, unknown);
    }
  }
}

const unknown: FromItem = { relation: null, byName: false };

function addRelation(scope: OpenScope, relation: RangeVar): void {
  const name = relation.relname ?? "";
  const alias = relation.alias?.aliasname;
  const known = !isCte(scope, relation) && relation.alias?.colnames === undefined;
  scope.from.set(alias ?? name, { relation: known ? { schema: relation.schemaname ?? "", name } : null, byName: alias === undefined });
}

/** Whether a relation's name means a CTE here. */
export function isCte(scope: Pick<Scope, "ctes">, relation: RangeVar): boolean {
  return relation.schemaname === undefined && scope.ctes.has(relation.relname ?? "");
}

/** The relation that a column's qualifier means. */
export function lookUp(scope: Scope, qualifier: string): FromItem | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = at.from.get(qualifier);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The relation that a bare column must be of: the only one that any query around it reads. */
export function onlyRelation(scope: Scope): QualifiedName | null {
  let only: QualifiedName | null = null;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    for (const { relation } of at.from.values()) {
      if (relation === null || only !== null) return null;
      only = relation;
    }
  }
  return only;
}
