import { quoteIdentifier } from "../../sql/identifiers";
import type { Policy, QualifiedName, Table } from "../model";
import { nameText, roleText } from "./text";

export function policyText(table: QualifiedName, policy: Policy): string {
  const parts = [`CREATE POLICY ${quoteIdentifier(policy.name)} ON ${nameText(table)}`];
  if (!policy.permissive) parts.push("AS RESTRICTIVE");
  if (policy.command !== "all") parts.push(`FOR ${policy.command.toUpperCase()}`);
  if (policy.roles.length > 0 && policy.roles.join() !== "public") parts.push(`TO ${policy.roles.map(roleText).join(", ")}`);
  if (policy.using !== null) parts.push(`USING (${policy.using.text})`);
  if (policy.withCheck !== null) parts.push(`WITH CHECK (${policy.withCheck.text})`);
  return `${parts.join(" ")};`;
}

export function rowSecurityTexts(table: Table): string[] {
  const statements: string[] = [];
  if (table.rls.enabled) statements.push(`ALTER TABLE ${nameText(table)} ENABLE ROW LEVEL SECURITY;`);
  if (table.rls.forced) statements.push(`ALTER TABLE ${nameText(table)} FORCE ROW LEVEL SECURITY;`);
  return statements;
}
