// Looking up what a type's name means.

import type { DataType, Domain, Type } from "./model";
import type { SchemaView } from "./view";

/** The user's type that a type's name means at this point; undefined for a built-in or unknown one. */
export function userType(view: SchemaView, type: DataType): Type | undefined {
  if (type.schema === "pg_catalog") return undefined;
  if (type.schema !== "") return view.type({ schema: type.schema, name: type.name });
  for (const schema of view.session.searchPath) {
    const found = view.type({ schema, name: type.name });
    if (found) return found;
  }
  return undefined;
}

/** The domain that a type is, and the domains that it is made of, outermost first. */
export function domainChain(view: SchemaView, type: DataType): readonly Domain[] {
  const chain: Domain[] = [];
  let current = type;
  while (!current.array) {
    const found = userType(view, current);
    // A domain over itself cannot be made; the guard is for a history that could not be read in full.
    if (found?.kind !== "domain" || chain.includes(found)) break;
    chain.push(found);
    current = found.type;
  }
  return chain;
}

/** What a domain is stored as; any other type is itself. */
export function baseType(view: SchemaView, type: DataType): DataType {
  return domainChain(view, type).at(-1)?.type ?? type;
}

/** Values have to be checked: a NOT NULL or a CHECK on the domain or on one that it is made of. */
export function isConstrained(chain: readonly Domain[]): boolean {
  return chain.some((domain) => domain.notNull || domain.checks.length > 0);
}
