import type { Range } from "../text/range";
import type { ParsedStatement } from "./statement";

// Marks of template engines: Jinja, dbt and Mustache ({{ {% {#), Flyway and shell (${), ERB and EJS (<%), extension scripts
// (@name@), and the formatting of Rust, Python and C# ({}, {name}, {0}). A brace is no character of SQL.
const mark = /\{\{|\{%|\{#|\{\w*\}|\$\{|<%[=\-_#]?\s|@[A-Za-z_]\w*@/y;

/** The first mark outside of quotes and bodies. To ask only of a statement that cannot be read: `<%` is an operator of pg_trgm. */
export function templateIn(parsed: Pick<ParsedStatement, "text" | "tokens">): Range | null {
  for (const { kind, start } of parsed.tokens) {
    if (kind !== "operator") continue;
    mark.lastIndex = start;
    const found = mark.exec(parsed.text);
    if (found !== null) return { start, end: start + found[0].trimEnd().length };
  }
  return null;
}
