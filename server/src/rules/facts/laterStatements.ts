// What a version does after the statement that is checked, as the texts of its later statements tell.

import type { Change, ObjectName } from "../../schema/changes";
import { readChanges } from "../../schema/read/index";
import type { StatementContext } from "../rule";

/** The changes that come after this one, DO blocks' included; `sameTransaction` stops at the first COMMIT or ROLLBACK. */
export function laterChanges(context: Pick<StatementContext, "version" | "statement" | "change">, sameTransaction = false): readonly Change[] {
  const { version, statement, change } = context;
  const own = readChanges(statement.parsed).map((each) => each.change);
  const later = version.statements.slice(version.statements.indexOf(statement) + 1).flatMap(({ parsed }) => (parsed.problem === null ? readChanges(parsed).map((each) => each.change) : []));
  const all = [...own.slice(own.indexOf(change) + 1), ...later];
  const end = sameTransaction ? all.findIndex((each) => each.change === "transaction" && (each.command === "commit" || each.command === "rollback")) : -1;
  return end < 0 ? all : all.slice(0, end);
}

/** Two names mean the same object, as far as the search path of this statement tells. */
export function sameName({ before }: Pick<StatementContext, "before">, a: Pick<ObjectName, "schema" | "name">, b: Pick<ObjectName, "schema" | "name">): boolean {
  if (a.name !== b.name) return false;
  return (a.schema ?? before.resolve(a).schema) === (b.schema ?? before.resolve(b).schema);
}
