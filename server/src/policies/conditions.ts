import { unreadable, type Condition } from "./condition";
import { readCondition } from "./read";
import type { Expression } from "../schema/model";
import { as } from "../schema/read/nodes";
import type { ParsedStatement } from "../sql/statement";

const before = "SELECT WHERE ";

/** Reads the text that the schema keeps of an expression, as it is after all renames. Each once. */
export class Conditions {
  private readonly known = new WeakMap<Expression, Condition>();

  constructor(private readonly parse: (text: string) => ParsedStatement) {}

  readonly of = (expression: Expression): Condition => {
    const known = this.known.get(expression);
    if (known) return known;
    const { node, problem } = this.parse(`${before}${expression.text}`);
    const where = as(node, "SelectStmt")?.whereClause;
    const condition = where ? readCondition(where) : unreadable;
    // A parser that starts again after a fault knows it later.
    if (problem?.kind !== "fault") this.known.set(expression, condition);
    return condition;
  };
}
