import type { ColumnRef, CommonTableExpr, DefElem, FuncCall, Node, RangeSubselect, RangeVar, SelectStmt, TypeName, WithClause } from "@pgsql/types";
import { nameAtToken } from "../../sql/ranges";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";
import type { ObjectName } from "../changes";
import type { ObjectReference } from "../model";
import { allOf, as, stringsOf } from "./nodes";
import { relationName } from "./names";
import { besides, emptyScope, isCte, lookUp, onlyRelation, opensScope, scopeOf, type Scope } from "./scope";
import { indexAt, rangeOf, type Source } from "./source";
import { dataType } from "./types";

/** A name that means an object, relative to the statement's start. */
export interface PlacedReference {
  readonly range: Range;
  readonly refers: ObjectReference;
}

export interface References {
  readonly names: readonly PlacedReference[];
  /** Each relation once, where it is named first. */
  readonly reads: readonly ObjectName[];
}

interface Pending {
  readonly node: unknown;
  /** Around the node, or, for one that opens a scope, outside of it. */
  readonly scope: Scope;
}

/**
 * The names in a tree that mean relations, functions, types and columns. Names without a schema have schema "". A
 * column is only given where its relation is certain from the text; CTEs are no relations.
 */
export function collectReferences(source: Source, root: Node | undefined, scope: Scope = emptyScope): References {
  const names: PlacedReference[] = [];
  const reads = new Map<string, ObjectName>();
  const pending: Pending[] = root === undefined ? [] : [{ node: root, scope }];
  // One query at a time: those inside it wait in line, so that each is walked with its own scope.
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) walkQuery(source, item, pending, names, reads);
  names.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  return { names, reads: [...reads.values()].sort((a, b) => a.range.start - b.range.start) };
}

function walkQuery(source: Source, item: Pending, pending: Pending[], names: PlacedReference[], reads: Map<string, ObjectName>): void {
  let { scope } = item;
  let output: ReadonlySet<unknown> = new Set();
  let atRoot = true;
  walk(item.node, (kind, value, parentKind) => {
    const first = atRoot;
    atRoot = false;
    if (opensScope(kind)) {
      if (first) {
        scope = scopeOf(kind, value, scope);
        output = outputReferences(kind, value);
        return true;
      }
      const arm = kind === "SelectStmt" && parentKind === "SelectStmt";
      pending.push({ node: { [kind]: value }, scope: arm ? besides(scope, scope.ctes) : scope });
      return false;
    }
    switch (kind) {
      case "WithClause":
        pending.push(...cteQueries(value, scope));
        return false;
      case "RangeSubselect": {
        const { lateral, subquery } = value as RangeSubselect;
        pending.push({ node: subquery, scope: lateral === true ? scope : besides(scope, scope.ctes) });
        return false;
      }
      case "LockingClause":
        // FOR UPDATE OF names aliases.
        return false;
      case "DefElem":
        return readDefinition(source, value, names);
      case "RangeVar":
        addRelation(source, value, scope, names, reads);
        return true;
      case "TypeName":
        addType(source, value, names);
        return true;
      case "FuncCall":
        addFunction(source, value, names);
        return true;
      case "ColumnRef":
        if (!output.has(value)) addColumn(source, value, scope, names);
        return true;
      default:
        return true;
    }
  });
}

// Of CREATE OPERATOR, AGGREGATE and TYPE: what their parameters name looks like a type to the parser.
const typeParameters = new Set(["leftarg", "rightarg", "stype", "mstype", "basetype", "subtype", "element", "like", "as"]);
const functionParameters = new Set(
  (
    "function procedure sfunc finalfunc combinefunc serialfunc deserialfunc msfunc minvfunc mfinalfunc restrict join input output receive send " +
    "typmod_in typmod_out analyze subscript canonical subtype_diff start gettoken end headline lextypes init lexize"
  ).split(" "),
);

/** True where the parameter's value is to be read as any other tree. */
function readDefinition(source: Source, { defname, arg }: DefElem, names: PlacedReference[]): boolean {
  const type = as(arg, "TypeName");
  if (type === undefined || typeParameters.has(defname ?? "")) return true;
  const parts = stringsOf(type.names);
  if (functionParameters.has(defname ?? "") && parts[0] !== "pg_catalog") {
    const at = nameAtToken(source, indexAt(source, type.location));
    if (at !== null) names.push({ range: at.range, refers: { kind: "function", name: { schema: parts.at(-2) ?? "", name: parts.at(-1)! } } });
  }
  return false;
}

