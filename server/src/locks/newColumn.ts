// Why ADD COLUMN has to write every row: the value is not one constant that the catalog can keep for all of them
// (ATExecAddColumn in src/backend/commands/tablecmds.c).

import type { ColumnDefinition } from "../schema/changes";
import { domainChain, isConstrained } from "../schema/domains";
import type { Domain } from "../schema/model";
import type { SchemaView } from "../schema/view";
import { volatileFunction } from "../schema/volatility";

export type RewriteCause =
  | { readonly cause: "identity" | "serial" | "stored" }
  | { readonly cause: "volatile default"; readonly function: string }
  /** Outermost domain first. */
  | { readonly cause: "constrained domain"; readonly chain: readonly Domain[] }
  | { readonly cause: "volatile domain default"; readonly domain: Domain; readonly function: string };

/** Null where the rows stay as they are. */
export function rewriteCause(view: SchemaView, column: ColumnDefinition): RewriteCause | null {
  if (column.identity !== null) return { cause: "identity" };
  if (column.type !== null && column.type.serial !== null) return { cause: "serial" };
  if (column.generated?.stored === true) return { cause: "stored" };
  if (column.default !== null) {
    const name = volatileFunction(view, column.default);
    if (name !== null) return { cause: "volatile default", function: name };
  }
  const chain = column.type === null ? [] : domainChain(view, column.type.type);
  const [domain] = chain;
  if (domain === undefined) return null;
  if (isConstrained(chain)) return { cause: "constrained domain", chain };
  const inherited = column.default === null ? chain.find((each) => each.default !== null)?.default : undefined;
  const name = inherited ? volatileFunction(view, inherited) : null;
  return name === null ? null : { cause: "volatile domain default", domain, function: name };
}

/** Every row gets a value: a foreign key or a check that comes with the column has something to look at. */
export function hasValue(column: ColumnDefinition): boolean {
  return column.default !== null || column.identity !== null || column.generated !== null || (column.type !== null && column.type.serial !== null);
}
