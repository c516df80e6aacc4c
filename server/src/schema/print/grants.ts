// GRANT and REVOKE: where an object's privileges are not what a new one of its kind has.

import { quoteIdentifier } from "../../sql/identifiers";
import { allPrivileges } from "../apply/grants";
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
    const whole = group.filter((grant) => grant.columns.length === 0).map((grant) => grant.privilege);
    if (whole.includes("maintain")) {
      // Only part of an ALL: versions before 17 do not know the word.
      const missing = allPrivileges.tables!.filter((privilege) => !whole.includes(privilege));
      statements.push(`GRANT ALL ON ${target} TO ${roleText(first!.grantee)}${option};`);
      if (missing.length > 0) statements.push(`REVOKE ${missing.map((privilege) => privilege.toUpperCase()).join(", ")} ON ${target} FROM ${roleText(first!.grantee)};`);
    }
    const named = whole.includes("maintain") ? group.filter((grant) => grant.columns.length > 0) : group;
    if (named.length > 0) statements.push(`GRANT ${named.map(privilegeText).join(", ")} ON ${target} TO ${roleText(first!.grantee)}${option};`);
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
    // ALL stands alone in its statement.
    const key = `${grant.grantee} ${grant.grantable} ${grant.privilege === "all" ? grant.columns.join() : ""} ${grant.privilege === "all"}`;
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
