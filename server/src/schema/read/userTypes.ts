import type { AlterDomainStmt, AlterEnumStmt, CompositeTypeStmt, Constraint, CreateDomainStmt, CreateEnumStmt, CreateRangeStmt, Node } from "@pgsql/types";
import type { Change, ObjectName } from "../changes";
import type { Expression } from "../model";
import { readExpression, readGroup } from "./expression";
import { allOf, as, stringsOf } from "./nodes";
import { objectNameAt, relationName } from "./names";
import { qualifiedText } from "./options";
import { collectReferences } from "./references";
import { find, findGroup, indexAt, rangeOf, wholeSpan, type Source } from "./source";
import { sourceText } from "./sourceText";
import { readTypeName } from "./types";

/** CREATE TYPE name and ALTER TYPE name. */
function typeName(source: Source, names: readonly Node[] | undefined): ObjectName {
  return objectNameAt(source, source.first + 2, stringsOf(names));
}

export function readCreateEnum(source: Source, node: CreateEnumStmt): Change {
  return { change: "createEnum", range: rangeOf(source, wholeSpan(source)), name: typeName(source, node.typeName), labels: stringsOf(node.vals) };
}

export function readAlterEnum(source: Source, node: AlterEnumStmt): Change {
  const range = rangeOf(source, wholeSpan(source));
  const type = typeName(source, node.typeName);
  if (node.oldVal !== undefined) return { change: "renameEnumLabel", range, type, label: node.oldVal, to: node.newVal ?? "" };
  return {
    change: "addEnumLabel",
    range,
    type,
    label: node.newVal ?? "",
    ifNotExists: node.skipIfNewValExists === true,
    neighbour: node.newValNeighbor ?? null,
    after: node.newValIsAfter === true,
  };
}

export function readCreateRange(source: Source, node: CreateRangeStmt): Change {
  const name = typeName(source, node.typeName);
  const { names } = collectReferences(source, { CreateRangeStmt: node });
  const own = { range: name.range, refers: { kind: "type", name: { schema: name.schema ?? "", name: name.name } } } as const;
  return { change: "createRange", range: rangeOf(source, wholeSpan(source)), name, definition: sourceText(source, wholeSpan(source), [own, ...names]) };
}

export function readCreateComposite(source: Source, node: CompositeTypeStmt): Change {
  const attributes = allOf(node.coldeflist, "ColumnDef").flatMap((attribute) =>
    attribute.typeName === undefined
      ? []
      : [{ name: attribute.colname ?? "", type: readTypeName(source, attribute.typeName), collation: qualifiedText(attribute.collClause?.collname) }],
  );
  return { change: "createComposite", range: rangeOf(source, wholeSpan(source)), name: relationName(source, node.typevar), attributes };
}

export function readCreateDomain(source: Source, node: CreateDomainStmt): Change {
  const constraints = allOf(node.constraints, "Constraint");
  const starts = constraints.map((constraint) => indexAt(source, constraint.location));
  if (node.collClause !== undefined) starts.push(indexAt(source, node.collClause.location));
  // Each runs to where the next one begins.
  const endOf = (constraint: Constraint): number => {
    const from = indexAt(source, constraint.location);
    return Math.min(source.last, ...starts.filter((start) => start > from));
  };
  const checks: { name: string | null; expression: Expression }[] = [];
  let defaultTo: Expression | null = null;
  for (const constraint of constraints) {
    const span = { from: indexAt(source, constraint.location), to: endOf(constraint) };
    if (constraint.contype === "CONSTR_CHECK") {
      checks.push({ name: constraint.conname ?? null, expression: readGroup(source, findGroup(source, span), constraint.raw_expr) });
    } else if (constraint.contype === "CONSTR_DEFAULT") {
      defaultTo = readExpression(source, { from: find(source, span, "default") + 1, to: span.to }, constraint.raw_expr);
    }
  }
  return {
    change: "createDomain",
    range: rangeOf(source, wholeSpan(source)),
    name: typeName(source, node.domainname),
    type: readTypeName(source, node.typeName ?? {}),
    collation: qualifiedText(node.collClause?.collname),
    notNull: constraints.some((constraint) => constraint.contype === "CONSTR_NOTNULL"),
    default: defaultTo,
    checks,
  };
}

export function readAlterDomain(source: Source, node: AlterDomainStmt): Change {
  const alter = domainAction(source, node);
  const range = rangeOf(source, wholeSpan(source));
  return alter === null ? { change: "none", range, command: "alter domain" } : { change: "alterDomain", range, name: typeName(source, node.typeName), alter };
}

/** The subtype letters are AlterDomainStmt's (src/include/nodes/parsenodes.h). */
function domainAction(source: Source, node: AlterDomainStmt): Extract<Change, { change: "alterDomain" }>["alter"] | null {
  const ifExists = node.missing_ok === true;
  const whole = wholeSpan(source);
  switch (node.subtype) {
    case "T":
      if (node.def === undefined) return { set: "dropDefault" };
      return { set: "default", expression: readExpression(source, { from: find(source, whole, "set", "default") + 2, to: source.last }, node.def) };
    case "O":
      return { set: "notNull" };
    case "N":
      return { set: "dropNotNull" };
    case "C": {
      const constraint = as(node.def, "Constraint");
      if (constraint?.contype === "CONSTR_NOTNULL") return { set: "notNull" };
      const span = { from: indexAt(source, constraint?.location), to: source.last };
      const expression = readGroup(source, findGroup(source, span), constraint?.raw_expr);
      return { set: "addCheck", name: constraint?.conname ?? null, expression, notValid: constraint?.skip_validation === true };
    }
    case "X":
      return { set: "dropCheck", name: node.name ?? "", ifExists };
    case "V":
      return { set: "validateCheck", name: node.name ?? "", ifExists };
    default:
      return null;
  }
}
