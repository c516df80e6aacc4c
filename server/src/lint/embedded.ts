import type { EmbeddedStatement, ParsedStatement } from "../sql/statement";

/** The statement that starts at `offset` inside a DO block or a function's body. */
export function embeddedAt(parsed: ParsedStatement, offset: number): EmbeddedStatement | undefined {
  return parsed.body?.statements.find((statement) => statement.start === offset);
}
