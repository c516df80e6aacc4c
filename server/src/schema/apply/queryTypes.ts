// The columns of a query with their types, as far as its words and the schema tell: what CREATE TABLE AS makes.

import type { ColumnRef, FuncCall, Node, SelectStmt, WithClause } from "@pgsql/types";
import { allOf, as, stringsOf } from "../read/nodes";
import { dataType } from "../read/types";
import type { DataType, QualifiedName } from "../model";
import type { ApplyContext } from "./context";

export interface OutputColumn {
  readonly name: string;
  /** Null where it is not known. */
  readonly type: DataType | null;
}

type Columns = readonly OutputColumn[];

interface Scope {
  readonly parent: Scope | null;
  readonly items: readonly { readonly alias: string; readonly columns: Columns | null; /** USING or NATURAL make one of two columns: `*` is not worked out. */ readonly merged?: boolean }[];
  readonly ctes: ReadonlyMap<string, Columns | null>;
}

const outside: Scope = { parent: null, items: [], ctes: new Map() };

/** Null where not even the columns' names are known. */
export function queryColumns(context: ApplyContext, query: Node | undefined): Columns | null {
  const select = as(query, "SelectStmt");
  return select === undefined ? null : columnsOfSelect(context, select, outside);
}

function columnsOfSelect(context: ApplyContext, select: SelectStmt, parent: Scope): Columns | null {
  const ctes = withCtes(context, select.withClause, parent);
  const around: Scope = { parent, items: [], ctes };
  if (select.larg !== undefined && select.rarg !== undefined) {
    const left = columnsOfSelect(context, select.larg, around);
    const right = columnsOfSelect(context, select.rarg, around);
    return left && left.map((column, i) => ({ name: column.name, type: common(column.type, right?.[i]?.type ?? null) }));
  }
  if (select.valuesLists !== undefined) {
    const rows = select.valuesLists.map((row) => (as(row, "List")?.items ?? []).map((value) => typeOf(context, value, around)));
    return (rows[0] ?? []).map((type, i) => ({ name: `column${i + 1}`, type: rows.reduce<DataType | null>((known, row) => common(known, row[i] ?? null), type) }));
  }
  const scope: Scope = { parent, items: (select.fromClause ?? []).flatMap((item) => fromItems(context, item, around)), ctes };
  const columns: OutputColumn[] = [];
  for (const target of allOf(select.targetList, "ResTarget")) {
    const reference = as(target.val, "ColumnRef");
    if (reference?.fields?.some((field) => "A_Star" in field) === true) {
      const qualifier = stringsOf(reference.fields).at(-2) ?? "";
      for (const item of scope.items) {
        if (qualifier !== "" && item.alias !== qualifier) continue;
        if (item.columns === null || item.merged === true) return null;
        columns.push(...item.columns);
      }
      continue;
    }
    const type = target.val === undefined ? null : typeOf(context, target.val, scope);
    columns.push({ name: target.name ?? nameOf(target.val), type });
  }
  return columns;
}

function withCtes(context: ApplyContext, clause: WithClause | undefined, parent: Scope): ReadonlyMap<string, Columns | null> {
  const ctes = new Map(parent.ctes);
  for (const cte of allOf(clause?.ctes, "CommonTableExpr")) {
    const inner = as(cte.ctequery, "SelectStmt");
    const columns = inner === undefined ? null : columnsOfSelect(context, inner, { parent, items: [], ctes });
    ctes.set(cte.ctename ?? "", renamed(columns, stringsOf(cte.aliascolnames)));
  }
  return ctes;
}

function renamed(columns: Columns | null, names: readonly string[]): Columns | null {
  return columns && columns.map((column, i) => ({ ...column, name: names[i] ?? column.name }));
}

function fromItems(context: ApplyContext, node: Node, scope: Scope): Scope["items"] {
  const join = as(node, "JoinExpr");
  if (join !== undefined) {
    const items = [join.larg, join.rarg].flatMap((side) => (side === undefined ? [] : fromItems(context, side, scope)));
    return join.usingClause !== undefined || join.isNatural === true ? items.map((item) => ({ ...item, merged: true })) : items;
  }
  const relation = as(node, "RangeVar");
  if (relation !== undefined) {
    const name = relation.relname ?? "";
    const cte = relation.schemaname === undefined ? scope.ctes.get(name) : undefined;
    const columns = cte !== undefined ? cte : columnsOfRelation(context, context.resolve({ schema: relation.schemaname ?? null, name }));
    return [{ alias: relation.alias?.aliasname ?? name, columns: renamed(columns, stringsOf(relation.alias?.colnames)) }];
  }
  const subquery = as(node, "RangeSubselect");
  const inner = as(subquery?.subquery, "SelectStmt");
  if (subquery === undefined || inner === undefined) return [{ alias: "", columns: null }];
  return [{ alias: subquery.alias?.aliasname ?? "", columns: renamed(columnsOfSelect(context, inner, { parent: scope.parent, items: [], ctes: scope.ctes }), stringsOf(subquery.alias?.colnames)) }];
}

