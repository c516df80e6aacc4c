// VALIDATE CONSTRAINT in the transaction that added the constraint: it reads the rows under the lock of ADD CONSTRAINT.

import type { TableAction } from "../../schema/changes";
import type { Constraint } from "../../schema/model";
import type { LiveTable, StatementContext } from "../rule";
import { display, enumerate } from "../wording";
import { later, laterSteps } from "./transactions";

type Validate = Extract<TableAction, { action: "validateConstraint" }>;

/** Reports it, for one kind of constraint. */
export function validatedTooSoon(context: StatementContext, live: LiveTable, action: Validate, kind: "foreign key" | "check"): void {
  const { before, version, change, parsed } = context;
  const name = action.constraint.name;
  const constraint = live.table?.constraints.find((each) => each.name === name);
  if (constraint?.kind !== kind || !("validated" in constraint) || constraint.validated || constraint.createdIn !== version.id) return;
  if (before.session.transaction === null || isCommittedSince(context, constraint)) return;
  const table = display(live.name);
  const held =
    constraint.kind === "foreign key"
      ? { lock: `SHARE ROW EXCLUSIVE on ${enumerate([table, display(constraint.references)])}`, blocks: "writes" }
      : { lock: `ACCESS EXCLUSIVE on ${table}`, blocks: "reads and writes" };
  const alone = change.change === "alterTable" && change.actions.length === 1;
  context.report({
    at: action.range,
    object: `${live.name.schema}.${live.name.name}.${name}`,
    message: `VALIDATE CONSTRAINT ${name} reads all of ${table} while the lock of its ADD CONSTRAINT, ${held.lock}, is still held: it blocks ${held.blocks} until COMMIT. Validate it ${later(context)}.`,
    fixes: alone ? [{ title: "Validate it later", kind: "review", intents: [{ intent: "removeStatement" }, ...laterSteps(context, [{ intent: "laterVersion", name: `validate_${name}`, statements: [parsed.text] }])] }] : [],
  });
}

/** A COMMIT stands between the constraint and this statement. */
function isCommittedSince({ version, statement }: StatementContext, constraint: Constraint): boolean {
  const { statements } = version;
  const from = statements.findIndex((each) => each === constraint.origin?.anchor);
  const between = statements.slice(from + 1, statements.indexOf(statement));
  return between.some(({ parsed }) => /^(?:commit|end|rollback|abort)\b/i.test(parsed.text));
}
