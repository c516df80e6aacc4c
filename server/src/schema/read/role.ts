import type { AlterRoleStmt, CreateRoleStmt, Node } from "@pgsql/types";
import type { Change } from "../changes";
import type { Option } from "../model";
import { allOf, as } from "./nodes";
import { roleName, valueText } from "./options";
import { rangeOf, wholeSpan, type Source } from "./source";

/** CREATE ROLE, and the memberships that it begins with. */
export function readCreateRole(source: Source, node: CreateRoleStmt): Change[] {
  const options = roleOptions(node.options);
  // CREATE USER is CREATE ROLE with LOGIN.
  const isUser = node.stmt_type === "ROLESTMT_USER" && !options.some(({ name }) => name === "login");
  const range = rangeOf(source, wholeSpan(source));
  const name = node.role ?? "";
  const named = (option: string): readonly string[] => allOf(node.options, "DefElem").flatMap(({ defname, arg }) => (defname === option ? (as(arg, "List")?.items ?? []).map(roleName) : []));
  const membership = (roles: readonly string[], members: readonly string[], admin: boolean): Change[] => (roles.length === 0 || members.length === 0 ? [] : [{ change: "grantRole", range, roles, members, revoke: false, options: admin ? { admin } : {} }]);
  return [
    { change: "createRole", range, name, options: isUser ? [{ name: "login", value: "true" }, ...options] : options },
    ...membership(named("addroleto"), [name], false),
    ...membership([name], named("rolemembers"), false),
    ...membership([name], named("adminmembers"), true),
  ];
}

/** ALTER ROLE and ALTER USER; ALTER GROUP ... ADD USER is a grant of the role. */
export function readAlterRole(source: Source, node: AlterRoleStmt): Change {
  const range = rangeOf(source, wholeSpan(source));
  const name = node.role === undefined ? "" : roleName({ RoleSpec: node.role });
  const members = allOf(node.options, "DefElem").find(({ defname }) => defname === "rolemembers");
  if (members !== undefined) {
    const roles = as(members.arg, "List")?.items ?? [];
    return { change: "grantRole", range, roles: [name], members: roles.map(roleName), revoke: node.action === -1, options: {} };
  }
  return { change: "alterRole", range, name, options: roleOptions(node.options) };
}

const optionNames: Readonly<Record<string, string>> = {
  canlogin: "login",
  isreplication: "replication",
  connectionlimit: "connection limit",
  validUntil: "valid until",
};

/** Other roles, not the role itself. */
const memberships: ReadonlySet<string> = new Set(["addroleto", "rolemembers", "adminmembers"]);

/** By the words that they are written with; a password is not kept. */
function roleOptions(nodes: readonly Node[] | undefined): Option[] {
  return allOf(nodes, "DefElem").filter(({ defname }) => !memberships.has(defname ?? "")).map(({ defname, arg }) => {
    const name = optionNames[defname ?? ""] ?? defname ?? "";
    return { name, value: name === "password" ? "" : valueText(arg) };
  });
}
