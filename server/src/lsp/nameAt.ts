// The name that stands at a place of a statement, and the schema that it is looked up in.

import type { ProjectDatabase } from "../project/database";
import type { TrackedView } from "../schema/keys";
import { foldIdentifier } from "../sql/identifiers";
import type { Statement } from "../sql/statement";
import type { Token } from "../sql/tokens";
import type { Range } from "../text/range";

export interface NameAt {
  readonly qualifier: string | null;
  readonly name: string;
  /** In the file. */
  readonly range: Range;
}

export function nameAt(statement: Statement, offset: number): NameAt | null {
  const { tokens } = statement.parsed;
  const at = tokens.findIndex((token) => isName(token) && within({ start: token.start + statement.start, end: token.end + statement.start }, offset));
  if (at === -1) return null;
  const text = (token: Token | undefined): string => (token ? statement.parsed.text.slice(token.start, token.end) : "");
  const token = tokens[at]!;
  return {
    qualifier: text(tokens[at - 1]) === "." && tokens[at - 2] ? foldIdentifier(text(tokens[at - 2])) : null,
    name: foldIdentifier(text(token)),
    range: { start: token.start + statement.start, end: token.end + statement.start },
  };
}

export const within = (range: Range, offset: number): boolean => range.start <= offset && offset <= range.end;

const isName = (token: Token): boolean => token.kind === "word" || token.kind === "quoted";

/** After the statement and before it; of one outside of the history the head. */
export function viewsAround(database: ProjectDatabase, statement: Statement): readonly TrackedView[] {
  const { timeline } = database.linter;
  const after = database.stepAfter(statement);
  timeline.moveTo(after ?? timeline.length);
  return after === null ? [timeline.view()] : [timeline.view(), timeline.viewBefore()];
}
