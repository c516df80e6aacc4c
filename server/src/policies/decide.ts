// What can be said of conditions for sure. Null means: cannot tell.

import { columnsOf, parts, termsOf, type Condition, type Term } from "./condition";
import { evaluate, nothingKnown, tiedColumn, type Facts, type Truth, type Value, type World } from "./evaluate";
import { firstOutcome } from "./outcomes";

/** True for every row and every caller. */
export function isAlwaysTrue(condition: Condition, facts: Facts = nothingKnown, world: World = anyWorld): boolean {
  return world === anyWorld ? always(condition, facts) : holdsAlways(condition, facts, world);
}
const holdsAlways = (condition: Condition, facts: Facts, world: World): boolean => never((choose) => evaluate(condition, choose, facts, world) !== true) === true;

/** True for no row and no caller; null is no more than false, where rows are let in. */
export function isNeverTrue(condition: Condition, facts: Facts = nothingKnown, world: World = anyWorld): boolean {
  return world === anyWorld ? neverTrue(condition, facts) : holdsNever(condition, facts, world);
}
const holdsNever = (condition: Condition, facts: Facts, world: World): boolean => never((choose) => evaluate(condition, choose, facts, world) === true) === true;

const anyWorld: World = {};

/** What many ask of a policy is decided once: an answer is kept for as long as the condition and the facts that it was made from. */
function remembered<Answer>(decide: (condition: Condition, facts: Facts) => Answer): (condition: Condition, facts?: Facts) => Answer {
  const known = new WeakMap<Condition, WeakMap<Facts, { readonly answer: Answer }>>();
  return (condition, facts = nothingKnown) => {
    let byFacts = known.get(condition);
    if (byFacts === undefined) known.set(condition, (byFacts = new WeakMap<Facts, { readonly answer: Answer }>()));
    let found = byFacts.get(facts);
    if (found === undefined) byFacts.set(facts, (found = { answer: decide(condition, facts) }));
    return found.answer;
  };
}

const always = remembered((condition, facts) => holdsAlways(condition, facts, anyWorld));
const neverTrue = remembered((condition, facts) => holdsNever(condition, facts, anyWorld));

/** Wherever one is true, the other is. False if that is not certain. */
export function implies(one: Condition, other: Condition, facts: Facts = nothingKnown): boolean {
  return isAlwaysTrue(implication(one, other), facts);
}

/**
 * Whether a condition that takes the place of another lets in more: all that the other one does, and some beside. Null: what
 * they let in differs in both ways, or cannot be told.
 */
export function letsInMore(before: Condition, after: Condition, facts: Facts = nothingKnown): boolean | null {
  const isMore = never((choose) => evaluate(implication(after, before), choose, facts) !== true);
  if (isMore === null) return null;
  if (isMore) return false;
  return implies(before, after, facts) ? true : null;
}

const isTrue = (of: Condition): Condition => ({ form: "test", of, is: true });
const implication = (one: Condition, other: Condition): Condition => ({ form: "or", of: [{ form: "not", of: isTrue(one) }, isTrue(other)] });

/**
 * True for every row where the caller has no identity: nobody has signed in, and settings are not set, or empty as they are
 * after a SET LOCAL. What holds without looking at the caller is not meant.
 */
export const isOpenToAnonymous = remembered((condition, facts): boolean => {
  if (isAlwaysTrue(condition, facts)) return false;
  return [nothing, empty].some((setting) => isAlwaysTrue(condition, facts, { term: (term) => anonymous(term, setting) }));
});

const nothing: Value = { is: "null" };
const empty: Value = { is: "known", text: "" };

function anonymous(term: Term, setting: Value): Value | undefined {
  if (term.term !== "caller") return undefined;
  const { caller } = term;
  if (caller.by === "identity") return nothing;
  // With one argument it is an error, unless it was set before.
  return caller.by === "setting" ? (caller.strict ? empty : setting) : undefined;
}

/** The answer is the same for every row. */
export const ignoresRow = remembered((condition, facts): boolean => {
  if (!readsRow(condition)) return true;
  return sameFor(condition, facts, { row: "other row's " });
});

/** The answer is the same for every caller. Functions and queries may ask for the caller: of them nothing is certain. */
export const ignoresCaller = remembered((condition, facts): boolean => {
  return sameFor(condition, facts, { caller: "other caller's " });
});

function sameFor(condition: Condition, facts: Facts, world: World): boolean {
  return never((choose) => (evaluate(condition, choose, facts) === true) !== (evaluate(condition, choose, facts, world) === true)) === true;
}

/** It names a column of the row, or may do so in a subquery. */
export function readsRow(condition: Condition): boolean {
  return termsOf(condition).some((term) => columnsOf(term).length > 0);
}

