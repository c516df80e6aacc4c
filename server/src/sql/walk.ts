type Value = Readonly<Record<string, unknown>>;

/**
 * Visits every node of a raw parse tree, parents first, siblings in the tree's order. `kind` is Postgres's node type:
 * libpg-query writes it around a node (`{ CreateStmt: {...} }`) except where the field's type is fixed (`relation` is
 * always a RangeVar), which is made up for here. `visit` gets the node without the wrapper; false from it skips what
 * is below. `parentKind` is null for the root.
 *
 * Iterative: 1,000 nested subselects overflow a recursive walker's stack.
 */
export function walk(
  node: unknown,
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a visitor that never skips returns nothing
  visit: (kind: string, value: Value, parentKind: string | null) => boolean | void,
): void {
  const stack: Pending[] = [{ field: "", value: node, parent: null }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { field, value, parent } = top;
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push({ field, value: value[i], parent });
      continue;
    }
    const kind = wrapper(value) ?? fixedKind(field, parent);
    const inner = kind !== null && kind in value ? (value as Value)[kind] : value;
    if (typeof inner !== "object" || inner === null) continue;
    const fields = inner as Value;
    if (kind !== null && visit(kind, fields, parent) === false) continue;
    const keys = Object.keys(fields);
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i]!;
      const child = fields[key];
      if (typeof child === "object" && child !== null) stack.push({ field: key, value: child, parent: kind ?? parent });
    }
  }
}

interface Pending {
  readonly field: string;
  readonly value: unknown;
  readonly parent: string | null;
}

/** A wrapper's one key begins with a capital letter; fields never do. */
function wrapper(value: object): string | null {
  const keys = Object.keys(value);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined) return null;
  const code = key.charCodeAt(0);
  return code >= 65 && code <= 90 ? key : null;
}

function fixedKind(field: string, parent: string | null): string | null {
  return (parent !== null ? fixedByParent[`${parent}.${field}`] : undefined) ?? fixedByField[field] ?? null;
}

// Fields of fixed type in raw parse trees (src/include/nodes/parsenodes.h, primnodes.h), 15 to 18.
const fixedByField: Readonly<Record<string, string>> = {
  alias: "Alias",
  argType: "TypeName",
  authrole: "RoleSpec",
  base: "CreateStmt",
  boolval: "Boolean",
  bound: "PartitionBoundSpec",
  bsval: "BitString",
  collClause: "CollateClause",
  constrrel: "RangeVar",
  cycle_clause: "CTECycleClause",
  datatype: "TypeName",
  extname: "String",
  format: "JsonFormat",
  fromsql: "ObjectWithArgs",
  funccall: "FuncCall",
  fval: "Float",
  grantor: "RoleSpec",
  infer: "InferClause",
  into: "IntoClause",
  intoClause: "IntoClause",
  ival: "Integer",
  join_using_alias: "Alias",
  larg: "SelectStmt",
  newowner: "RoleSpec",
  newrole: "RoleSpec",
  ofTypename: "TypeName",
  on_empty: "JsonBehavior",
  on_error: "JsonBehavior",
  onConflictClause: "OnConflictClause",
  opername: "ObjectWithArgs",
  output: "JsonOutput",
  over: "WindowDef",
  owner: "RoleSpec",
  partbound: "PartitionBoundSpec",
  partspec: "PartitionSpec",
  pathspec: "JsonTablePathSpec",
  pktable: "RangeVar",
  pubtable: "PublicationTable",
  rarg: "SelectStmt",
  rel: "RangeVar",
  relation: "RangeVar",
  returning: "JsonReturning",
  returningClause: "ReturningClause",
  returnType: "TypeName",
  role: "RoleSpec",
  search_clause: "CTESearchClause",
  sequence: "RangeVar",
  setstmt: "VariableSetStmt",
  sourcetype: "TypeName",
  storedtype: "TypeName",
  sval: "String",
  table: "RangeVar",
  targettype: "TypeName",
  tosql: "ObjectWithArgs",
  type_name: "TypeName",
  typeName: "TypeName",
  typevar: "RangeVar",
  user: "RoleSpec",
  view: "RangeVar",
  withClause: "WithClause",
};

const fixedByParent: Readonly<Record<string, string>> = {
  "AlterDefaultPrivilegesStmt.action": "GrantStmt",
  "AlterFunctionStmt.func": "ObjectWithArgs",
  "CreateCastStmt.func": "ObjectWithArgs",
  "CreateOpClassItem.name": "ObjectWithArgs",
  "JsonArgument.val": "JsonValueExpr",
  "JsonArrayAgg.arg": "JsonValueExpr",
  "JsonFuncExpr.context_item": "JsonValueExpr",
  "JsonKeyValue.value": "JsonValueExpr",
  "JsonObjectAgg.arg": "JsonKeyValue",
  "JsonParseExpr.expr": "JsonValueExpr",
  "JsonTable.context_item": "JsonValueExpr",
  "PartitionCmd.name": "RangeVar",
  "PLAssignStmt.val": "SelectStmt",
};
