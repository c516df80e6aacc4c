// Where row-level security is expected, and what a tenant's policy looks like.

import type { DatabaseFacts } from "../../schema/history";
import type { Policy, QualifiedName, Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import type { FixIntent, FixProposal } from "../rule";
import { display, written } from "../wording";

export interface Expectation {
  /** Why, as a clause that follows "while" or "and". */
  readonly reason: string;
  /** Rows can be reached from outside, or belong to different tenants. */
  readonly exposed: boolean;
}

/** Supabase's `[api] schemas` where config.toml says nothing (https://supabase.com/docs/guides/local-development/cli/config). */
const supabaseDefaultSchemas: readonly string[] = ["public", "graphql_public"];

export function expectsRowSecurity(database: DatabaseFacts, schema: SchemaView, table: Table): Expectation | null {
  if (database.rls === "never") return null;
  if (database.platform === "supabase") {
    if (isServed(database, table.schema)) return { reason: `Supabase's API serves schema ${table.schema} to anyone who has the anon key`, exposed: true };
  } else if (database.platform === "neon") {
    return { reason: "Neon's Data API serves it to anyone whom the authenticated role lets in", exposed: true };
  }
  if (database.rls === "always") return { reason: "the configuration expects it of every table", exposed: true };
  const tenant = tenantColumn(database, table);
  if (tenant !== null) return { reason: `column ${tenant} says that its rows belong to different tenants`, exposed: true };
  // What Supabase does not expose is reached by the service's own roles alone.
  if (database.platform !== "supabase" && schema.hasPolicies) return { reason: "other tables of this database have policies", exposed: false };
  return null;
}

/** Supabase's API serves what the schema holds. */
export function isServed(database: DatabaseFacts, schema: string): boolean {
  return database.platform === "supabase" && (database.apiSchemas ?? supabaseDefaultSchemas).includes(schema);
}

export function tenantColumn(database: DatabaseFacts, table: Table): string | null {
  return database.tenantColumns.find((name) => table.columns.some((column) => column.name === name)) ?? null;
}

/** CREATE POLICY for a table with a tenant column: as its neighbours have it, else by a setting of the transaction. */
function tenantPolicy(database: DatabaseFacts, schema: SchemaView, table: Table): { readonly sql: string; readonly like: QualifiedName | null } | null {
  const tenant = tenantColumn(database, table);
  const type = table.columns.find((column) => column.name === tenant)?.type;
  if (tenant === null || type === undefined) return null;
  for (const other of schema.tables()) {
    const policy = other.policies.find((each) => isOnly(each, tenant) && each.command === "all" && each.permissive);
    if (policy && !table.policies.some((own) => own.name === policy.name)) return { sql: clone(policy, table), like: other };
  }
  const cast = ["text", "varchar"].includes(type.name) ? "" : `::${type.text}`;
  const own = quoteIdentifier(tenant);
  // After a SET LOCAL has ended the setting is '', which no cast takes; the sub-select is evaluated once a query.
  const condition = `(${own} = (SELECT nullif(current_setting('app.${tenant}', true), '')${cast}))`;
  return { sql: `CREATE POLICY tenant_isolation ON ${written(table)} USING ${condition} WITH CHECK ${condition}`, like: null };
}

function isOnly(policy: Policy, column: string): boolean {
  const reads = [...(policy.using?.columns ?? []), ...(policy.withCheck?.columns ?? [])];
  return reads.includes(column) && reads.every((each) => each === column);
}

function clone(policy: Policy, table: Table): string {
  const roles = policy.roles.length === 0 || policy.roles.includes("public") ? "" : ` TO ${policy.roles.map(roleName).join(", ")}`;
  const using = policy.using ? ` USING (${policy.using.text})` : "";
  const check = policy.withCheck ? ` WITH CHECK (${policy.withCheck.text})` : "";
  return `CREATE POLICY ${quoteIdentifier(policy.name)} ON ${written(table)}${roles}${using}${check}`;
}

/** CURRENT_USER and the like are words, not names. */
function roleName(role: string): string {
  return /^(current_user|current_role|session_user)$/.test(role) ? role.toUpperCase() : quoteIdentifier(role);
}

/** The fixes that give a table what it lacks of row-level security, the most complete one first. */
export function rowSecurityFixes(database: DatabaseFacts, schema: SchemaView, table: Table): readonly FixProposal[] {
  const enable = `ALTER TABLE ${written(table)} ENABLE ROW LEVEL SECURITY`;
  const policy = table.policies.length > 0 ? null : tenantPolicy(database, schema, table);
  const amend = (statements: readonly string[]): FixIntent => ({
    intent: "amend",
    table: { schema: table.schema, name: table.name },
    createdIn: table.createdIn,
    name: `${table.name}_row_level_security`,
    statements: statements.map((sql) => ({ sql })),
  });
  const fixes: FixProposal[] = [];
  if (policy) {
    const statements = table.rls.enabled ? [policy.sql] : [enable, policy.sql];
    const what = policy.like ? `the policy of ${display(policy.like)}` : "a tenant policy";
    fixes.push({
      title: table.rls.enabled ? `Add ${what}` : `Enable row-level security, with ${what}`,
      kind: "review",
      intents: [amend(statements)],
    });
  }
  if (!table.rls.enabled) {
    fixes.push({
      title: table.policies.length > 0 ? "Enable row-level security" : "Enable row-level security: no row is visible until a policy allows it",
      kind: "review",
      intents: [amend([enable])],
    });
  }
  return fixes;
}
