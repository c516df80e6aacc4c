// Where a table that code declares and the same table after the migrations are not one.

import { sameConstraint, sameIndex } from "../../schema/merge";
import type { Column, Constraint, Expression, Place, Table } from "../../schema/model";
import { tokenize, isComment } from "../../sql/lexer";
import { display } from "../wording";

export interface Difference {
  /** In the code. */
  readonly at: Place | null;
  /** In the migrations; null: it is not there. */
  readonly other: Place | null;
  /** `column`: the table's column that it is about. */
  readonly column: string | null;
  /** What differs, as the first sentence of a message without its full stop. */
  readonly words: string;
}

/** Both tables are known in full. What the history has by hand and the code does not is no difference. */
export function differencesOf(declared: Table, replayed: Table): readonly Difference[] {
  // What a new column brings with it is said with the column.
  const isNew = (names: readonly (string | null)[]): boolean => names.some((name) => name !== null && !replayed.columns.some((column) => column.name === name));
  return [...columnDifferences(declared, replayed), ...missingConstraints(declared, replayed, isNew), ...missingIndexes(declared, replayed, isNew), ...rowSecurityDifferences(declared, replayed)];
}

function columnDifferences(declared: Table, replayed: Table): readonly Difference[] {
  const table = display(declared);
  return declared.columns.flatMap((column): readonly Difference[] => {
    const other = replayed.columns.find(({ name }) => name === column.name);
    if (!other) return [{ at: column.origin, other: null, column: column.name, words: `No migration adds ${table}.${column.name}` }];
    const differs = ([in_, after]: readonly [string, string]): Difference => ({ at: column.origin, other: other.origin, column: column.name, words: `${table}.${column.name} is ${in_} in the code, and ${after} after the migrations` });
    return columnPairs(column, other).map(differs);
  });
}

/** What the code says of a column, and what the migrations come to, where these are not the same. */
function columnPairs(column: Column, other: Column): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  if (column.type.text !== other.type.text) pairs.push([column.type.text, other.type.text]);
  if (column.notNull !== other.notNull) pairs.push([column.notNull ? "NOT NULL" : "nullable", other.notNull ? "NOT NULL" : "nullable"]);
  if (column.identity !== other.identity) pairs.push([identityWords(column), identityWords(other)]);
  // Of what both generate, and of serial, the words may differ and mean the same.
  if ((column.generated === null) !== (other.generated === null)) pairs.push([column.generated ? "generated" : "not generated", other.generated ? "generated" : "not generated"]);
  if (!column.serial && !other.serial && column.generated === null && shape(column.default) !== shape(other.default)) pairs.push([defaultWords(column), defaultWords(other)]);
  return pairs;
}

const identityWords = ({ identity }: Column): string => (identity === null ? "no identity column" : `GENERATED ${identity.toUpperCase()} AS IDENTITY`);
const defaultWords = ({ default: value }: Column): string => (value === null ? "without a default" : `DEFAULT ${oneLine(value.text)}`);
const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Its tokens, without casts of constants and brackets around it: `'x'::text` is `'x'`, CURRENT_TIMESTAMP is now(). */
function shape(expression: Expression | null): string {
  if (expression === null) return "";
  const { text } = expression;
  const words = tokenize(text).filter((token) => !isComment(token)).map((token) => (token.kind === "word" ? text.slice(token.start, token.end).toLowerCase() : text.slice(token.start, token.end)));
  const joined = words.join(" ").replace(/^\((.*)\)$/, "$1").trim();
  return joined.replace(/ ?:: ?[a-z_"][\w". ]*(?:\( ?[\d, ]+ ?\))?(?: ?\[ ?\])*$/, "").replace(/^current_timestamp$/, "now ( )").replace(/^null$/, "").trim();
}

type IsNew = (columns: readonly (string | null)[]) => boolean;

function missingConstraints(declared: Table, replayed: Table, isNew: IsNew): readonly Difference[] {
  return declared.constraints.flatMap((constraint): readonly Difference[] => {
    if (isNew(columnsOf(constraint))) return [];
    if (replayed.constraints.some((other) => other.name === constraint.name || sameConstraint(constraint, other))) return [];
    // A unique index holds what a unique constraint does.
    if (constraint.kind === "unique" && replayed.indexes.some((index) => index.unique && index.where === null && index.elements.map(({ column }) => column).join() === constraint.columns.join())) return [];
    return [{ at: constraint.origin, other: null, column: null, words: `No migration adds ${constraintWords(constraint)} to ${display(declared)}` }];
  });
}

function columnsOf(constraint: Constraint): readonly (string | null)[] {
  if (constraint.kind === "check") return constraint.expression.columns;
  if (constraint.kind === "not null") return [constraint.column];
  return constraint.kind === "exclude" ? constraint.elements.map(({ element }) => element.column) : constraint.columns;
}

function constraintWords(constraint: Constraint): string {
  if (constraint.kind === "primary key") return "the primary key";
  return `the ${constraint.kind === "unique" ? "unique constraint" : constraint.kind === "check" ? "check" : constraint.kind} ${constraint.name}`;
}

function missingIndexes(declared: Table, replayed: Table, isNew: IsNew): readonly Difference[] {
  return declared.indexes
    .filter((index) => !isNew(index.elements.map(({ column }) => column)) && !replayed.indexes.some((other) => other.name === index.name || sameIndex(index, other)))
    .map((index) => ({ at: index.origin, other: null, column: null, words: `No migration creates the index ${index.name} on ${display(declared)}` }));
}

function rowSecurityDifferences(declared: Table, replayed: Table): readonly Difference[] {
  const policies = declared.policies
    .filter((policy) => !replayed.policies.some(({ name }) => name === policy.name))
    .map((policy): Difference => ({ at: policy.origin, other: null, column: null, words: `No migration creates the policy ${policy.name} on ${display(declared)}` }));
  // A policy enables it by itself.
  if (!declared.rls.enabled || replayed.rls.enabled || policies.length > 0) return policies;
  return [{ at: declared.namePlace, other: replayed.changed ?? replayed.origin, column: null, words: `${display(declared)} has row-level security in the code, and none after the migrations` }, ...policies];
}
