// Roles belong to the whole cluster: one that is there already stays as it is.

import { quoteIdentifier } from "../../sql/identifiers";
import { inherits } from "../apply/roles";
import type { Role } from "../model";
import { quoteLiteral, roleText } from "./text";

export function createRoleText(role: Role): string {
  const options = role.options.flatMap(({ name, value }) => optionText(name, value));
  return [
    "DO $$",
    "BEGIN",
    `  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role.name)}) THEN`,
    `    CREATE ROLE ${[quoteIdentifier(role.name), ...options].join(" ")};`,
    "  END IF;",
    "END",
    "$$;",
  ].join("\n");
}

const word = (value: boolean): string => (value ? "TRUE" : "FALSE");

const flags = new Set(["superuser", "inherit", "createrole", "createdb", "login", "replication", "bypassrls"]);

function optionText(name: string, value: string): string[] {
  if (flags.has(name)) return [value === "false" || value === "0" ? `NO${name.toUpperCase()}` : name.toUpperCase()];
  if (name === "connection limit") return [`CONNECTION LIMIT ${value}`];
  if (name === "valid until") return [`VALID UNTIL ${quoteLiteral(value)}`];
  // Memberships are granted below; a password is never printed.
  return [];
}

export function membershipTexts(role: Role): string[] {
  return role.memberOf.map((membership) => {
    // Before 16 only ADMIN is an option; the others are written where they are not what the role's own INHERIT makes them.
    const options = [...(membership.admin ? ["ADMIN TRUE"] : []), ...(membership.inherit === inherits(role) ? [] : [`INHERIT ${word(membership.inherit)}`]), ...(membership.set ? [] : ["SET FALSE"])];
    const written = options.join() === "ADMIN TRUE" ? " WITH ADMIN OPTION" : options.length > 0 ? ` WITH ${options.join(", ")}` : "";
    return `GRANT ${roleText(membership.role)} TO ${roleText(role.name)}${written};`;
  });
}
