// GRANT and REVOKE: where an object's privileges are not what a new one of its kind has.

import { quoteIdentifier } from "../../sql/identifiers";
import type { DefaultPrivilege, Grant } from "../model";
import { columnList, roleText } from "./text";

/** `target` is what stands after ON: `TABLE public.orders`. */
export function grantTexts(target: string, grants: readonly Grant[], fromStart: readonly Grant[]): string[] {
  const statements: string[] = [];
  for (const given of fromStart) {
    if (!grants.some((held) => held.grantee === given.grantee && covers(held, given))) statements.push(`REVOKE ${privilegeText(given)} ON ${target} FROM ${roleText(given.grantee)};`);
  }
  const added = grants.filter((held) => held.grantable || !fromStart.some((given) => given.grantee === held.grantee && covers(given, held)));
  for (const [, group] of groups(added)) {
    const [first] = group;
    const option = first!.grantable ? " WITH GRANT OPTION" : "";
    statements.push(`GRANT ${group.map(privilegeText).join(", ")} ON ${target} TO ${roleText(first!.grantee)}${option};`);
  }
  return statements;
}

function covers(held: Grant, given: Grant): boolean {
  return held.columns.join() === given.columns.join() && (held.privilege === "all" || held.privilege === given.privilege);
}

function privilegeText({ privilege, columns }: Grant): string {
  return privilege.toUpperCase() + (columns.length > 0 ? ` ${columnList(columns)}` : "");
}

function groups(grants: readonly Grant[]): Map<string, Grant[]> {
  const byGrantee = new Map<string, Grant[]>();
  for (const grant of grants) {
    const key = `${grant.grantee} ${grant.grantable}`;
    const group = byGrantee.get(key);
    if (group) group.push(grant);
    else byGrantee.set(key, [grant]);
  }
  return byGrantee;
}

export function defaultPrivilegeText({ role, schema, objects, grant, revoked }: DefaultPrivilege): string {
  const owner = role === null ? "" : ` FOR ROLE ${roleText(role)}`;
  const place = schema === null ? "" : ` IN SCHEMA ${quoteIdentifier(schema)}`;
  const what = `${grant.privilege.toUpperCase()} ON ${objects.toUpperCase()}`;
  const option = grant.grantable ? " WITH GRANT OPTION" : "";
  return `ALTER DEFAULT PRIVILEGES${owner}${place} ${revoked ? `REVOKE ${what} FROM` : `GRANT ${what} TO`} ${roleText(grant.grantee)}${revoked ? "" : option};`;
}
