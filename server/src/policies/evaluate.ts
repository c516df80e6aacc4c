// One condition for one row and one caller, of whom is known only what has been chosen so far. Atoms are taken to be
// independent where nothing relates them, so that more is tried than can be: what holds for all of it holds.

import { columnOf, columnsOf, parts, type Condition, type Term } from "./condition";
import type { Choose } from "./outcomes";

export type Truth = boolean | null;

/** What is known beforehand. */
export interface Facts {
  /** Columns that are never null. */
  readonly notNull: ReadonlySet<string>;
}

export const nothingKnown: Facts = { notNull: new Set() };

/** What is laid down for a question. */
export interface World {
  /** A term's value, where the question says it; "filled": neither null nor ''. */
  readonly term?: (term: Term) => Value | undefined;
  /** An atom's truth, where the question says it. */
  readonly atom?: (atom: Condition) => Truth | undefined;
  /** Rows and callers of their own, where a question compares several. */
  readonly row?: string;
  readonly caller?: string;
}

/** null, a text that is known, or something else that is not null; "filled" is no empty text either. */
export type Value = { readonly is: "null" | "set" | "filled" } | { readonly is: "known"; readonly text: string };

const nothing: Value = { is: "null" };
const something: Value = { is: "set" };

export function evaluate(condition: Condition, choose: Choose, facts: Facts, world: World = {}): Truth {
  return new Evaluation(choose, facts, world).truth(condition);
}

class Evaluation {
  constructor(
    private readonly choose: Choose,
    private readonly facts: Facts,
    private readonly world: World,
  ) {}

  truth(condition: Condition): Truth {
    const laidDown = this.world.atom?.(condition);
    if (laidDown !== undefined) return laidDown;
    switch (condition.form) {
      case "constant":
        return condition.value;
      case "and":
      case "or":
        return this.combined(condition.of, condition.form === "or");
      case "not": {
        const truth = this.truth(condition.of);
        return truth === null ? null : !truth;
      }
      case "test":
        return this.truth(condition.of) === condition.is;
      case "choice":
        return this.truth(this.truth(condition.when) === true ? condition.then : condition.otherwise);
      case "first": {
        for (const each of condition.of) {
          const truth = this.truth(each);
          if (truth !== null) return truth;
        }
        return null;
      }
      case "null":
        return this.value(condition.of).is === "null";
      case "distinct": {
        const [left, right] = [this.value(condition.left), this.value(condition.right)];
        if (left.is === "null" || right.is === "null") return left.is !== right.is;
        return !this.compared("=", condition.left, condition.right, left, right);
      }
      case "compare": {
        const left = this.value(condition.left);
        if (left.is === "null" && !condition.operator.includes(" ")) return null;
        const right = this.value(condition.right);
        // Of an array or a query with a null in it, or with nothing in it, more than this can be said: all is tried.
        if (condition.operator.includes(" ")) return this.ofMany(condition.operator, condition.left, condition.right, left, right);
        return right.is === "null" ? null : this.compared(condition.operator, condition.left, condition.right, left, right);
      }
      case "value": {
        const { of } = condition;
        const value = this.value(of);
        if (value.is === "null") return null;
        if (value.is === "known") return value.text === "true" || value.text === "t";
        return this.choose(`true ${this.scoped(of)}`, 2) === 0;
      }
    }
  }

  /** The value that decides, else null if one is unknown: true for OR, false for AND. */
  private combined(conditions: readonly Condition[], decides: boolean): Truth {
    let unknown = false;
    for (const each of conditions) {
      const truth = this.truth(each);
      if (truth === decides) return decides;
      unknown ||= truth === null;
    }
    return unknown ? null : !decides;
  }

  private compared(operator: string, left: Term, right: Term, leftValue: Value, rightValue: Value): boolean {
    if (operator === "=") {
      if (keyOfValue(left) === keyOfValue(right)) return true;
      if (leftValue.is === "known" && rightValue.is === "known") {
        if (leftValue.text === rightValue.text) return true;
        if (areDistinct(leftValue.text, rightValue.text)) return false;
      }
      if ([leftValue, rightValue].some(({ is }) => is === "filled") && [leftValue, rightValue].some((value) => value.is === "known" && value.text === "")) return false;
      // What equals one literal equals no other.
      const [term, literal] = rightValue.is === "known" ? [left, rightValue.text] : leftValue.is === "known" ? [right, leftValue.text] : [null, ""];
      if (term && this.equalsOther(term, literal)) return false;
    }
    const keys = [this.scoped(left, keyOfValue(left)), this.scoped(right, keyOfValue(right))];
    if (operator === "=" || operator === "&&") keys.sort();
    const known = rightValue.is === "known" ? rightValue.text : leftValue.is === "known" ? leftValue.text : null;
    const holds = this.choose(`${operator} ${keys.join(" ")}`, 2) === 0;
    if (holds && operator === "=" && known !== null) this.equal.set(this.scoped(rightValue.is === "known" ? left : right), known);
    return holds;
  }

