// The locks that the earlier statements of a transaction still hold.

import { readChanges } from "../../schema/read/index";
import type { Change } from "../../schema/changes";
import type { Statement } from "../../sql/statement";
import type { StatementContext } from "../rule";
import { blockingLocks, type BlockingMode, type TakenLock } from "./locks";

/** Of those that keep writers of a live table waiting, the strongest, the earliest of them. Not that of LOCK TABLE, which is meant to be held. */
export function heldLock(context: StatementContext): TakenLock | null {
  const taken = earlierChanges(context).flatMap((change) => (change.change === "lock" ? [] : blockingLocks({ ...context, after: context.before, change })));
  return taken.reduce<TakenLock | null>((best, lock) => (best === null || order.indexOf(lock.mode) < order.indexOf(best.mode) ? lock : best), null);
}

const order: readonly BlockingMode[] = ["ACCESS EXCLUSIVE", "EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE"];

function earlierChanges(context: StatementContext): readonly Change[] {
  const { before, statement, change, embedded } = context;
  const earlier = before.session.transaction === null ? [] : earlierOfTransaction(context).flatMap(({ parsed }) => readChanges(parsed).map((each) => each.change));
  // A DO block is one transaction, unless it commits itself.
  if (!embedded || /\bcommit\b/i.test(statement.parsed.text)) return earlier;
  const own = readChanges(statement.parsed).map((each) => each.change);
  return [...earlier, ...own.slice(0, Math.max(0, own.indexOf(change)))];
}

/** The statements of the version that stand before this one in its transaction. */
function earlierOfTransaction({ version, statement, before }: StatementContext): readonly Statement[] {
  const earlier = version.statements.slice(0, version.statements.indexOf(statement));
  const starts = earlier.findLastIndex(({ parsed }) =>
    readChanges(parsed).some(({ change }) => {
      if (change.change !== "transaction") return false;
      if (change.command === "commit" || change.command === "rollback") return true;
      // Inside of a transaction BEGIN begins none.
      return change.command === "begin" && before.session.transaction === "explicit" && !before.session.oneString;
    }),
  );
  return earlier.slice(starts + 1);
}
