// A tree of Postgres's parser as a condition.

import type { A_Const, A_Expr, FuncCall, Node, SubLink } from "@pgsql/types";
import { asksForCaller, callerBy, callerBySetting, claimOf } from "./callers";
import { unreadable, type Condition, type Reads, type Term } from "./condition";
import { fingerprint } from "./fingerprint";
import { namesIn } from "../schema/read/expression";
import { as, kindOf, listOf, stringsOf } from "../schema/read/nodes";
import { walk } from "../sql/walk";

/** Nesting beyond it is not looked into. */
const depthLimit = 60;

export function readCondition(node: Node, depth = 0): Condition {
  if (depth > depthLimit) return unreadable;
  const inner = (each: Node | undefined): Condition => (each === undefined ? { form: "constant", value: null } : readCondition(each, depth + 1));
  const kind = kindOf(node);
  switch (kind) {
    case "BoolExpr": {
      const { boolop, args = [] } = as(node, kind)!;
      if (boolop === "NOT_EXPR") return { form: "not", of: inner(args[0]) };
      return { form: boolop === "AND_EXPR" ? "and" : "or", of: args.map(inner) };
    }
    case "BooleanTest": {
      const { booltesttype = "IS_TRUE", arg } = as(node, kind)!;
      const is = booltesttype.endsWith("TRUE") ? true : booltesttype.endsWith("FALSE") ? false : null;
      const test: Condition = { form: "test", of: inner(arg), is };
      return booltesttype.startsWith("IS_NOT") ? { form: "not", of: test } : test;
    }
    case "CoalesceExpr":
      return { form: "first", of: (as(node, kind)!.args ?? []).map(inner) };
    case "CaseExpr": {
      const { arg, args = [], defresult } = as(node, kind)!;
      if (arg !== undefined) break;
      return args.reduceRight<Condition>((otherwise, each) => {
        const arm = as(each, "CaseWhen")!;
        return { form: "choice", when: inner(arm.expr), then: inner(arm.result), otherwise };
      }, inner(defresult));
    }
    case "NullTest": {
      const { arg, nulltesttype } = as(node, kind)!;
      // A row IS NULL if all of its fields are, and IS NOT NULL only if none is.
      if (arg === undefined || isRow(arg)) break;
      const of = "CoalesceExpr" in arg ? null : inner(arg);
      const isNull: Condition = of === null || of.form === "value" ? { form: "null", of: readTerm(arg, depth + 1) } : { form: "test", of, is: null };
      return nulltesttype === "IS_NOT_NULL" ? { form: "not", of: isNull } : isNull;
    }
    case "A_Expr": {
      const compared = readComparison(as(node, kind)!, depth);
      if (compared) return compared;
      break;
    }
    case "SubLink": {
      const asked = readSubLink(as(node, kind)!, node, depth);
      if (asked) return asked;
      break;
    }
    case "TypeCast": {
      const { arg, typeName } = as(node, kind)!;
      if (arg !== undefined && stringsOf(typeName?.names).at(-1) === "bool") return inner(arg);
      break;
    }
    case "A_Const": {
      const value = booleanOf(as(node, kind)!);
      if (value !== undefined) return { form: "constant", value };
      break;
    }
    default:
  }
  return { form: "value", of: readTerm(node, depth + 1) };
}

/** The value of a literal that is read as a boolean; undefined for one that is none. */
function booleanOf(constant: A_Const): boolean | null | undefined {
  if (constant.isnull === true) return null;
  if (constant.boolval) return constant.boolval.boolval === true;
  const word = constant.sval?.sval?.trim().toLowerCase();
  if (word === undefined || word === "" || word === "o") return undefined;
  if ("true".startsWith(word) || "yes".startsWith(word) || word === "on" || word === "1") return true;
  return "false".startsWith(word) || "no".startsWith(word) || "off".startsWith(word) || word === "0" ? false : undefined;
}

const isRow = (node: Node): boolean => "RowExpr" in node || (as(node, "ColumnRef")?.fields ?? []).some((field) => "A_Star" in field);

