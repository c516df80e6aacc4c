// The schema as `plumbline schema --format json` prints it: a stable contract, documented with the product.

import type { TrackedView } from "../keys";
import type { Constraint, Index, IndexElement, Place, QualifiedName, Table } from "../model";
import type { ReplayProblem } from "../apply/index";
import { temporarySchema } from "../keys";
import { defaultText } from "./column";
import { PrintContext } from "./context";
import { compare } from "./script";

/** Where something is written; `P` is a UTF-16 offset in the file, or a position by line and character. */
export interface Location<P> {
  readonly file: string;
  readonly range: { readonly start: P; readonly end: P };
}

/** Turns a place into offsets, or into lines and characters where the caller has the texts. */
export type Locate<P> = (place: Place) => Location<P>;

const byOffset: Locate<number> = ({ anchor, range }) => ({ file: anchor.file, range: { start: anchor.start + range.start, end: anchor.start + range.end } });

export interface SchemaJson<P = unknown> {
  readonly version: 1;
  readonly tables: readonly ReturnType<typeof tableJson>[];
  readonly enums: readonly Named[];
  readonly domains: readonly Named[];
  readonly views: readonly Named[];
  readonly sequences: readonly Named[];
  readonly functions: readonly Named[];
  readonly extensions: readonly unknown[];
  readonly roles: readonly unknown[];
  readonly problems: readonly ({ readonly message: string } & Location<P>)[];
}

type Named = QualifiedName & Readonly<Record<string, unknown>>;

/** Without `locate`, ranges are offsets: the contract's lines and characters need the texts. */
export function schemaJson(view: TrackedView, problems: readonly ReplayProblem[]): SchemaJson<number>;
export function schemaJson<P>(view: TrackedView, problems: readonly ReplayProblem[], locate: Locate<P>): SchemaJson<P>;
export function schemaJson<P>(view: TrackedView, problems: readonly ReplayProblem[], locate: Locate<P | number> = byOffset): SchemaJson<P | number> {
  const context = new PrintContext(view);
  const relations = [...view.relations()].filter((relation) => relation.schema !== temporarySchema).sort(byName);
  const types = [...view.types()].sort(byName);
  const at: At = (place) => place && locate(place);
  return {
    version: 1,
    tables: relations.flatMap((relation) => (relation.kind === "table" && relation.persistence !== "temporary" ? [tableJson(context, relation, at)] : [])),
    enums: types.flatMap((type) => (type.kind === "enum" ? [{ schema: type.schema, name: type.name, labels: type.labels, origin: at(type.origin) }] : [])),
    domains: types.flatMap((type) =>
      type.kind === "domain"
        ? [
            {
              schema: type.schema,
              name: type.name,
              type: type.type.text,
              notNull: type.notNull,
              default: type.default?.text ?? null,
              checks: type.checks.map((check) => ({ name: check.name, expression: check.expression.text, validated: check.validated })),
              origin: at(type.origin),
            },
          ]
        : [],
    ),
    views: relations.flatMap((relation) =>
      relation.kind === "view"
        ? [
            {
              schema: relation.schema,
              name: relation.name,
              materialized: relation.materialized,
              owner: relation.owner,
              columns: relation.columns,
              definition: relation.definition.text,
              indexes: relation.indexes.map(indexJson),
              origin: at(relation.origin),
            },
          ]
        : [],
    ),
    sequences: relations.flatMap((relation) =>
      relation.kind === "sequence"
        ? [
            {
              schema: relation.schema,
              name: relation.name,
              type: relation.type,
              ownedBy: relation.ownedBy && { schema: relation.ownedBy.table.schema, table: relation.ownedBy.table.name, column: relation.ownedBy.column },
              origin: at(relation.origin),
            },
          ]
        : [],
    ),
    functions: [...view.allFunctions()].sort((a, b) => byName(a, b) || compare(a.arguments.join(), b.arguments.join())).map((routine) => ({
      schema: routine.schema,
      name: routine.name,
      kind: routine.kind,
      arguments: routine.arguments,
      returns: routine.returns,
      language: routine.language,
      volatility: routine.volatility,
      securityDefiner: routine.securityDefiner,
      owner: routine.owner,
      origin: at(routine.origin),
    })),
    extensions: [...view.extensions()].sort((a, b) => compare(a.name, b.name)).map(({ name, schema, version, origin }) => ({ name, schema, version, origin: at(origin) })),
    roles: [...view.roles()].filter(({ createdIn }) => createdIn !== null).sort((a, b) => compare(a.name, b.name)).map(({ name, memberOf, origin }) => ({ name, memberOf: memberOf.map(({ role }) => role), origin: at(origin) })),
    problems: problems.map(({ place, message }) => ({ message, ...locate(place) })),
  };
}