function columnsOfRelation(context: ApplyContext, name: QualifiedName): Columns | null {
  const relation = context.relation(name);
  if (relation?.kind === "table") return relation.complete ? relation.columns.map((column) => ({ name: column.name, type: column.type.name === "unknown" ? null : column.type })) : null;
  return relation?.kind === "view" && relation.columns.length > 0 ? relation.columns.map((column) => ({ name: column, type: null })) : null;
}

/** The same type; modifiers only where both sides have the same. */
function common(a: DataType | null, b: DataType | null): DataType | null {
  if (a === null || b === null || a.text === b.text) return a ?? b;
  return a.name === b.name && a.schema === b.schema && a.array === b.array ? bare(a) : null;
}

function bare(type: DataType): DataType {
  return type.modifiers.length === 0 ? type : { ...type, modifiers: [], text: type.text.replace(/\([\d,]+\)/, "") };
}

const builtin = (name: string, text = name, array = false): DataType => ({ text: array ? `${text}[]` : text, name, schema: "pg_catalog", modifiers: [], array });
const boolean = builtin("bool", "boolean");
const bigint = builtin("int8", "bigint");
const integer = builtin("int4", "integer");
const numeric = builtin("numeric");
const text = builtin("text");
const timestamptz = builtin("timestamptz", "timestamp with time zone");
const date = builtin("date");
const double = builtin("float8", "double precision");
const jsonb = builtin("jsonb");

/** Functions of a type that does not depend on their arguments. */
const results: Readonly<Record<string, DataType>> = {
  count: bigint,
  row_number: bigint,
  rank: bigint,
  now: timestamptz,
  clock_timestamp: timestamptz,
  lower: text,
  upper: text,
  concat: text,
  concat_ws: text,
  replace: text,
  btrim: text,
  md5: text,
  string_agg: text,
  format: text,
  to_char: text,
  length: integer,
  bool_or: boolean,
  bool_and: boolean,
  gen_random_uuid: builtin("uuid"),
  jsonb_build_object: jsonb,
  jsonb_agg: jsonb,
  to_jsonb: jsonb,
  random: double,
};
const sums: Readonly<Record<string, DataType>> = { int2: bigint, int4: bigint, int8: numeric, numeric, float4: builtin("float4", "real"), float8: double };
const averages: Readonly<Record<string, DataType>> = { int2: numeric, int4: numeric, int8: numeric, numeric, float4: double, float8: double };
const comparisons = new Set(["=", "<>", "!=", "<", ">", "<=", ">=", "~", "!~", "~*", "!~*", "@>", "<@", "&&", "?"]);

function typeOf(context: ApplyContext, node: Node, scope: Scope): DataType | null {
  const of = (inner: Node | undefined): DataType | null => (inner === undefined ? null : typeOf(context, inner, scope));
  const first = (list: readonly Node[] | undefined): DataType | null => (list ?? []).map(of).reduce<DataType | null>(common, null);
  if ("ColumnRef" in node) return columnType(node.ColumnRef, scope);
  if ("TypeCast" in node) return node.TypeCast.typeName === undefined ? null : context.resolveDataType(dataType(node.TypeCast.typeName));
  if ("A_Const" in node) {
    const { isnull, ival, fval, boolval } = node.A_Const;
    if (isnull === true) return null;
    return ival !== undefined ? integer : fval !== undefined ? (/^\d+$/.test(fval.fval ?? "") ? bigint : numeric) : boolval !== undefined ? boolean : text;
  }
  if ("FuncCall" in node) return callType(context, node.FuncCall, scope);
  if ("CoalesceExpr" in node) return first(node.CoalesceExpr.args);
  if ("MinMaxExpr" in node) return first(node.MinMaxExpr.args);
  if ("CaseExpr" in node) return first([...allOf(node.CaseExpr.args, "CaseWhen").flatMap((when) => when.result ?? []), ...(node.CaseExpr.defresult ? [node.CaseExpr.defresult] : [])]);
  if ("CollateClause" in node) return of(node.CollateClause.arg);
  if ("NullTest" in node || "BoolExpr" in node || "BooleanTest" in node) return boolean;
  if ("SQLValueFunction" in node) return valueFunctionType(String(node.SQLValueFunction.op));
  if ("SubLink" in node) {
    if (node.SubLink.subLinkType === "EXISTS_SUBLINK" || node.SubLink.subLinkType === "ANY_SUBLINK") return boolean;
    const inner = as(node.SubLink.subselect, "SelectStmt");
    const type = inner === undefined ? null : (columnsOfSelect(context, inner, scope)?.[0]?.type ?? null);
    return node.SubLink.subLinkType === "ARRAY_SUBLINK" ? arrayOf(type) : type;
  }
  if ("A_ArrayExpr" in node) return arrayOf(first(node.A_ArrayExpr.elements));
  if ("A_Expr" in node) {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    if (kind === "AEXPR_NULLIF") return of(lexpr);
    if (kind !== "AEXPR_OP") return boolean;
    const operator = stringsOf(name).at(-1) ?? "";
    if (comparisons.has(operator)) return boolean;
    const [left, right] = [of(lexpr), of(rexpr)];
    if (operator === "->>") return text;
    if (operator === "->") return left;
    if (operator === "||") return left?.array === true || left?.name === "jsonb" ? left : text;
    return left && right && left.name === right.name ? bare(left) : null;
  }
  return null;
}

