// Enums, domains, composite and range types.

import type { Change } from "../changes";
import type { Domain, EnumType, QualifiedName } from "../model";
import type { ApplyContext } from "./context";
import { ownedAtCreation } from "./grants";
import { renameLabelInTexts } from "./labelText";
import { freeName } from "./names";

export function createEnum(context: ApplyContext, change: Extract<Change, { change: "createEnum" }>): void {
  const name = context.creationName(change.name);
  if (taken(context, name, change.name.range)) return;
  context.putType({ kind: "enum", ...name, labels: change.labels, grants: ownedAtCreation(context, name.schema, "types").grants, ...context.declared(change.range) });
}

function taken(context: ApplyContext, name: { schema: string; name: string }, range: { start: number; end: number }): boolean {
  if (!context.type(name)) return false;
  context.problem(range, `type ${name.schema}.${name.name} exists already`, "42710");
  return true;
}

export function addEnumLabel(context: ApplyContext, change: Extract<Change, { change: "addEnumLabel" }>): void {
  updateEnum(context, change.type, (type) => {
    if (type.labels.includes(change.label)) return type;
    const at = change.neighbour === null ? type.labels.length : type.labels.indexOf(change.neighbour) + (change.after ? 1 : 0);
    return { ...type, labels: [...type.labels.slice(0, at), change.label, ...type.labels.slice(at)] };
  });
}

export function renameEnumLabel(context: ApplyContext, change: Extract<Change, { change: "renameEnumLabel" }>): void {
  renameLabelInTexts(context, context.resolveType(change.type), change.label, change.to);
  updateEnum(context, change.type, (type) => ({ ...type, labels: type.labels.map((label) => (label === change.label ? change.to : label)) }));
}

function updateEnum(context: ApplyContext, name: { schema: string | null; name: string }, to: (type: EnumType) => EnumType): void {
  const type = context.type(context.resolveType(name));
  if (type?.kind === "enum") context.putType(to(type));
}

export function createDomain(context: ApplyContext, change: Extract<Change, { change: "createDomain" }>): void {
  const name = context.creationName(change.name);
  if (taken(context, name, change.name.range)) return;
  const checks: Domain["checks"][number][] = [];
  for (const check of change.checks) {
    checks.push({ name: check.name ?? checkName(context, name, checks), expression: context.expression(check.expression), validated: true });
  }
  context.putType({
    kind: "domain",
    ...name,
    type: context.resolveDataType(change.type.type),
    notNull: change.notNull,
    default: context.expression(change.default),
    collation: change.collation,
    checks,
    grants: ownedAtCreation(context, name.schema, "types").grants,
    ...context.declared(change.range),
  });
}

function checkName(context: ApplyContext, domain: QualifiedName, checks: readonly { readonly name: string }[]): string {
  return freeName(domain.name, null, "check", (name) => checks.some((check) => check.name === name) || context.hasConstraint(domain.schema, name));
}

export function alterDomain(context: ApplyContext, change: Extract<Change, { change: "alterDomain" }>): void {
  const domain = context.type(context.resolveType(change.name));
  if (domain?.kind !== "domain") return;
  const { alter } = change;
  switch (alter.set) {
    case "notNull":
    case "dropNotNull":
      context.putType({ ...domain, notNull: alter.set === "notNull" });
      return;
    case "default":
      context.putType({ ...domain, default: context.expression(alter.expression) });
      return;
    case "dropDefault":
      context.putType({ ...domain, default: null });
      return;
    case "addCheck":
      context.putType({ ...domain, checks: [...domain.checks, { name: alter.name ?? checkName(context, domain, domain.checks), expression: context.expression(alter.expression), validated: !alter.notValid }] });
      return;
    case "dropCheck":
      context.putType({ ...domain, checks: domain.checks.filter((check) => check.name !== alter.name) });
      return;
    case "validateCheck":
      context.putType({ ...domain, checks: domain.checks.map((check) => (check.name === alter.name ? { ...check, validated: true } : check)) });
  }
}

export function createComposite(context: ApplyContext, change: Extract<Change, { change: "createComposite" }>): void {
  const name = context.creationName(change.name);
  context.putRelation({
    kind: "composite",
    ...name,
    attributes: change.attributes.map((attribute) => ({ name: attribute.name, type: context.resolveDataType(attribute.type.type), collation: attribute.collation })),
    grants: ownedAtCreation(context, name.schema, "types").grants,
    ...context.declared(change.range),
  });
}

export function alterComposite(context: ApplyContext, change: Extract<Change, { change: "alterComposite" }>): void {
  const name = context.resolve(change.name);
  for (const action of change.actions) {
    const type = context.relation(name);
    if (type?.kind !== "composite") return;
    if (action.action === "addColumn" && action.column.type) {
      context.putRelation({ ...type, attributes: [...type.attributes, { name: action.column.name.name, type: context.resolveDataType(action.column.type.type), collation: action.column.collation }] });
    } else if (action.action === "dropColumn") {
      context.putRelation({ ...type, attributes: type.attributes.filter((attribute) => attribute.name !== action.column.name) });
    } else if (action.action === "setType") {
      const to = context.resolveDataType(action.type.type);
      context.putRelation({ ...type, attributes: type.attributes.map((attribute) => (attribute.name === action.column.name ? { ...attribute, type: to } : attribute)) });
    }
  }
}

export function createRange(context: ApplyContext, change: Extract<Change, { change: "createRange" }>): void {
  const name = context.creationName(change.name);
  if (taken(context, name, change.name.range)) return;
  context.putType({ kind: "range", ...name, definition: context.resolveSource(change.definition), grants: ownedAtCreation(context, name.schema, "types").grants, ...context.declared(change.range) });
}
