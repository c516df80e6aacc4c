import type { AlterRoleStmt, CreateRoleStmt, Node } from "@pgsql/types";
import type { Change } from "../changes";
import type { Option } from "../model";
import { allOf, as } from "./nodes";
import { roleName, valueText } from "./options";
import { rangeOf, wholeSpan, type Source } from "./source";

export function readCreateRole(source: Source, node: CreateRoleStmt): Change {
  const options = roleOptions(node.options);
  // CREATE USER is CREATE ROLE with LOGIN.
  const isUser = node.stmt_type === "ROLESTMT_USER" && !options.some(({ name }) => name === "login");
  return { change: "createRole", range: rangeOf(source, wholeSpan(source)), name: node.role ?? "", options: isUser ? [{ name: "login", value: "true" }, ...options] : options };
}

/** ALTER ROLE and ALTER USER; ALTER GROUP ... ADD USER is a grant of the role. */
export function readAlterRole(source: Source, node: AlterRoleStmt): Change {
  const range = rangeOf(source, wholeSpan(source));
  const name = node.role === undefined ? "" : roleName({ RoleSpec: node.role });
  const members = allOf(node.options, "DefElem").find(({ defname }) => defname === "rolemembers");
  if (members !== undefined) {
    const roles = as(members.arg, "List")?.items ?? [];
    return { change: "grantRole", range, roles: [name], members: roles.map(roleName), revoke: node.action === -1 };
  }
  return { change: "alterRole", range, name, options: roleOptions(node.options) };
}

const optionNames: Readonly<Record<string, string>> = {
  canlogin: "login",
  isreplication: "replication",
  connectionlimit: "connection limit",
  validUntil: "valid until",
  addroleto: "in role",
  rolemembers: "role",
  adminmembers: "admin",
};

/** By the words that they are written with; a password is not kept. */
function roleOptions(nodes: readonly Node[] | undefined): Option[] {
  return allOf(nodes, "DefElem").map(({ defname, arg }) => {
    const name = optionNames[defname ?? ""] ?? defname ?? "";
    return { name, value: name === "password" ? "" : valueText(arg) };
  });
}