  /** The literals that terms were chosen to equal. */
  private readonly equal = new Map<string, string>();

  private equalsOther(term: Term, literal: string): boolean {
    const chosen = this.equal.get(this.scoped(term));
    return chosen !== undefined && areDistinct(chosen, literal);
  }

  private ofMany(operator: string, left: Term, right: Term, leftValue: Value, rightValue: Value): Truth {
    // The null array gives null; a null operand does, unless there is nothing in the array.
    if (rightValue.is === "null") return null;
    const answers: readonly Truth[] = leftValue.is === "null" ? [null, operator.endsWith("all")] : [true, false, null];
    return answers[this.choose(`${operator} ${this.scoped(left)} ${this.scoped(right)} ${leftValue.is}`, answers.length)]!;
  }

  private value(term: Term): Value {
    const laidDown = this.world.term?.(term);
    if (laidDown !== undefined) return laidDown;
    switch (term.term) {
      case "literal":
        return term.value === null ? nothing : { is: "known", text: term.value };
      case "column":
        return this.facts.notNull.has(term.name) ? something : this.nullable(term);
      case "caller":
        return term.caller.by === "role" || (term.caller.by === "setting" && term.caller.strict) ? something : this.nullable(term);
      case "coalesce": {
        let last = nothing;
        for (const each of term.of) {
          last = this.value(each);
          if (last.is !== "null") return last;
        }
        return last;
      }
      case "nullIf": {
        const value = this.value(term.of);
        if (value.is === "null") return nothing;
        const literal: Value = { is: "known", text: term.literal };
        return this.compared("=", term.of, { key: `'${term.literal.replaceAll("'", "''")}'`, term: "literal", value: term.literal }, value, literal) ? nothing : value;
      }
      case "made": {
        const values = term.of.map((each) => this.value(each));
        if (values.some(({ is }) => is === "null")) return nothing;
        // A cast keeps what a text says.
        if (term.total) return values.length === 1 ? values[0]! : something;
        return this.nullable(term);
      }
      case "opaque":
        return term.neverNull ? something : this.nullable(term);
    }
  }

  private nullable(term: Term): Value {
    return this.choose(`null ${this.scoped(term)}`, 2) === 0 ? nothing : something;
  }

  /** A term's key, with the row's or the caller's where those are several. */
  private scoped(term: Term, key = term.key): string {
    const { row = "", caller = "" } = this.world;
    if (row === "" && caller === "") return key;
    const ofRow = row !== "" && columnsOf(term).length > 0;
    const ofCaller = caller !== "" && parts(term).some((part) => part.term === "caller" || part.term === "opaque");
    return `${ofRow ? row : ""}${ofCaller ? caller : ""}${key}`;
  }
}

/** Of a term that is not null: NULLIF has then the value that it was given. */
function keyOfValue(term: Term): string {
  if (term.term === "nullIf") return keyOfValue(term.of);
  const only = term.term === "made" && term.total && term.of.length === 1 ? term.of[0]! : null;
  return only === null ? term.key : keyOfValue(only) + term.key.slice(only.key.length);
}

const word = /^[a-z_][a-z_ -]*$/i;
const booleans = /^(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off)$/i;

/** Whether two texts are different values, whatever type they are read as. */
function areDistinct(a: string, b: string): boolean {
  if (/^-?\d{1,15}$/.test(a) && /^-?\d{1,15}$/.test(b)) return Number(a) !== Number(b);
  if (a === "" || b === "") return a !== b;
  return word.test(a) && word.test(b) && !(booleans.test(a) && booleans.test(b)) && a.toLowerCase() !== b.toLowerCase();
}

/** The column that an atom ties to something that is not of the row, by equality. */
export function tiedColumn(atom: Condition): string | null {
  if (atom.form !== "compare" || !(atom.operator === "=" || atom.operator === "= any")) return null;
  for (const [one, other] of [[atom.left, atom.right], [atom.right, atom.left]] as const) {
    const column = columnOf(one);
    if (column !== null && isOfCaller(other)) return column;
  }
  return null;
}

/** Made of the caller, or of a function or query that may ask for the caller, and of nothing of the row. */
export function isOfCaller(term: Term): boolean {
  const all = parts(term);
  return all.some((part) => part.term === "caller" || part.term === "opaque") && !all.some((part) => part.term === "column" || (part.term === "opaque" && part.reads.columns.length > part.reads.bare.length));
}
