// Functions whose bodies are kept as text: Postgres does not track what they name, so that a DROP or a rename goes
// through, and their next call fails.

import { collectReferences, type References } from "../../schema/read/references";
import { readChanges } from "../../schema/read/index";
import { sourceOf } from "../../schema/read/source";
import type { Anchor, Function, ObjectReference, Place, QualifiedName, Table } from "../../schema/model";
import { qualified, type SchemaView } from "../../schema/view";
import { foldIdentifier } from "../../sql/identifiers";
import type { EmbeddedStatement, ParsedStatement } from "../../sql/statement";

/** Those with a statement that names the relation. */
export function bodiesThatName(view: SchemaView, relation: QualifiedName): readonly Function[] {
  return view.allFunctions().filter((routine) => routine.definition.text.includes(relation.name) && statementsOf(routine).some((statement) => relationsIn(view, statement).some((name) => same(name, relation))));
}

/** Those with a statement that calls the function. */
export function bodiesThatCall(view: SchemaView, called: QualifiedName): readonly Function[] {
  const calls = (statement: EmbeddedStatement): boolean =>
    referencesIn(statement).names.some(({ refers }) => refers.kind === "function" && same(view.resolveFunction({ schema: refers.name.schema || null, name: refers.name.name }), called));
  return view.allFunctions().filter((routine) => routine.definition.text.includes(called.name) && !same(routine, called) && statementsOf(routine).some(calls));
}

/** Those that name the column: in a statement on its table where no other relation has such a column, or as NEW's or OLD's in a trigger of it. */
export function bodiesThatNameColumn(view: SchemaView, table: Table, column: string): readonly Function[] {
  const triggered = table.triggers.map((trigger) => qualified(trigger.function));
  return view.allFunctions().filter((routine) => {
    if (!routine.definition.text.includes(column)) return false;
    if (triggered.includes(qualified(routine)) && namesOfRow(routine, column)) return true;
    return statementsOf(routine).some((statement) => {
      const isIt = (reference: ObjectReference): boolean => reference.kind === "column" && reference.column === column && same(resolved(view, reference.relation), table);
      if (referencesIn(statement).names.some(({ refers }) => isIt(refers))) return true;
      const relations = relationsIn(view, statement);
      if (!relations.some((name) => same(name, table)) || !hasWord(statement.parsed, column)) return false;
      return relations.every((name) => same(name, table) || lacks(view, name, column));
    });
  });
}

/** The relations that its body names. */
export function relationsOfBody(view: SchemaView, routine: Function): readonly QualifiedName[] {
  return statementsOf(routine).flatMap((statement) => relationsIn(view, statement));
}

/** Those that it writes rows of. */
export function relationsWrittenBy(view: SchemaView, routine: Function): readonly QualifiedName[] {
  return statementsOf(routine).flatMap(({ parsed }) => readChanges(parsed).flatMap(({ change }) => (change.change === "write" ? change.tables.map((name) => view.resolve(name)) : [])));
}

/** It looks at who is calling by itself. */
export function asksForCaller({ definition }: Function): boolean {
  return /\bauth\s*\.\s*\w+\s*\(|\bsession_user\b|\bcurrent_setting\s*\(|\brequest\.jwt/i.test(definition.text);
}

function lacks(view: SchemaView, name: QualifiedName, column: string): boolean {
  const table = view.table(name);
  return table?.complete === true && !table.columns.some((each) => each.name === column);
}

/** Not as an alias behind AS, nor as the name of a function or relation, nor as a column of a variable: `new.id`, `row.id`. */
function hasWord(parsed: ParsedStatement, word: string): boolean {
  const text = (at: number): string => {
    const token = parsed.tokens[at];
    return token === undefined ? "" : parsed.text.slice(token.start, token.end).toLowerCase();
  };
  /** A relation or its alias stands somewhere without a dot behind it. */
  const isRelation = (name: string): boolean => name === "excluded" || parsed.tokens.some((_, at) => text(at) === name && text(at + 1) !== ".");
  return parsed.tokens.some((token, at) => {
    if (token.kind !== "word" && token.kind !== "quoted") return false;
    if (foldIdentifier(parsed.text.slice(token.start, token.end)) !== word) return false;
    if (text(at - 1) === "." && !isRelation(text(at - 2))) return false;
    return !["as", "from", "join", "into", "update", "::"].includes(text(at - 1)) && text(at + 1) !== "(" && text(at + 1) !== ".";
  });
}

const isBareWord = /^[a-z_][a-z0-9_]*$/;

function namesOfRow(routine: Function, column: string): boolean {
  if (!isBareWord.test(column) || routine.language.toLowerCase() !== "plpgsql") return false;
  return new RegExp(String.raw`\b(?:new|old)\s*\.\s*"?${column}"?(?![\w$"])`, "i").test(routine.definition.text);
}

/** The statements of its body, where the text of its CREATE is at hand. A body in SQL's own syntax is tracked, and none of these. */
function statementsOf(routine: Function): readonly EmbeddedStatement[] {
  for (const place of [routine.changed, routine.origin]) {
    const parsed = place && parsedAt(place);
    if (parsed?.body?.kind !== "function") continue;
    if (parsed.node && "CreateFunctionStmt" in parsed.node && parsed.node.CreateFunctionStmt.sql_body !== undefined) return [];
    // The CREATE may have been replaced since by one that the place no longer tells of.
    const isCurrent = ({ start, parsed: { text } }: EmbeddedStatement): boolean => routine.definition.text.includes(parsed.text.slice(start, start + text.length));
    return parsed.body.statements.filter((statement) => statement.parsed.problem === null && isCurrent(statement));
  }
  return [];
}

function parsedAt({ anchor }: Place): ParsedStatement | undefined {
  return (anchor as Anchor & { readonly parsed?: ParsedStatement }).parsed;
}

function referencesIn({ parsed }: EmbeddedStatement): References {
  return parsed.node === null ? { names: [], reads: [] } : collectReferences(sourceOf(parsed), parsed.node);
}

function relationsIn(view: SchemaView, statement: EmbeddedStatement): readonly QualifiedName[] {
  return referencesIn(statement).reads.map((name) => view.resolve(name));
}

const resolved = (view: SchemaView, name: QualifiedName): QualifiedName => view.resolve({ schema: name.schema === "" ? null : name.schema, name: name.name });

const same = (a: QualifiedName, b: QualifiedName): boolean => qualified(a) === qualified(b);
