// VALIDATE CONSTRAINT in a transaction that holds a lock on the table already, mostly that of ADD CONSTRAINT: it reads the
// rows under it.

import { blockedBy, stronger } from "../../locks/modes";
import { heldOn } from "../../locks/window";
import type { ObjectName, TableAction } from "../../schema/changes";
import { quoteIdentifier } from "../../sql/identifiers";
import type { FixIntent, LiveTable, StatementContext } from "../rule";
import { display, enumerate } from "../wording";
import { textAt } from "./edits";
import { later, laterSteps } from "./transactions";
import { laterChanges, sameName } from "./version";

type Validate = Extract<TableAction, { action: "validateConstraint" }>;

/** Reports it, for one kind of constraint. */
export function validatedTooSoon(context: StatementContext, live: LiveTable, action: Validate, kind: "foreign key" | "check"): void {
  const { window, change, parsed } = context;
  const name = action.constraint.name;
  const constraint = live.table?.constraints.find((each) => each.name === name);
  if (constraint?.kind !== kind || !("validated" in constraint) || constraint.validated) return;
  const locked = [live.name, ...(constraint.kind === "foreign key" ? [constraint.references] : [])].flatMap((relation) => heldOn(window, relation) ?? []);
  const [first] = locked;
  if (first === undefined) return;
  const table = display(live.name);
  const whose = first.statement === constraint.origin?.anchor ? "the lock of its ADD CONSTRAINT, " : "";
  const mode = locked.map((lock) => lock.mode).reduce(stronger);
  const lock = `${whose}${mode} on ${enumerate(locked.filter((each) => each.mode === mode).map(({ relation }) => display(relation)))}`;
  const alone = change.change === "alterTable" && change.actions.length === 1;
  context.report({
    at: action.range,
    object: `${live.name.schema}.${live.name.name}.${name}`,
    message: `VALIDATE CONSTRAINT ${name} reads all of ${table} while ${lock}${whose === "" ? "" : ","} is still held: it blocks ${blockedBy(mode) ?? "writes"} until COMMIT. Validate it ${later(context)}.`,
    fixes: alone ? [{ title: "Validate it later", kind: "review", intents: [{ intent: "removeStatement" }, ...laterSteps(context, [{ intent: "laterVersion", name: `validate_${name}`, statements: [parsed.text] }])] }] : [],
  });
}

/**
 * What validates a constraint once this version is through; null where a later statement of it drops or renames what
 * would be named then, or sets NOT NULL, which a CHECK that is not valid yet spares no scan.
 */
export function validateLater(context: StatementContext, table: ObjectName, constraint: string, kind: "foreign key" | "check"): readonly FixIntent[] | null {
  const isTable = (name: ObjectName): boolean => sameName(context, name, table);
  const isInTheWay = laterChanges(context).some((each) => {
    if (each.change === "drop") return each.names.some(isTable);
    if (each.change === "rename" || each.change === "setSchema") return isTable(each.name);
    if (each.change === "renamePart") return isTable(each.of) && each.name.name === constraint;
    if (each.change !== "alterTable" || !isTable(each.name)) return false;
    return each.actions.some((action) => (kind === "check" && action.action === "setNotNull") || (action.action === "dropConstraint" && action.constraint.name === constraint));
  });
  if (isInTheWay) return null;
  return laterSteps(context, [{ intent: "laterVersion", name: `validate_${constraint}`, statements: [`ALTER TABLE ${textAt(context.parsed, table.range)} VALIDATE CONSTRAINT ${quoteIdentifier(constraint)}`] }]);
}