/** A CTE sees those before it, in WITH RECURSIVE all of them. */
function cteQueries(clause: WithClause, scope: Scope): Pending[] {
  const outer = new Set(scope.parent?.ctes ?? []);
  return allOf(clause.ctes, "CommonTableExpr").map((cte: CommonTableExpr) => {
    const visible = clause.recursive === true ? scope.ctes : new Set(outer);
    outer.add(cte.ctename ?? "");
    return { node: cte.ctequery, scope: besides(scope, visible) };
  });
}

/** The references of ORDER BY and GROUP BY that may mean an output column by its alias. */
function outputReferences(kind: string, value: Readonly<Record<string, unknown>>): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  if (kind !== "SelectStmt") return found;
  const { targetList, sortClause, groupClause } = value as SelectStmt;
  const aliases = new Set(allOf(targetList, "ResTarget").flatMap((target) => target.name ?? []));
  const candidates = [...allOf(sortClause, "SortBy").map((sort) => sort.node), ...(groupClause ?? [])];
  for (const candidate of candidates) {
    const reference = as(candidate, "ColumnRef");
    const [name, ...more] = stringsOf(reference?.fields);
    if (name !== undefined && more.length === 0 && aliases.has(name)) found.add(reference);
  }
  return found;
}

function addRelation(source: Source, relation: RangeVar, scope: Scope, names: PlacedReference[], reads: Map<string, ObjectName>): void {
  // Postgres's parser makes up some nodes (CREATE RECURSIVE VIEW); they have no place.
  if ((relation.location ?? 0) < 0 || isCte(scope, relation)) return;
  const name = relationName(source, relation);
  const key = `${name.schema ?? ""}.${name.name}`;
  names.push({ range: name.range, refers: { kind: "relation", name: { schema: name.schema ?? "", name: name.name } } });
  const known = reads.get(key);
  if (known === undefined || known.range.start > name.range.start) reads.set(key, name);
}

function addType(source: Source, node: TypeName, names: PlacedReference[]): void {
  const location = node.location ?? 0;
  const { schema, name } = dataType(node);
  // PL/pgSQL's table.column%TYPE has a text for a name.
  if (location < 0 || schema === "pg_catalog" || node.pct_type === true) return;
  const at = nameAtToken(source, indexAt(source, location));
  if (at !== null) names.push({ range: at.range, refers: { kind: "type", name: { schema, name } } });
}

function addFunction(source: Source, call: FuncCall, names: PlacedReference[]): void {
  const parts = stringsOf(call.funcname);
  if ((call.location ?? 0) < 0 || call.funcformat === "COERCE_SQL_SYNTAX" || parts[0] === "pg_catalog") return;
  const at = nameAtToken(source, indexAt(source, call.location));
  if (at?.parts.length !== parts.length) return;
  names.push({ range: at.range, refers: { kind: "function", name: { schema: parts.at(-2) ?? "", name: parts.at(-1)! } } });
}

function addColumn(source: Source, reference: ColumnRef, scope: Scope, names: PlacedReference[]): void {
  const fields = reference.fields ?? [];
  const parts = stringsOf(fields);
  const isStar = fields.length > 0 && "A_Star" in fields.at(-1)!;
  const from = indexAt(source, reference.location);
  if ((reference.location ?? 0) < 0) return;
  const push = (index: number, count: number, refers: ObjectReference): void => {
    names.push({ range: rangeOf(source, { from: from + 2 * index, to: from + 2 * (index + count) - 1 }), refers });
  };
  if (parts.length === 1) {
    const relation = isStar ? null : onlyRelation(scope);
    if (relation !== null) push(0, 1, { kind: "column", relation, column: parts[0]! });
    return;
  }
  // schema.table.column, or table.column; anything longer is a field of a composite column.
  const first = lookUp(scope, parts[0]!);
  const second = parts.length === 3 && first === undefined ? lookUp(scope, parts[1]!) : undefined;
  const at = second === undefined ? 0 : 1;
  const item = second ?? first;
  if (item?.relation === undefined || item.relation === null) return;
  if (second !== undefined && item.relation.schema !== parts[0]) return;
  if (item.byName) push(0, at + 1, { kind: "relation", name: item.relation });
  if (!(isStar && at + 1 === parts.length - 1)) push(at + 1, 1, { kind: "column", relation: item.relation, column: parts[at + 1]! });
}
