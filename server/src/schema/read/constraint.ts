import type { Constraint } from "@pgsql/types";
import { quoteIdentifier } from "../../sql/identifiers";
import type { ConstraintDefinition, Name } from "../changes";
import type { ReferentialAction } from "../model";
import { readExpression, readGroup } from "./expression";
import { readElement } from "./indexElement";
import { as, listOf, stringOf, stringsOf } from "./nodes";
import { nameAt, namesIn, namesOf, relationName } from "./names";
import { readOptions } from "./options";
import { afterName, find, findGroup, groupAt, indexAt, isOneOf, itemsOf, rangeOf, type Source, type Span } from "./source";

/**
 * A constraint of a table, or of `column` where it is written at one. `span` runs from CONSTRAINT or its keyword to its
 * last word, DEFERRABLE and the like included. Null for what is no constraint in the catalog's sense.
 */
export function readConstraint(source: Source, span: Span, node: Constraint, column?: Name): ConstraintDefinition | null {
  const named = node.conname !== undefined;
  const has = (...words: readonly string[]): boolean => find(source, span, ...words) >= 0;
  const deferred = has("initially", "deferred");
  const base = {
    name: named ? nameAt(source, span.from + 1, node.conname) : null,
    range: rangeOf(source, span),
    // INITIALLY DEFERRED alone implies DEFERRABLE (processCASbits in gram.y).
    deferrable: deferred || (has("deferrable") && !has("not", "deferrable")),
    initiallyDeferred: deferred,
  };
  const enforced = !has("not", "enforced");
  const notValid = has("not", "valid");
  // After CONSTRAINT name: the keyword.
  const keyword = named ? { from: span.from + 2, to: span.to } : span;
  switch (node.contype) {
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE": {
      const columns = node.keys === undefined ? null : groupAt(source, findGroup(source, keyword));
      const index = node.indexname === undefined ? -1 : find(source, keyword, "using", "index");
      return {
        ...base,
        kind: node.contype === "CONSTR_PRIMARY" ? "primary key" : "unique",
        columns: columns === null ? (column === undefined ? [] : [column]) : namesIn(source, columns, stringsOf(node.keys)),
        include: includeOf(source, keyword, node),
        nullsNotDistinct: node.nulls_not_distinct === true,
        withoutOverlaps: node.without_overlaps === true,
        usingIndex: index < 0 ? null : nameAt(source, index + 2, node.indexname),
        with: readOptions(node.options),
        tablespace: node.indexspace ?? null,
      };
    }
    case "CONSTR_FOREIGN":
      return { ...base, ...readForeignKey(source, keyword, node, column), notValid, enforced };
    case "CONSTR_CHECK": {
      const open = findGroup(source, keyword);
      return { ...base, kind: "check", expression: readGroup(source, open, node.raw_expr), notValid, enforced, noInherit: node.is_no_inherit === true };
    }
    case "CONSTR_EXCLUSION":
      return { ...base, ...readExclusion(source, keyword, node) };
    case "CONSTR_NOTNULL": {
      const columns = column === undefined ? namesIn(source, { from: keyword.from + 2, to: keyword.to }, stringsOf(node.keys)) : [column];
      return { ...base, kind: "not null", columns, notValid, noInherit: node.is_no_inherit === true };
    }
    default:
      return null;
  }
}

function includeOf(source: Source, span: Span, node: Constraint): Name[] {
  const at = find(source, span, "include");
  return at < 0 ? [] : namesOf(source, groupAt(source, at + 1), node.including);
}

type ForeignKeyParts = Omit<Extract<ConstraintDefinition, { kind: "foreign key" }>, "name" | "range" | "deferrable" | "initiallyDeferred" | "notValid" | "enforced">;

const actions: Readonly<Record<string, ReferentialAction>> = { a: "no action", r: "restrict", c: "cascade", n: "set null", d: "set default" };

function readForeignKey(source: Source, span: Span, node: Constraint, column: Name | undefined): ForeignKeyParts {
  const own = column === undefined ? groupAt(source, span.from + 2) : null;
  const columns = own === null ? (column === undefined ? [] : [column]) : periodNames(source, own, stringsOf(node.fk_attrs));
  const target = afterName(source, indexAt(source, node.pktable?.location));
  const others = node.pk_attrs === undefined ? null : groupAt(source, target);
  return {
    kind: "foreign key",
    columns,
    references: relationName(source, node.pktable),
    referencedColumns: others === null ? [] : periodNames(source, others, stringsOf(node.pk_attrs)),
    onDelete: actions[node.fk_del_action ?? "a"] ?? "no action",
    onUpdate: actions[node.fk_upd_action ?? "a"] ?? "no action",
    onDeleteColumns: stringsOf(node.fk_del_set_cols),
    match: node.fk_matchtype === "f" ? "full" : "simple",
    period: node.fk_with_period === true,
  };
}

/** The last of a temporal key's columns comes after PERIOD. */
function periodNames(source: Source, span: Span, names: readonly string[]): Name[] {
  const items = itemsOf(source, span);
  return names.map((name, i) => {
    const item = items[i] ?? span;
    const period = item.to - item.from > 1 && isOneOf(source, item.from, "period");
    return nameAt(source, period ? item.from + 1 : item.from, name);
  });
}

type ExclusionParts = Omit<Extract<ConstraintDefinition, { kind: "exclude" }>, "name" | "range" | "deferrable" | "initiallyDeferred">;

function readExclusion(source: Source, span: Span, node: Constraint): ExclusionParts {
  const list = groupAt(source, findGroup(source, span));
  const items = list === null ? [] : itemsOf(source, list);
  const where = find(source, span, "where");
  return {
    kind: "exclude",
    method: node.access_method ?? "btree",
    elements: (node.exclusions ?? []).flatMap((pair, i) => {
      const [first, operator] = listOf(pair);
      const element = as(first, "IndexElem");
      const item = items[i];
      if (element === undefined || item === undefined) return [];
      return [{ element: readElement(source, item, element), operator: operatorText(listOf(operator).map(stringOf)) }];
    }),
    include: includeOf(source, span, node),
    where: where < 0 || node.where_clause === undefined ? null : readExpression(source, groupAt(source, where + 1) ?? span, node.where_clause),
  };
}

function operatorText(names: readonly string[]): string {
  const operator = names.at(-1) ?? "";
  return names.length > 1 ? `OPERATOR(${names.slice(0, -1).map(quoteIdentifier).join(".")}.${operator})` : operator;
}
