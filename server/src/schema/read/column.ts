import type { ColumnDef, Constraint } from "@pgsql/types";
import type { ColumnDefinition, ConstraintDefinition, PlacedExpression } from "../changes";
import type { Option } from "../model";
import { readConstraint } from "./constraint";
import { readExpression, readGroup } from "./expression";
import { allOf } from "./nodes";
import { nameAt } from "./names";
import { qualifiedText } from "./options";
import { find, findGroup, indexAt, rangeOf, type Source, type Span } from "./source";
import { readSequenceOptions } from "./sequenceOptions";
import { readTypeName } from "./types";

/** A column of CREATE TABLE or ADD COLUMN, from its name to its last word. */
export function readColumn(source: Source, span: Span, node: ColumnDef): ColumnDefinition {
  const name = nameAt(source, span.from, node.colname);
  const constraints: ConstraintDefinition[] = [];
  let notNull = false;
  let notNullSpan: Span | null = null;
  let defaultTo: PlacedExpression | null = null;
  let identity: ColumnDefinition["identity"] = null;
  let identityOptions: readonly Option[] = [];
  let generated: ColumnDefinition["generated"] = null;
  for (const { constraint, span: part } of qualifiers(source, span, node)) {
    switch (constraint.contype) {
      case "CONSTR_NOTNULL": {
        const at = find(source, part, "not", "null");
        notNull = true;
        notNullSpan ??= at < 0 ? null : { from: at, to: at + 2 };
        // Unnamed it is no more than the column's property.
        if (constraint.conname !== undefined || constraint.is_no_inherit === true) pushConstraint(constraints, readConstraint(source, part, constraint, name));
        break;
      }
      case "CONSTR_DEFAULT":
        defaultTo = readExpression(source, { from: find(source, part, "default") + 1, to: part.to }, constraint.raw_expr);
        break;
      case "CONSTR_IDENTITY":
        identity = identityKind(constraint.generated_when);
        identityOptions = readSequenceOptions(constraint.options);
        break;
      case "CONSTR_GENERATED":
        generated = { expression: readGroup(source, findGroup(source, part), constraint.raw_expr), stored: constraint.generated_kind !== "v" };
        break;
      default:
        pushConstraint(constraints, readConstraint(source, part, constraint, name));
    }
  }
  return {
    name,
    type: node.typeName === undefined ? null : readTypeName(source, node.typeName),
    notNull,
    notNullRange: notNullSpan === null ? null : rangeOf(source, notNullSpan),
    default: defaultTo,
    identity,
    identityOptions,
    generated,
    collation: qualifiedText(node.collClause?.collname),
    storage: node.storage_name ?? null,
    compression: node.compression ?? null,
    constraints,
    range: rangeOf(source, span),
  };
}

export function identityKind(code: string | undefined): "always" | "by default" {
  return code === "d" ? "by default" : "always";
}

function pushConstraint(constraints: ConstraintDefinition[], constraint: ConstraintDefinition | null): void {
  if (constraint !== null) constraints.push(constraint);
}

interface Qualifier {
  readonly constraint: Constraint;
  readonly span: Span;
}

/**
 * The column's constraints with their words. Each runs to where the next one or COLLATE begins: every node carries its
 * start, so an expression's end needs no knowledge of expressions. DEFERRABLE and the like are nodes of their own, and
 * belong to what stands before them.
 */
function qualifiers(source: Source, span: Span, node: ColumnDef): Qualifier[] {
  const starts: { readonly from: number; readonly constraint: Constraint | null }[] = allOf(node.constraints, "Constraint")
    .filter((constraint) => constraint.contype?.startsWith("CONSTR_ATTR") !== true)
    .map((constraint) => ({ from: indexAt(source, constraint.location), constraint }));
  if (node.collClause !== undefined) starts.push({ from: indexAt(source, node.collClause.location), constraint: null });
  starts.sort((a, b) => a.from - b.from);
  return starts.flatMap(({ from, constraint }, i) => (constraint === null ? [] : [{ constraint, span: { from, to: starts[i + 1]?.from ?? span.to } }]));
}
