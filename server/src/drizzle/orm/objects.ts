// Enums, sequences, roles and views.

import { plainOf } from "../builtins";
import { native, nothing, propertyOf, textOf, truthOf, unknown, type Call, type NativeFunction, type Value } from "../values";
import { sequenceOptions, sqlOf } from "./builder";
import { fragment } from "./fragment";
import type { Column, Enum, Role, View } from "./model";

export function enumFunction(schema: string | null): NativeFunction {
  return native("pgEnum", (call) => {
    const [nameGiven, labelsGiven] = call.args;
    const name = textOf(nameGiven);
    if (name === null) return unknown("the type's name is not known", call.source);
    const made: Enum = { schema: schema === "public" ? null : schema, name, labels: labelsOf(labelsGiven, call), source: call.source, nameSource: call.sources[0] ?? null };
    return { kind: "enum", enum: made };
  });
}

/** An array, or an object whose values are the labels: a TypeScript enum is one. */
function labelsOf(value: Value | undefined, { source }: Call): Enum["labels"] {
  const known = plainOf(value)?.value;
  const labels: unknown = Array.isArray(known) ? known : typeof known === "object" && known !== null ? Object.values(known) : null;
  if (Array.isArray(labels) && labels.every((label) => typeof label === "string")) return labels;
  return value?.kind === "unknown" ? value : unknown("its labels are not known", source);
}

export function sequenceFunction(schema: string | null): NativeFunction {
  return native("pgSequence", ({ args: [nameGiven, options], source }) => {
    const name = textOf(nameGiven);
    if (name === null || options?.kind === "unknown") return unknown("the sequence is not known", source);
    return { kind: "sequence", sequence: { schema: schema === "public" ? null : schema, name, options: sequenceOptions(options), source } };
  });
}

export function role(name: string, source: Role["source"], existing = false, options: readonly string[] = []): Value {
  return { kind: "role", role: { name, existing, options, source } };
}

export const roleFunction = native("pgRole", ({ args: [nameGiven, options], source }) => {
  const name = textOf(nameGiven);
  if (name === null) return unknown("the role's name is not known", source);
  const words = (["createDb", "createRole"] as const).flatMap((option) => (truthOf(propertyOf(options, option)) === true ? [option.toUpperCase()] : []));
  const inherits = truthOf(propertyOf(options, "inherit")) === false && options?.kind === "object" && options.properties.has("inherit") ? ["NOINHERIT"] : [];
  return role(name, source, false, [...words, ...inherits]);
});

export function roleMember({ role: of }: { readonly role: Role }, name: string): Value | null {
  if (name === "existing") return native("existing", () => ({ kind: "role", role: { ...of, existing: true } }));
  return name === "name" ? { kind: "primitive", value: of.name, source: null } : null;
}

export function viewFunction(schema: string | null, materialized: boolean): NativeFunction {
  return native("pgView", (call) => {
    const [nameGiven, columns] = call.args;
    const name = textOf(nameGiven);
    if (name === null) return unknown("the view's name is not known", call.source);
    const view: View = { schema: schema === "public" ? null : schema, name, materialized, query: null, existing: false, options: [], columns: new Map(), source: call.source, nameSource: call.sources[0] ?? null };
    const own: View = { ...view, columns: columnsOf(columns, view) };
    return { kind: "view", view: own };
  });
}

/** Enough of them that SQL can name them. */
function columnsOf(value: Value | undefined, view: View): ReadonlyMap<string, Column> {
  const columns = new Map<string, Column>();
  if (value?.kind !== "object") return columns;
  const table: Column["table"] = { schema: view.schema, name: view.name, columns, extras: null, rowSecurity: null, linked: [], casing: "project", unknown: value.rest, source: view.source, nameSource: view.nameSource, existing: true };
  for (const [key, property] of value.properties) if (property.value.kind === "columnBuilder") columns.set(key, { ...property.value.builder, table, key, keySource: property.source });
  return columns;
}

const viewOptions: Readonly<Record<string, string>> = { securityInvoker: "security_invoker", securityBarrier: "security_barrier", checkOption: "check_option", fillfactor: "fillfactor" };

export function viewMember({ view }: { readonly view: View }, name: string): Value | null {
  const next = (changed: Partial<View>): Value => ({ kind: "view", view: { ...view, ...changed } });
  switch (name) {
    case "as":
      return native("as", ({ args: [given], source }) => {
        const query = sqlOf(given);
        // A query that the builder makes is not evaluated.
        return next(query ? { query, source } : { query: fragment([{ piece: "unknown", unknown: unknown("its query is made by the query builder", source) }]), source });
      });
    case "existing":
      return native("existing", () => next({ existing: true }));
    case "with":
      return native("with", ({ args: [options] }) => {
        const given = options?.kind === "object" ? [...options.properties] : [];
        const words = given.flatMap(([key, { value }]) => (viewOptions[key] !== undefined && value.kind === "primitive" ? [`${viewOptions[key]} = ${String(value.value)}`] : []));
        return next({ options: words });
      });
    case "using":
    case "tablespace":
    case "withNoData":
    case "$with":
      return native(name, () => next({}));
    default: {
      const column = view.columns.get(name);
      return column ? { kind: "column", column } : name.startsWith("$") ? nothing : null;
    }
  }
}

