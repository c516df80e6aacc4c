// The fixes that give a table what it lacks of row-level security.

import type { Table } from "../../schema/model";
import { quoteIdentifier } from "../../sql/identifiers";
import type { AmendStatement, FixIntent, FixProposal } from "../rule";
import { display, written } from "../wording";
import { isCovered } from "./indexCoverage";
import { newIndex } from "./newIndex";
import { tenancyOf, type Project, type Tenancy } from "./tenancy";

/** The most complete one first. Commands that no policy allows stay denied. */
export function rowSecurityFixes(project: Project, table: Table): readonly FixProposal[] {
  const { schema } = project;
  const enable = `ALTER TABLE ${written(table)} ENABLE ROW LEVEL SECURITY`;
  const amend = (name: string, statements: readonly AmendStatement[]): FixIntent => ({ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_${name}`, statements });
  const tenancy = table.policies.length > 0 ? null : tenancyOf(project, table);
  const fixes: FixProposal[] = [];
  if (tenancy) {
    // The policy first: outside of a transaction no query meets a table that is closed already and not yet open to its tenants.
    const intent = amend("row_level_security", [{ sql: policyOf(tenancy, table) }, ...(table.rls.enabled ? [] : [{ sql: isForced(project, table) ? `${enable}, FORCE ROW LEVEL SECURITY` : enable }])]);
    const what = tenancy.like ? `the policy of ${display(tenancy.like)}` : "a tenant policy";
    const title = (more: string): string => (table.rls.enabled ? `Add ${what}${more}` : `Enable row-level security, with ${what}${more}`);
    const index = tenancy.indexable && !isCovered(schema, table, [tenancy.column]) ? newIndex(schema, table, [tenancy.column]) : null;
    if (index) fixes.push({ title: title(", and its index"), kind: "review", intents: [intent, amend(`${tenancy.column}_index`, [index])] });
    fixes.push({ title: title(""), kind: "review", intents: [intent] });
  }
  if (!table.rls.enabled) {
    fixes.push({
      title: table.policies.length > 0 ? "Enable row-level security" : "Enable row-level security: no row is visible until a policy allows it",
      kind: "review",
      intents: [amend("row_level_security", [{ sql: enable }])],
    });
  }
  return fixes;
}

/** Whether policies are to hold for the owner too: on Supabase and Neon no application connects as one that they could hold for. */
function isForced({ database, schema }: Project, table: Table): boolean {
  if (database.platform !== null) return false;
  const enabled = schema.hasPolicies ? schema.tables().filter((other) => other !== table && other.rls.enabled) : [];
  return enabled.length === 0 || enabled.some(({ rls }) => rls.forced);
}

function policyOf({ condition, roles, name }: Tenancy, table: Table): string {
  const to = roles.length === 0 ? "" : ` TO ${roles.map(roleName).join(", ")}`;
  return `CREATE POLICY ${quoteIdentifier(name)} ON ${written(table)}${to} USING (${condition}) WITH CHECK (${condition})`;
}

/** CURRENT_USER and the like are words, not names. */
function roleName(role: string): string {
  return /^(current_user|current_role|session_user)$/.test(role) ? role.toUpperCase() : quoteIdentifier(role);
}