/** Every row that it lets in for a caller who has an identity is let in for all of them: it asks only whether there is one. */
export const asksOnlyForIdentity = remembered((condition, facts): boolean => {
  if (readsRow(condition) || isAlwaysTrue(condition, facts)) return false;
  return isAlwaysTrue(condition, facts, { term: signedIn });
});

/** Of the rows of a kind that columns and literals tell, all are let in for every caller who has an identity. */
export const letsInAnyCaller = remembered((condition, facts): boolean => {
  const isOfKind = (atom: Condition): boolean => atomTerms(atom).length > 0 && atomTerms(atom).every((term) => parts(term).every(({ term: kind }) => kind === "column" || kind === "literal" || kind === "made"));
  return isAlwaysTrue(condition, facts, { term: signedIn, atom: (atom) => (isOfKind(atom) ? true : undefined) });
});

/** Some row is certainly let in for a caller who has no identity, whatever is not understood comes out to. */
export const letsInAnonymous = remembered((condition, facts): boolean => {
  const world: World = {
    term: (term) => (term.term === "caller" && term.caller.name === "auth.role" ? { is: "known", text: "anon" } : anonymous(term, nothing)),
    // Of a token's claims, the one of an anonymous caller has the role alone.
    atom: (atom) => (isNotUnderstood(atom) || atomTerms(atom).some((term) => term.term === "caller" && (term.caller.by === "role" || (term.caller.by === "token" && term.caller.name !== "auth.role"))) ? null : undefined),
  };
  return never((choose) => evaluate(condition, choose, facts, world) === true) === false;
});

function signedIn(term: Term): Value | undefined {
  if (term.term !== "caller" || term.caller.by === "role") return undefined;
  return term.caller.name === "auth.role" ? { is: "known", text: "authenticated" } : { is: "filled" };
}

export interface ScopedColumn {
  readonly column: string;
  /** By a comparison with the caller; by a function or a subquery that is given the column. */
  readonly by: "comparison" | "function or query";
}

/**
 * The columns without whose tie to the caller no row is let in: the tenant's or the owner's. A tie that a function or a subquery
 * makes may be none: it is told apart.
 */
export const scopedBy = remembered((condition, facts): readonly ScopedColumn[] => {
  const columns = [...new Set(termsOf(condition).flatMap(columnsOf))];
  return columns.flatMap((column): readonly ScopedColumn[] => {
    if (cannotBeTrueWithout(condition, facts, (atom) => tiedColumn(atom) === column)) return [{ column, by: "comparison" }];
    return cannotBeTrueWithout(condition, facts, (atom) => tiedColumn(atom) === column || mayTie(atom, column)) ? [{ column, by: "function or query" }] : [];
  });
});

/** Every row that it lets in is tied to the caller by one column or another, as far as can be told. */
export const isScoped = remembered((condition, facts): boolean => {
  const columns = new Set(termsOf(condition).flatMap(columnsOf));
  return cannotBeTrueWithout(condition, facts, (atom) => tiedColumn(atom) !== null || [...columns].some((column) => mayTie(atom, column)));
});

/**
 * Whether it lets in a row with any value of that column, though nothing that is not understood holds: then there is such a
 * row, and the caller can have it.
 */
export function leavesFree(condition: Condition, column: string, facts: Facts = nothingKnown): boolean {
  const truth = (atom: Condition): Truth | undefined => (tiedColumn(atom) === column ? false : namesColumn(atom, column) || isNotUnderstood(atom) ? null : undefined);
  return never((choose) => evaluate(condition, choose, facts, { atom: truth }) === true) === false;
}

function cannotBeTrueWithout(condition: Condition, facts: Facts, isTie: (atom: Condition) => boolean): boolean {
  return isNeverTrue(condition, facts, { atom: (atom) => (isTie(atom) ? null : undefined) }) && isNeverTrue(condition, facts, { atom: (atom) => (isTie(atom) ? false : undefined) });
}

const atomTerms = (atom: Condition): readonly Term[] => (atom.form === "compare" || atom.form === "distinct" || atom.form === "value" || atom.form === "null" ? termsOf(atom) : []);

const mayTie = (atom: Condition, column: string): boolean => atomTerms(atom).some((term) => term.term === "opaque" && term.reads.columns.includes(column));

/** The column is compared with something, whatever it is. */
const namesColumn = (atom: Condition, column: string): boolean => atom.form !== "null" && atomTerms(atom).some((term) => columnsOf(term).includes(column));

const isNotUnderstood = (atom: Condition): boolean => atomTerms(atom).some((term) => parts(term).some((part) => part.term === "opaque"));

/** True if it never comes to be, false if it does, null if there is too much to try. */
function never(happens: (choose: Parameters<Parameters<typeof firstOutcome>[0]>[0]) => boolean): boolean | null {
  const outcome = firstOutcome((choose) => (happens(choose) ? true : null));
  return outcome === "too many" ? null : outcome === null;
}
