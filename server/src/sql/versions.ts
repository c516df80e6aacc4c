import type { Node } from "@pgsql/types";
import { walk } from "./walk";

// How the trees of grammar 15 to 17 differ from those of 18, found by comparing all four over real migrations and a list of every kind of
// schema statement. Not made equal: A_ArrayExpr and A_Expr have list_start, list_end and rexpr_list_* in 18 only (places).

const different = /"(?:CONSTR_|returningList|partspec|MergeWhenClause|GrantRoleStmt)/;

/** Makes a tree of grammar 15, 16 or 17 read like one of 18, in place. `json` is what it was parsed from. */
export function normalize(node: Node, json: string): Node {
  if (different.test(json)) {
    walk(node, (kind, value) => {
      changes[kind]?.(value);
    });
  }
  return node;
}

type Fields = Record<string, unknown>;

const changes: Readonly<Record<string, (fields: Fields) => void>> = {
  // 18 has NOT ENFORCED, NOT NULL NOT VALID and virtual generated columns: what was implied is said.
  Constraint(fields) {
    const { contype } = fields;
    if (contype === "CONSTR_NOTNULL") fields["initially_valid"] = true;
    if (contype === "CONSTR_NOTNULL" || contype === "CONSTR_CHECK" || contype === "CONSTR_FOREIGN") fields["is_enforced"] = true;
    if (contype === "CONSTR_GENERATED") fields["generated_kind"] = "s";
  },
  // 15: "range"; since 16 an enum.
  PartitionSpec(fields) {
    const { strategy } = fields;
    if (typeof strategy === "string" && !strategy.startsWith("PARTITION_STRATEGY_")) fields["strategy"] = `PARTITION_STRATEGY_${strategy.toUpperCase()}`;
  },
  // 15, 16: a boolean; since 17 there is NOT MATCHED BY SOURCE.
  MergeWhenClause(fields) {
    if (fields["matchKind"] !== undefined) return;
    fields["matchKind"] = fields["matched"] === true ? "MERGE_WHEN_MATCHED" : "MERGE_WHEN_NOT_MATCHED_BY_TARGET";
    delete fields["matched"];
  },
  // 15: a boolean; since 16 a list of options, false where it is revoked.
  GrantRoleStmt(fields) {
    if (fields["admin_opt"] !== true) return;
    fields["opt"] = [{ DefElem: { defname: "admin", arg: { Boolean: { boolval: fields["is_grant"] === true } }, defaction: "DEFELEM_UNSPEC", location: -1 } }];
    delete fields["admin_opt"];
  },
  InsertStmt: returning,
  UpdateStmt: returning,
  DeleteStmt: returning,
  MergeStmt: returning,
};

/** 18 has RETURNING WITH (OLD AS o). */
function returning(fields: Fields): void {
  if (fields["returningList"] === undefined) return;
  fields["returningClause"] = { exprs: fields["returningList"] };
  delete fields["returningList"];
}
