import type { AlterDefaultPrivilegesStmt, GrantRoleStmt, GrantStmt, Node } from "@pgsql/types";
import type { Change, GrantTarget, ObjectName } from "../changes";
import type { Grant } from "../model";
import { allOf, as, stringsOf } from "./nodes";
import { objectNameAt, relationName } from "./names";
import { isOn, roleName, valueText } from "./options";
import { readSignature } from "./signature";
import { find, itemsOf, rangeOf, wholeSpan, type Source, type Span } from "./source";

/** GRANT and REVOKE of privileges on objects. */
export function readGrant(source: Source, node: GrantStmt): Change {
  const revoke = node.is_grant !== true;
  return {
    change: "grant",
    range: rangeOf(source, wholeSpan(source)),
    target: grantTarget(source, node),
    grants: readGrants(node),
    revoke,
    // REVOKE GRANT OPTION FOR
    grantOptionOnly: revoke && node.grant_option === true,
  };
}

/** One entry for each privilege and grantee; ALL is one privilege, `all`. */
function readGrants(node: GrantStmt): Grant[] {
  const privileges = allOf(node.privileges, "AccessPriv");
  const given = privileges.length === 0 ? [{ privilege: "all", columns: [] }] : privileges.map((one) => ({ privilege: one.priv_name ?? "all", columns: stringsOf(one.cols) }));
  return (node.grantees ?? []).flatMap((grantee) => given.map((one) => ({ ...one, grantee: roleName(grantee), grantable: node.grant_option === true })));
}

function grantTarget(source: Source, node: GrantStmt): GrantTarget {
  const objects = node.objects ?? [];
  if (node.targtype === "ACL_TARGET_ALL_IN_SCHEMA") {
    const kind = node.objtype === "OBJECT_TABLE" ? "tables" : node.objtype === "OBJECT_SEQUENCE" ? "sequences" : "functions";
    return { on: "all in schema", objects: kind, schemas: stringsOf(objects) };
  }
  const items = objectSpans(source, node);
  const at = (i: number): number => items[i]?.from ?? source.first;
  switch (node.objtype) {
    case "OBJECT_TABLE":
    case "OBJECT_SEQUENCE": {
      const names = allOf(objects, "RangeVar").map((relation) => relationName(source, relation));
      return { on: node.objtype === "OBJECT_TABLE" ? "relation" : "sequence", names };
    }
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
      return { on: "function", names: allOf(objects, "ObjectWithArgs").map((one, i) => readSignature(source, at(i), one)) };
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return { on: "type", names: objects.map((object, i) => objectNameAt(source, at(i), stringsOf(as(object, "List")?.items))) };
    default:
      return { on: node.objtype === "OBJECT_SCHEMA" ? "schema" : "other", names: objects.map((object, i) => singleName(source, at(i), object)) };
  }
}

function singleName(source: Source, index: number, object: Node): ObjectName {
  return { ...objectNameAt(source, index), schema: null, name: valueText(object) };
}

// One or more words between ON and the first name.
const kindWords: Readonly<Record<string, number>> = { OBJECT_FDW: 3, OBJECT_FOREIGN_SERVER: 2, OBJECT_LARGEOBJECT: 2 };

/** The objects' own words, between ON and their kind, and TO or FROM. */
function objectSpans(source: Source, node: GrantStmt): Span[] {
  if (node.objtype === "OBJECT_TABLE" || node.objtype === "OBJECT_SEQUENCE") return [];
  const from = find(source, wholeSpan(source), "on") + 1 + (kindWords[node.objtype ?? ""] ?? 1);
  const to = find(source, { from, to: source.last }, node.is_grant === true ? "to" : "from");
  return itemsOf(source, { from, to: to < 0 ? source.last : to });
}

/** GRANT and REVOKE of roles. */
export function readGrantRole(source: Source, node: GrantRoleStmt): Change {
  return {
    change: "grantRole",
    range: rangeOf(source, wholeSpan(source)),
    roles: allOf(node.granted_roles, "AccessPriv").map((role) => role.priv_name ?? ""),
    members: (node.grantee_roles ?? []).map(roleName),
    revoke: node.is_grant !== true,
    options: membershipOptions(node.opt),
  };
}

const membershipWords: ReadonlySet<string> = new Set(["admin", "inherit", "set"]);

/** WITH ADMIN OPTION, WITH INHERIT FALSE; of REVOKE ... OPTION FOR they are all false. */
function membershipOptions(nodes: readonly Node[] | undefined): Extract<Change, { change: "grantRole" }>["options"] {
  return Object.fromEntries(allOf(nodes, "DefElem").flatMap(({ defname = "" }) => (membershipWords.has(defname) ? [[defname, isOn(nodes, defname)]] : [])));
}

const defaultObjects: Readonly<Record<string, string>> = {
  OBJECT_TABLE: "tables",
  OBJECT_SEQUENCE: "sequences",
  OBJECT_FUNCTION: "functions",
  OBJECT_TYPE: "types",
  OBJECT_SCHEMA: "schemas",
  OBJECT_LARGEOBJECT: "large objects",
};

export function readDefaultPrivileges(source: Source, node: AlterDefaultPrivilegesStmt): Change {
  const options = allOf(node.options, "DefElem");
  const listOption = (name: string): readonly Node[] => as(options.find(({ defname }) => defname === name)?.arg, "List")?.items ?? [];
  const action = node.action ?? {};
  return {
    change: "defaultPrivileges",
    range: rangeOf(source, wholeSpan(source)),
    roles: listOption("roles").map(roleName),
    schemas: stringsOf(listOption("schemas")),
    objects: defaultObjects[action.objtype ?? ""] ?? "tables",
    grants: readGrants(action),
    revoke: action.is_grant !== true,
  };
}
