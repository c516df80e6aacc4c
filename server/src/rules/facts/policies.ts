// A policy's conditions as trees, with the places of their parts.

import type { FuncCall, Node, SubLink } from "@pgsql/types";
import { closingOf, indexAt, sourceOf, type Source } from "../../schema/read/source";
import { collectReferences } from "../../schema/read/references";
import { stringsOf } from "../../schema/read/nodes";
import { readChanges } from "../../schema/read/index";
import type { ObjectName } from "../../schema/changes";
import type { Anchor, Expression, Place, Policy, Table } from "../../schema/model";
import { quoteIdentifier } from "../../sql/identifiers";
import type { ParsedStatement } from "../../sql/statement";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";
import type { FixProposal } from "../rule";
import { written } from "../wording";
import { placeOfName } from "./places";

export interface PolicyClause {
  readonly clause: "using" | "with check";
  readonly expression: Expression;
  readonly node: Node;
  readonly source: Source;
  /** Of the expression. */
  readonly range: Range;
  /** Of a range of the statement that says it. */
  place(range: Range): Place;
}

/** A dozen rules ask the same of a policy: it is worked out once, and kept for as long as the policy is the same object. */
function once<Of extends object, What>(work: (of: Of) => What): (of: Of) => What {
  const known = new WeakMap<Of, What>();
  return (of) => {
    const found = known.get(of) ?? work(of);
    known.set(of, found);
    return found;
  };
}

/** USING and WITH CHECK as they are now; none where they no longer stand as they were written, after a rename. */
export const clausesOf = once((policy: Policy): readonly PolicyClause[] => [clause(policy, "using", policy.using), clause(policy, "with check", policy.withCheck)].flatMap((each) => each ?? []));

function clause(policy: Policy, word: PolicyClause["clause"], expression: Expression | null): PolicyClause | null {
  if (expression === null) return null;
  for (const at of [policy.changed, policy.origin]) {
    const { parsed } = (at?.anchor ?? {}) as Partial<Anchor> & { readonly parsed?: ParsedStatement };
    if (at === null || parsed === undefined || parsed.node === null) continue;
    const node = conditionIn(parsed.node, word);
    const change = readChanges(parsed).find((each) => each.change.change === "createPolicy" || each.change.change === "alterPolicy")?.change;
    if (node === undefined || (change?.change !== "createPolicy" && change?.change !== "alterPolicy")) continue;
    const condition = word === "using" ? change.using : change.withCheck;
    if (condition?.text !== expression.text) continue;
    return { clause: word, expression, node, range: condition.range, source: sourceOf(parsed), place: (range) => ({ anchor: at.anchor, range }) };
  }
  return null;
}

function conditionIn(node: Node, word: PolicyClause["clause"]): Node | undefined {
  const statement = "CreatePolicyStmt" in node ? node.CreatePolicyStmt : "AlterPolicyStmt" in node ? node.AlterPolicyStmt : undefined;
  return word === "using" ? statement?.qual : statement?.with_check;
}

export function policyPlace(policy: Policy): Place | null {
  const at = policy.changed ?? policy.origin;
  return at && placeOfName(at, policy.name);
}

export interface Call {
  /** As written, lower-case: `auth.uid`. */
  readonly name: string;
  readonly node: FuncCall;
  /** From the name to the closing parenthesis. */
  readonly range: Range;
}

/** The calls outside of any sub-select: with no column among their arguments they give the same for each row, and are made for each row. */
export const callsPerRow = once(({ node, source }: PolicyClause): readonly Call[] => {
  const calls: Call[] = [];
  const pending: unknown[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    walk(next, (kind, value) => {
      if (kind === "SubLink") {
        // What stands before IN is outside of its sub-select.
        const { testexpr } = value as SubLink;
        if (testexpr !== undefined) pending.push(testexpr);
        return false;
      }
      if (kind === "FuncCall") {
        const call = value as FuncCall;
        const range = callRange(source, call);
        if (range !== null) calls.push({ name: stringsOf(call.funcname).join(".").toLowerCase(), node: call, range });
      }
      return true;
    });
  }
  return calls.sort((a, b) => a.range.start - b.range.start);
});

export function callRange(source: Source, call: FuncCall): Range | null {
  const first = indexAt(source, call.location);
  let at = first;
  while (at < source.last && source.text[source.tokens[at]!.start] !== "(") at++;
  const close = closingOf(source, at);
  const last = source.tokens[close];
  return last === undefined ? null : { start: source.tokens[first]!.start, end: last.end };
}

/** All calls of a clause, those in sub-selects among them. */
export const callsIn = once(({ node, source }: PolicyClause): readonly Call[] => {
  const calls: Call[] = [];
  walk(node, (kind, value) => {
    if (kind !== "FuncCall") return;
    const call = value as FuncCall;
    const range = callRange(source, call);
    if (range !== null) calls.push({ name: stringsOf(call.funcname).join(".").toLowerCase(), node: call, range });
  });
  return calls.sort((a, b) => a.range.start - b.range.start);
});

/** The first word or literal of a clause that is written so. */
export function tokenIn({ source, range }: PolicyClause, isIt: (text: string) => boolean): Range | null {
  const token = source.tokens.find(({ start, end }) => start >= range.start && end <= range.end && isIt(source.text.slice(start, end)));
  return token ? { start: token.start, end: token.end } : null;
}

/** The relations that its sub-selects read. */
export const relationsRead = once(({ node, source }: PolicyClause): readonly ObjectName[] => collectReferences(source, node).reads);

export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** Edits of a clause: where it is written, if that is pending, or by ALTER POLICY. In the order of their ranges. */
export function editClause(table: Table, policy: Policy, clause: PolicyClause, title: string, edits: readonly Edit[]): readonly FixProposal[] {
  let text = clause.expression.text;
  for (const { range, text: by } of [...edits].reverse()) text = text.slice(0, range.start - clause.range.start) + by + text.slice(range.end - clause.range.start);
  const words = clause.clause === "using" ? "USING" : "WITH CHECK";
  return [
    { title, kind: "review", intents: edits.map((edit) => ({ intent: "replaceAt", place: clause.place(edit.range), text: edit.text })) },
    {
      title: `${title}, by ALTER POLICY`,
      kind: "review",
      intents: [
        {
          intent: "amend",
          table: { schema: table.schema, name: table.name },
          createdIn: table.createdIn,
          name: `${table.name}_policies`,
          statements: [{ sql: `ALTER POLICY ${quoteIdentifier(policy.name)} ON ${written(table)} ${words} (${text})` }],
        },
      ],
    },
  ];
}