function byName(a: QualifiedName, b: QualifiedName): number {
  return compare(a.schema, b.schema) || compare(a.name, b.name);
}

type At = (place: Place | null) => Location<unknown> | null;

function tableJson(context: PrintContext, table: Table, at: At) {
  const of = <K extends Constraint["kind"]>(kind: K): Extract<Constraint, { kind: K }>[] =>
    table.constraints.filter((constraint): constraint is Extract<Constraint, { kind: K }> => constraint.kind === kind).sort((a, b) => compare(a.name, b.name));
  const [primaryKey] = of("primary key");
  return {
    schema: table.schema,
    name: table.name,
    kind: table.tableKind,
    partitionOf: table.partitionOf === null ? null : `${table.partitionOf.schema}.${table.partitionOf.name}`,
    columns: table.columns.map((column) => ({
      name: column.name,
      type: column.type.text,
      notNull: column.notNull,
      default: defaultText(context, table, column),
      identity: column.identity,
      generated: column.generated?.expression.text ?? null,
    })),
    primaryKey: primaryKey === undefined ? null : { name: primaryKey.name, columns: primaryKey.columns },
    foreignKeys: of("foreign key").map((key) => ({
      name: key.name,
      columns: key.columns,
      refSchema: key.references.schema,
      refTable: key.references.name,
      refColumns: key.referencedColumns,
      onDelete: key.onDelete,
      onUpdate: key.onUpdate,
      validated: key.validated,
      deferrable: key.deferrable,
    })),
    uniques: of("unique").map(({ name, columns, nullsNotDistinct }) => ({ name, columns, nullsNotDistinct })),
    exclusions: of("exclude").map(({ name, method, elements, where }) => ({
      name,
      method,
      elements: elements.map(({ element, operator }) => ({ ...elementJson(element), operator })),
      where: where?.text ?? null,
    })),
    indexes: [...table.indexes].sort((a, b) => compare(a.name, b.name)).map(indexJson),
    checks: of("check").map(({ name, expression, validated }) => ({ name, expression: expression.text, validated })),
    rls: table.rls,
    policies: [...table.policies].sort((a, b) => compare(a.name, b.name)).map(({ name, command, permissive, roles, using, withCheck }) => ({
      name,
      command,
      permissive,
      roles,
      using: using?.text ?? null,
      withCheck: withCheck?.text ?? null,
    })),
    grants: table.grants.map(({ privilege, grantee, grantable, columns }) => ({ privilege, grantee, grantable, columns })),
    triggers: [...table.triggers].sort((a, b) => compare(a.name, b.name)).map((trigger) => ({
      name: trigger.name,
      timing: trigger.timing,
      events: trigger.events,
      level: trigger.level,
      function: `${trigger.function.schema}.${trigger.function.name}`,
      when: trigger.when?.text ?? null,
      enabled: trigger.enabled,
    })),
    owner: table.owner,
    complete: table.complete,
    origin: at(table.origin),
  };
}

function indexJson(index: Index) {
  return {
    name: index.name,
    columns: index.elements.map(elementJson),
    unique: index.unique,
    method: index.method,
    where: index.where?.text ?? null,
    include: index.include,
    with: index.with,
    valid: index.valid,
  };
}

function elementJson(element: IndexElement) {
  const what = element.column === null ? { expression: element.expression?.text ?? "" } : { name: element.column };
  return { ...what, opclass: element.opclass, order: element.order, nulls: element.nulls };
}
