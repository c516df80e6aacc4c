// CREATE STATISTICS, as a finding asks for it.

import { quoteIdentifier } from "../../../sql/identifiers";

/** Followed by ANALYZE, which fills it. `on`: columns and expressions as SQL; `named`: what its name is made of. */
export function createStatistics(table: { readonly name: string; readonly sql: string }, kind: "dependencies" | "mcv" | "ndistinct" | null, on: readonly string[], named: readonly string[]): string {
  // Before 16 statistics have to be given a name.
  const name = quoteIdentifier([table.name, ...named.slice(0, 4)].join("_").slice(0, 60));
  return `CREATE STATISTICS ${name}${kind === null ? "" : ` (${kind})`} ON ${on.slice(0, 8).join(", ")} FROM ${table.sql};\nANALYZE ${table.sql};`;
}
