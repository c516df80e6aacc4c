import type { LockStmt, Node, SelectStmt, TransactionStmt, VariableSetStmt } from "@pgsql/types";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Change } from "../changes";
import { allOf, as, stringsOf } from "./nodes";
import { relationName } from "./names";
import { valueText } from "./options";
import { rangeOf, wholeSpan, type Source } from "./source";

export function readSet(source: Source, node: VariableSetStmt): Change {
  const range = rangeOf(source, wholeSpan(source));
  switch (node.kind) {
    case "VAR_SET_MULTI":
      // SET TRANSACTION and SET SESSION CHARACTERISTICS.
      return { change: "none", range, command: "set transaction" };
    case "VAR_RESET_ALL":
      return { change: "set", range, setting: "all", value: null, local: false };
    default:
      return { change: "set", range, setting: settingName(node), value: settingValue(node), local: node.is_local === true };
  }
}

/** In lower case: settings are found whatever their case (guc_name_compare). */
export function settingName(node: VariableSetStmt): string {
  return (node.name ?? "").toLowerCase();
}

// GUC_LIST_QUOTE of src/backend/utils/misc/guc_tables.c: their values are lists of names.
const nameLists = new Set(["search_path", "session_preload_libraries", "shared_preload_libraries", "local_preload_libraries", "temp_tablespaces", "unix_socket_directories"]);

/** As flatten_set_variable_args gives it; null for RESET and SET TO DEFAULT. */
export function settingValue(node: VariableSetStmt): string | null {
  if (node.kind !== "VAR_SET_VALUE") return null;
  const quoted = nameLists.has(settingName(node));
  return (node.args ?? []).map((value) => (quoted ? quoteIdentifier(valueText(value)) : valueText(value))).join(", ");
}

/** `SELECT set_config('search_path', '', false)`, which pg_dump begins with. Null for any other query. */
export function readSetConfig(source: Source, node: SelectStmt): Change[] | null {
  if (node.fromClause !== undefined || node.withClause !== undefined || node.whereClause !== undefined) return null;
  const targets = allOf(node.targetList, "ResTarget");
  if (targets.length === 0) return null;
  const changes: Change[] = [];
  for (const target of targets) {
    const call = as(target.val, "FuncCall");
    const [setting, value, local] = call?.args ?? [];
    if (stringsOf(call?.funcname).at(-1) !== "set_config" || !isString(setting) || !isString(value) || local === undefined) return null;
    changes.push({
      change: "set",
      range: rangeOf(source, wholeSpan(source)),
      setting: valueText(setting).toLowerCase(),
      value: valueText(value),
      local: valueText(local) === "true" || valueText(local) === "t",
    });
  }
  return changes;
}

function isString(node: Node | undefined): boolean {
  return as(node, "A_Const")?.sval !== undefined;
}

export function readTransaction(source: Source, node: TransactionStmt): Change[] {
  const range = rangeOf(source, wholeSpan(source));
  const command = (name: Extract<Change, { change: "transaction" }>["command"]): Change => ({ change: "transaction", range, command: name, savepoint: node.savepoint_name ?? null });
  const chained = (name: "commit" | "rollback"): Change[] => (node.chain === true ? [command(name), command("begin")] : [command(name)]);
  switch (node.kind) {
    case "TRANS_STMT_BEGIN":
    case "TRANS_STMT_START":
      return [command("begin")];
    case "TRANS_STMT_COMMIT":
      return chained("commit");
    case "TRANS_STMT_ROLLBACK":
      return chained("rollback");
    case "TRANS_STMT_SAVEPOINT":
      return [command("savepoint")];
    case "TRANS_STMT_RELEASE":
      return [command("release")];
    case "TRANS_STMT_ROLLBACK_TO":
      return [command("rollback to")];
    case "TRANS_STMT_PREPARE":
      // The session goes on without a transaction; that the prepared one is committed later is taken for granted.
      return [command("commit")];
    default:
      return [{ change: "none", range, command: "prepared transaction" }];
  }
}

/** Lock modes by number (src/include/storage/lockdefs.h). */
const lockModes = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"];

export function readLock(source: Source, node: LockStmt): Change {
  const names = allOf(node.relations, "RangeVar").map((relation) => relationName(source, relation));
  return { change: "lock", range: rangeOf(source, wholeSpan(source)), names, mode: lockModes[(node.mode ?? 8) - 1] ?? "ACCESS EXCLUSIVE", noWait: node.nowait === true };
}
