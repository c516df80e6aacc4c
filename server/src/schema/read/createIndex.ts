import type { IndexStmt } from "@pgsql/types";
import { skipExists } from "../../sql/ranges";
import type { Change } from "../changes";
import { readExpression } from "./expression";
import { readElement } from "./indexElement";
import { allOf } from "./nodes";
import { nameAt, namesIn, relationName } from "./names";
import { readOptions } from "./options";
import { afterName, find, findGroup, groupAt, indexAt, isMark, itemsOf, rangeOf, wholeSpan, type Source } from "./source";

export function readCreateIndex(source: Source, node: IndexStmt): Change {
  const whole = wholeSpan(source);
  const word = find(source, whole, "index");
  const concurrently = node.concurrent === true;
  const named = afterName(source, indexAt(source, node.relation?.location));
  // ONLY (t): past its parenthesis.
  const table = isMark(source, named, ")") ? named + 1 : named;
  const rest = { from: table, to: source.last };
  const list = groupAt(source, findGroup(source, rest));
  const items = list === null ? [] : itemsOf(source, list);
  const include = find(source, rest, "include");
  const included = include < 0 ? null : groupAt(source, include + 1);
  const where = node.whereClause === undefined ? -1 : find(source, rest, "where");
  return {
    change: "createIndex",
    range: rangeOf(source, whole),
    table: relationName(source, node.relation),
    only: node.relation?.inh !== true,
    concurrently,
    concurrentlyRange: concurrently ? rangeOf(source, { from: word + 1, to: word + 2 }) : null,
    ifNotExists: node.if_not_exists === true,
    index: {
      name: node.idxname === undefined ? null : nameAt(source, skipExists(source, word + 1), node.idxname),
      method: node.accessMethod ?? "btree",
      unique: node.unique === true,
      nullsNotDistinct: node.nulls_not_distinct === true,
      elements: allOf(node.indexParams, "IndexElem").map((element, i) => readElement(source, items[i] ?? rest, element)),
      include: included === null ? [] : namesIn(source, included, allOf(node.indexIncludingParams, "IndexElem").map((element) => element.name ?? "")),
      where: where < 0 ? null : readExpression(source, { from: where + 1, to: source.last }, node.whereClause),
      with: readOptions(node.options),
      tablespace: node.tableSpace ?? null,
    },
  };
}