function arrayOf(type: DataType | null): DataType | null {
  return type === null || type.array ? type : { ...type, array: true, text: `${type.text}[]` };
}

function columnType(reference: ColumnRef, scope: Scope): DataType | null {
  const names = stringsOf(reference.fields);
  const column = names.at(-1);
  const qualifier = names.length > 1 ? names.at(-2) : undefined;
  for (let at: Scope | null = scope; at; at = at.parent) {
    for (const item of at.items) {
      if (qualifier !== undefined && item.alias !== qualifier) continue;
      const found = item.columns?.find((candidate) => candidate.name === column);
      if (found) return found.type;
    }
  }
  return null;
}

function callType(context: ApplyContext, call: FuncCall, scope: Scope): DataType | null {
  const names = stringsOf(call.funcname);
  const name = names.at(-1) ?? "";
  const [argument] = call.args ?? [];
  const type = argument === undefined ? null : typeOf(context, argument, scope);
  switch (name) {
    case "max":
    case "min":
    case "first_value":
    case "last_value":
    case "lag":
    case "lead":
      return type && (type.name === "varchar" ? text : bare(type));
    case "sum":
      return type && (sums[type.name] ?? bare(type));
    case "avg":
      return type && (averages[type.name] ?? bare(type));
    case "array_agg":
      return arrayOf(type && bare(type));
    case "abs":
    case "round":
      return type && bare(type);
    case "date_trunc": {
      const second = call.args?.[1];
      const of = second === undefined ? null : typeOf(context, second, scope);
      return of?.name === "date" ? timestamptz : of && bare(of);
    }
    default:
      return names.length === 1 && Object.hasOwn(results, name) ? results[name]! : null;
  }
}

function valueFunctionType(code: string): DataType | null {
  if (code.includes("CURRENT_DATE")) return date;
  if (code.includes("CURRENT_TIMESTAMP")) return timestamptz;
  if (code.includes("LOCALTIMESTAMP")) return builtin("timestamp", "timestamp without time zone");
  return null;
}

/** FigureColname, for what is plain. */
function nameOf(node: Node | undefined): string {
  if (node === undefined) return "?column?";
  if ("ColumnRef" in node) return stringsOf(node.ColumnRef.fields).at(-1) ?? "?column?";
  if ("FuncCall" in node) return stringsOf(node.FuncCall.funcname).at(-1) ?? "?column?";
  if ("CollateClause" in node) return nameOf(node.CollateClause.arg);
  if ("CoalesceExpr" in node) return "coalesce";
  if ("CaseExpr" in node) {
    const name = nameOf(node.CaseExpr.defresult);
    return name === "?column?" ? "case" : name;
  }
  if ("SubLink" in node) return node.SubLink.subLinkType === "EXISTS_SUBLINK" ? "exists" : nameOf(allOf(as(node.SubLink.subselect, "SelectStmt")?.targetList, "ResTarget")[0]?.val);
  if (!("TypeCast" in node)) return "?column?";
  const inner = nameOf(node.TypeCast.arg);
  return inner === "?column?" ? (stringsOf(node.TypeCast.typeName?.names).at(-1) ?? inner) : inner;
}
