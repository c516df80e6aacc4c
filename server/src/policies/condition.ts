// A policy's expression as a small boolean form: AND, OR and NOT over atoms, with Postgres's three values. What is not
// understood is an atom of its own, of which only is known what it reads.

export type Condition =
  | { readonly form: "constant"; readonly value: boolean | null }
  | { readonly form: "and" | "or"; readonly of: readonly Condition[] }
  | { readonly form: "not"; readonly of: Condition }
  /** IS TRUE, IS FALSE, IS UNKNOWN. */
  | { readonly form: "test"; readonly of: Condition; readonly is: boolean | null }
  /** CASE WHEN, an arm at a time. */
  | { readonly form: "choice"; readonly when: Condition; readonly then: Condition; readonly otherwise: Condition }
  /** COALESCE: the first that is not null. */
  | { readonly form: "first"; readonly of: readonly Condition[] }
  /** An operator that gives null for a null operand; `any` and `all` of an array are written with their word: `= any`. */
  | { readonly form: "compare"; readonly operator: string; readonly left: Term; readonly right: Term }
  /** IS DISTINCT FROM. */
  | { readonly form: "distinct"; readonly left: Term; readonly right: Term }
  /** IS NULL. */
  | { readonly form: "null"; readonly of: Term }
  /** A boolean that stands by itself: a column, a function's result, EXISTS. */
  | { readonly form: "value"; readonly of: Term };

/** Terms with the same `key` have the same value, as far as one row and one caller go. */
export type Term = { readonly key: string } & (
  | { readonly term: "literal"; readonly value: string | null }
  /** Of the row that the policy is asked about. */
  | { readonly term: "column"; readonly name: string }
  | { readonly term: "caller"; readonly caller: Caller }
  | { readonly term: "coalesce"; readonly of: readonly Term[] }
  /** NULLIF with a literal. */
  | { readonly term: "nullIf"; readonly of: Term; readonly literal: string }
  /** Made by strict operators and casts; `total`: null only where an operand is. */
  | { readonly term: "made"; readonly of: readonly Term[]; readonly total: boolean }
  | { readonly term: "opaque"; readonly what: "function" | "query" | "other"; readonly reads: Reads; readonly neverNull: boolean }
);

/** What tells who is asking. */
export type Caller =
  /** auth.uid() and the like: null for a caller who has not signed in. */
  | { readonly by: "identity"; readonly name: string }
  /** Claims and roles that an anonymous caller has too: auth.jwt(), auth.role(). */
  | { readonly by: "token"; readonly name: string }
  /** `strict`: with one argument; an error where the setting was never set, and '' where it was set locally before. */
  | { readonly by: "setting"; readonly name: string; readonly strict: boolean }
  /** current_user and the like. */
  | { readonly by: "role"; readonly name: string };

export interface Reads {
  /** Of the row, and bare names in a subquery, which may be the row's; `*`: it may be any. */
  readonly columns: readonly string[];
  /** Those of `columns` that stand bare in a subquery. */
  readonly bare: readonly string[];
  /** The relations of its subqueries, as written and folded. */
  readonly relations: readonly { readonly schema: string | null; readonly name: string }[];
  /** As written, lower-case. */
  readonly functions: readonly string[];
  /** It asks who is calling. */
  readonly caller: boolean;
}

export const unreadable: Condition = {
  form: "value",
  of: { key: "?", term: "opaque", what: "other", reads: { columns: ["*"], bare: [], relations: [], functions: [], caller: false }, neverNull: false },
};

/** The terms that a condition is made of, those inside of others too. */
export function termsOf(condition: Condition): readonly Term[] {
  switch (condition.form) {
    case "constant":
      return [];
    case "and":
    case "or":
    case "first":
      return condition.of.flatMap(termsOf);
    case "not":
    case "test":
      return termsOf(condition.of);
    case "choice":
      return [...termsOf(condition.when), ...termsOf(condition.then), ...termsOf(condition.otherwise)];
    case "compare":
    case "distinct":
      return [...parts(condition.left), ...parts(condition.right)];
    case "null":
    case "value":
      return parts(condition.of);
  }
}

/** The comparisons that a condition is made of, IS DISTINCT FROM among them. */
export function comparisonsOf(condition: Condition): readonly Extract<Condition, { form: "compare" | "distinct" }>[] {
  switch (condition.form) {
    case "compare":
    case "distinct":
      return [condition];
    case "and":
    case "or":
    case "first":
      return condition.of.flatMap(comparisonsOf);
    case "not":
    case "test":
      return comparisonsOf(condition.of);
    case "choice":
      return [...comparisonsOf(condition.when), ...comparisonsOf(condition.then), ...comparisonsOf(condition.otherwise)];
    default:
      return [];
  }
}

/** A term and those that it is made of. */
export function parts(term: Term): readonly Term[] {
  if (term.term === "coalesce" || term.term === "made") return [term, ...term.of.flatMap(parts)];
  return term.term === "nullIf" ? [term, ...parts(term.of)] : [term];
}

/** The columns of the row that a term may read. */
export function columnsOf(term: Term): readonly string[] {
  return parts(term).flatMap((part) => (part.term === "column" ? [part.name] : part.term === "opaque" ? part.reads.columns : []));
}

/** The column that a term is, casts left aside. */
export function columnOf(term: Term): string | null {
  if (term.term === "column") return term.name;
  const only = term.term === "made" && term.total && term.of.length === 1 ? term.of[0]! : null;
  return only && columnOf(only);
}
