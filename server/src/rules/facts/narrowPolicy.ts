// Fixes of a condition that lets too much in.

import type { Condition } from "../../policies/condition";
import { isNeverTrue } from "../../policies/decide";
import type { Policy, Table } from "../../schema/model";
import type { FixIntent, FixProposal } from "../rule";
import { joinedBy } from "./expressionText";
import { isCovered } from "./indexCoverage";
import { newIndex } from "./newIndex";
import { editClause, type PolicyClause } from "./policies";
import { rowFacts } from "./policyLogic";
import { tenancyOf, type Project } from "./tenancy";

/** Without those parts of an OR that let too much in, if others are left that let something in. */
export function withoutOpenParts({ condition }: Project, table: Table, policy: Policy, clause: PolicyClause, isOpen: (condition: Condition) => boolean): readonly FixProposal[] {
  const { text } = clause.expression;
  // A comment to the line's end would swallow what comes behind it.
  if (text.includes("--")) return [];
  const parts = joinedBy("or", text);
  const kept = parts.filter((part) => !isOpen(condition({ text: part, columns: [], functions: [] })));
  const left = kept.join(" OR ");
  if (kept.length === 0 || kept.length === parts.length || isNeverTrue(condition({ text: left, columns: [], functions: [] }), rowFacts(table))) return [];
  return editClause(table, policy, clause, "Leave out what lets everyone in", [{ range: clause.range, text: left }]);
}

/** The tenant's or owner's condition of this project in place of those that ask for nothing, with the index that it needs. */
export function narrowedToTenant(project: Project, table: Table, policy: Policy, clauses: readonly PolicyClause[]): readonly FixProposal[] {
  const tenancy = clauses.length === 0 ? null : tenancyOf(project, table);
  if (tenancy === null) return [];
  const { column, condition, indexable } = tenancy;
  const index: readonly FixIntent[] =
    indexable && !isCovered(project.schema, table, [column]) ? [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_${column}_index`, statements: [newIndex(project.schema, table, [column])] }] : [];
  const [first = [], ...others] = clauses.map((clause) => editClause(table, policy, clause, `Compare ${column} with the caller`, [{ range: clause.range, text: condition }]));
  return first.map((fix, way) => ({ ...fix, intents: [...fix.intents, ...others.flatMap((each) => each[way]?.intents ?? []), ...index] }));
}
