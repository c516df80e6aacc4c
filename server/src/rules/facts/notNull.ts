// How a column becomes NOT NULL without its rows being read under ACCESS EXCLUSIVE.

import { joinColumns, freeName } from "../../schema/apply/names";
import type { ObjectName } from "../../schema/changes";
import { quoteIdentifier } from "../../sql/identifiers";
import type { FixIntent, StatementContext } from "../rule";
import { textAt } from "./edits";
import { laterSteps, lockTimeoutStatement } from "./transactions";
import { runsOn } from "./postgresVersion";

export interface NotNullSteps {
  /** The action of ALTER TABLE to begin with: it reads no row. */
  readonly first: string;
  /** What follows, each in a version of its own. */
  readonly later: readonly FixIntent[];
}

/**
 * On 18 a NOT NULL that is not valid yet, and its validation; before, a CHECK that takes its place: SET NOT NULL reads
 * no row where a valid one proves it (https://www.postgresql.org/docs/current/sql-altertable.html). VALIDATE has to
 * come after the transaction that added the constraint, whose ACCESS EXCLUSIVE lock is held to its end.
 */
export function notNullSteps(context: Pick<StatementContext, "before" | "version" | "database" | "parsed">, table: ObjectName, column: string): NotNullSteps {
  const known = context.before.resolveTable(table);
  const alter = `ALTER TABLE ${textAt(context.parsed, table.range)}`;
  const name = freeName(table.name, joinColumns([column]), "not_null", (candidate) => known?.constraints.some((constraint) => constraint.name === candidate) === true);
  const quoted = quoteIdentifier(name);
  const own = quoteIdentifier(column);
  const validate: FixIntent = { intent: "laterVersion", name: `validate_${name}`, statements: [`${alter} VALIDATE CONSTRAINT ${quoted}`] };
  if (runsOn(context.database, 18)) {
    return { first: `ADD CONSTRAINT ${quoted} NOT NULL ${own} NOT VALID`, later: laterSteps(context, [validate]) };
  }
  return {
    first: `ADD CONSTRAINT ${quoted} CHECK (${own} IS NOT NULL) NOT VALID`,
    later: laterSteps(context, [
      validate,
      {
        intent: "laterVersion",
        name: `set_${name}`,
        statements: [
          lockTimeoutStatement(context),
          `${alter} ALTER COLUMN ${own} SET NOT NULL`,
          `${alter} DROP CONSTRAINT ${quoted}`,
        ],
      },
    ]),
  };
}
