import { unreadable, type Condition } from "./condition";
import { readCondition } from "./read";
import type { Expression } from "../schema/model";
import { as } from "../schema/read/nodes";
import type { ParsedStatement } from "../sql/statement";

const before = "SELECT WHERE ";

/** Texts that are kept: a schema's policies say the same of many tables. */
const mostTexts = 5_000;

/** Reads the text that the schema keeps of an expression, as it is after all renames. Each once. */
export class Conditions {
  private readonly known = new WeakMap<Expression, Condition>();
  private readonly byText = new Map<string, Condition>();

  constructor(private readonly parse: (text: string) => ParsedStatement) {}

  readonly of = (expression: Expression): Condition => {
    const known = this.known.get(expression);
    if (known) return known;
    const condition = this.byText.get(expression.text) ?? this.read(expression.text);
    if (condition === null) return unreadable;
    this.known.set(expression, condition);
    return condition;
  };

  /** Null after a fault: a parser that starts again knows it later. */
  private read(text: string): Condition | null {
    const { node, problem } = this.parse(`${before}${text}`);
    if (problem?.kind === "fault") return null;
    const where = as(node, "SelectStmt")?.whereClause;
    const condition = where ? readCondition(where) : unreadable;
    if (this.byText.size >= mostTexts) this.byText.clear();
    this.byText.set(text, condition);
    return condition;
  }
}
