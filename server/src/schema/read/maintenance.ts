// VACUUM, ANALYZE and CLUSTER: what they work on.

import type { ClusterStmt, VacuumStmt } from "@pgsql/types";
import type { Change, ObjectName } from "../changes";
import { nameAt, relationName } from "./names";
import { allOf } from "./nodes";
import { isOn } from "./options";
import { find, rangeOf, wholeSpan, type Source } from "./source";

export function readVacuum(source: Source, node: VacuumStmt): Change {
  const range = rangeOf(source, wholeSpan(source));
  const tables: ObjectName[] = allOf(node.rels, "VacuumRelation").map(({ relation }) => relationName(source, relation));
  if (node.is_vacuumcmd !== true) return { change: "analyze", range, tables };
  return { change: "vacuum", range, tables, full: isOn(node.options, "full"), analyze: isOn(node.options, "analyze") };
}

export function readCluster(source: Source, node: ClusterStmt): Change {
  const range = rangeOf(source, wholeSpan(source));
  const table = node.relation === undefined ? null : relationName(source, node.relation);
  if (node.indexname === undefined) return { change: "cluster", range, table, index: null };
  const using = find(source, wholeSpan(source), "using");
  // The old order: CLUSTER index ON table.
  const at = using >= 0 ? using + 1 : find(source, wholeSpan(source), "on") - 1;
  return { change: "cluster", range, table, index: nameAt(source, at, node.indexname) };
}