function readComparison(node: A_Expr, depth: number): Condition | null {
  const { kind, lexpr, rexpr } = node;
  if (lexpr === undefined || rexpr === undefined) return null;
  const operator = stringsOf(node.name).join(".");
  const term = (each: Node): Term => readTerm(each, depth + 1);
  switch (kind) {
    case "AEXPR_OP":
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
    case "AEXPR_SIMILAR":
      return isRow(lexpr) || !gives.has(operator) ? null : compare(operator, term(lexpr), term(rexpr));
    case "AEXPR_IN": {
      if (isRow(lexpr)) return null;
      const any: Condition = { form: "or", of: listOf(rexpr).map((item) => compare("=", term(lexpr), term(item))) };
      return operator === "<>" ? { form: "not", of: any } : any;
    }
    case "AEXPR_OP_ANY": {
      const elements = as(rexpr, "A_ArrayExpr")?.elements;
      if (elements !== undefined && elements.length > 0) return { form: "or", of: elements.map((item) => compare(operator, term(lexpr), term(item))) };
      return { form: "compare", operator: `${operator} any`, left: term(lexpr), right: term(rexpr) };
    }
    case "AEXPR_OP_ALL":
      return { form: "compare", operator: `${operator} all`, left: term(lexpr), right: term(rexpr) };
    case "AEXPR_DISTINCT":
      return { form: "distinct", left: term(lexpr), right: term(rexpr) };
    case "AEXPR_NOT_DISTINCT":
      return { form: "not", of: { form: "distinct", left: term(lexpr), right: term(rexpr) } };
    case "AEXPR_BETWEEN":
    case "AEXPR_NOT_BETWEEN": {
      const [low, high] = listOf(rexpr);
      if (low === undefined || high === undefined) return null;
      const between: Condition = { form: "and", of: [compare(">=", term(lexpr), term(low)), compare("<=", term(lexpr), term(high))] };
      return kind === "AEXPR_NOT_BETWEEN" ? { form: "not", of: between } : between;
    }
    default:
      return null;
  }
}

/** Operators whose result is a boolean. */
const gives: ReadonlySet<string> = new Set(["=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "@>", "<@", "&&", "?", "?|", "?&", "@@", "^@"]);

/** Other operators that give null for a null operand, whatever the types. */
const strict: ReadonlySet<string> = new Set(["->", "->>", "#>", "#>>", "+", "-", "*", "/", "%"]);

function compare(operator: string, left: Term, right: Term): Condition {
  if (operator === "<>") return { form: "not", of: compare("=", left, right) };
  return { form: "compare", operator, left, right };
}

function readSubLink(link: SubLink, node: Node, depth: number): Condition | null {
  switch (link.subLinkType) {
    case "EXISTS_SUBLINK":
      return { form: "value", of: opaque(node, "query", true) };
    case "EXPR_SUBLINK": {
      const plain = selected(link);
      return plain && readCondition(plain, depth + 1);
    }
    case "ANY_SUBLINK":
    case "ALL_SUBLINK": {
      if (link.testexpr === undefined || isRow(link.testexpr) || link.subselect === undefined) return null;
      const operator = stringsOf(link.operName).join(".") || "=";
      return { form: "compare", operator: `${operator} ${link.subLinkType === "ANY_SUBLINK" ? "any" : "all"}`, left: readTerm(link.testexpr, depth + 1), right: opaque(link.subselect, "query", true) };
    }
    default:
      return null;
  }
}

/** What `(SELECT x)` gives: evaluated once a query, and otherwise the same as x. */
function selected(link: SubLink): Node | null {
  const select = as(link.subselect, "SelectStmt");
  if (select === undefined || select.targetList?.length !== 1) return null;
  const { fromClause, whereClause, havingClause, groupClause, limitCount, limitOffset, withClause, op } = select;
  if (fromClause ?? whereClause ?? havingClause ?? groupClause ?? limitCount ?? limitOffset ?? withClause) return null;
  return op === "SETOP_NONE" ? (as(select.targetList[0], "ResTarget")?.val ?? null) : null;
}

function readTerm(node: Node, depth: number): Term {
  if (depth > depthLimit) return opaque(node, "other", false);
  const inner = (each: Node): Term => readTerm(each, depth + 1);
  const kind = kindOf(node);
  switch (kind) {
    case "A_Const":
      return literal(as(node, kind)!);
    case "ColumnRef": {
      const names = stringsOf(as(node, kind)!.fields);
      // Of no relation but the policy's own: subqueries are not looked into.
      return names.includes("") ? opaque(node, "other", false) : { key: `column ${names.at(-1)!}`, term: "column", name: names.at(-1)! };
    }
    case "TypeCast": {
      const { arg, typeName } = as(node, kind)!;
      if (arg === undefined) break;
      const of = inner(arg);
      const type = stringsOf(typeName?.names).at(-1) ?? "";
      if (of.term === "literal") return of;
      return { key: `${of.key}::${type}`, term: "made", of: [of], total: true };
    }
    case "CoalesceExpr": {
      const of = (as(node, kind)!.args ?? []).map(inner);
      return { key: `coalesce(${of.map(({ key }) => key).join(", ")})`, term: "coalesce", of };
    }
    case "SubLink": {
      const link = as(node, kind)!;
      const plain = link.subLinkType === "EXPR_SUBLINK" ? selected(link) : null;
      return plain ? inner(plain) : opaque(node, "query", link.subLinkType === "EXISTS_SUBLINK" || link.subLinkType === "ARRAY_SUBLINK");
    }
    case "SQLValueFunction": {
      const name = namesIn(node).functions[0] ?? "";
      const caller = callerBy(name);
      return caller ? { key: `caller ${name}`, term: "caller", caller } : opaque(node, "function", true);
    }
    case "FuncCall":
      return readCall(as(node, kind)!, node);
    case "A_Expr": {
      const { kind: what, lexpr, rexpr, name } = as(node, kind)!;
      if (lexpr === undefined || rexpr === undefined || isRow(lexpr)) break;
      const [left, right] = [inner(lexpr), inner(rexpr)];
      const operator = stringsOf(name).join(".");
      if (what === "AEXPR_NULLIF" && right.term === "literal" && right.value !== null) {
        return { key: `nullif(${left.key}, ${right.key})`, term: "nullIf", of: left, literal: right.value };
      }
      if (what !== "AEXPR_OP" || !(gives.has(operator) || strict.has(operator))) break;
      const claim = (operator === "->>" || operator === "->") && left.term === "caller" && right.term === "literal" ? claimOf(left.caller, right.value ?? "") : null;
      if (claim) return { key: `caller ${claim.name}`, term: "caller", caller: claim };
      return { key: `(${left.key} ${operator} ${right.key})`, term: "made", of: [left, right], total: false };
    }
    default:
  }
  return opaque(node, "other", false);
}

function literal(constant: A_Const): Term {
  const { isnull, ival, fval, sval, boolval, bsval } = constant;
  const value = isnull === true ? null : ival ? String(ival.ival ?? 0) : fval ? (fval.fval ?? "") : sval ? (sval.sval ?? "") : boolval ? String(boolval.boolval === true) : (bsval?.bsval ?? "");
  return { key: value === null ? "null" : `'${value.replaceAll("'", "''")}'`, term: "literal", value };
}

function readCall(call: FuncCall, node: Node): Term {
  const { args = [] } = call;
  const [name = ""] = namesIn({ FuncCall: { ...call, args: [] } }).functions;
  const caller = args.length === 0 ? callerBy(name) : null;
  if (caller) return { key: `caller ${name}`, term: "caller", caller };
  if (/^(pg_catalog\.)?current_setting$/.test(name)) {
    const setting = as(args[0], "A_Const")?.sval?.sval;
    const missing = as(args[1], "A_Const")?.boolval?.boolval === true;
    if (setting !== undefined && (args.length === 1 || as(args[1], "A_Const") !== undefined)) {
      return { key: `setting ${setting.toLowerCase()}`, term: "caller", caller: callerBySetting(setting.toLowerCase(), !missing) };
    }
  }
  return opaque(node, "function", false);
}

function opaque(node: Node, what: "function" | "query" | "other", neverNull: boolean): Term {
  return { key: fingerprint(node), term: "opaque", what, reads: readsOf(node), neverNull };
}

function readsOf(node: Node): Reads {
  const { columns, functions } = namesIn(node);
  const relations: { schema: string | null; name: string }[] = [];
  const ctes = new Set<string>();
  const outer = new Set<string>();
  const wholeRows = new Set<string>();
  walk(node, (kind, value) => {
    if (kind === "RangeVar") relations.push({ schema: (value.schemaname as string | undefined) ?? null, name: String(value.relname) });
    else if (kind === "CommonTableExpr") ctes.add(String(value.ctename));
    else if (kind === "ColumnRef") {
      const names = stringsOf(value.fields as Node[]);
      if (names.length > 1) outer.add(names.at(-1)!);
      if (names.length > 1 && names.at(-1) === "") wholeRows.add("*");
    }
  });
  const isQuery = relations.length > 0;
  return {
    columns: [...columns, ...wholeRows],
    bare: isQuery ? columns.filter((column) => !outer.has(column)) : [],
    relations: relations.filter(({ schema, name }) => schema !== null || !ctes.has(name)),
    functions,
    caller: asksForCaller(functions),
  };
}
