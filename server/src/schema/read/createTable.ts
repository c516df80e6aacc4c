import type { CreateForeignTableStmt, CreateStmt, Node, PartitionBoundSpec, PartitionSpec } from "@pgsql/types";
import type { Change, ColumnDefinition, ConstraintDefinition } from "../changes";
import { readColumn } from "./column";
import { readConstraint } from "./constraint";
import { allOf, as } from "./nodes";
import { objectNameAt, relationName } from "./names";
import { readOptions } from "./options";
import { afterName, closingOf, findGroup, groupAt, indexAt, isMark, itemsOf, rangeOf, skipWords, textOf, wholeSpan, type Source, type Span } from "./source";

type CreateTable = Extract<Change, { change: "createTable" }>;
type Including = CreateTable["like"][number]["including"];

export function readCreateTable(source: Source, node: CreateStmt, foreign?: CreateForeignTableStmt): Change {
  const columns: ColumnDefinition[] = [];
  const constraints: ConstraintDefinition[] = [];
  const like: CreateTable["like"][number][] = [];
  const items = elementSpans(source, node);
  (node.tableElts ?? []).forEach((element, i) => {
    const span = items[i];
    if (span === undefined) return;
    if ("ColumnDef" in element) columns.push(readColumn(source, span, element.ColumnDef));
    else if ("Constraint" in element) {
      const constraint = readConstraint(source, span, element.Constraint);
      if (constraint !== null) constraints.push(constraint);
    } else if ("TableLikeClause" in element) {
      const { relation, options } = element.TableLikeClause;
      like.push({ source: relationName(source, relation), including: includingOf(options ?? 0) });
    }
  });
  const parents = allOf(node.inhRelations, "RangeVar").map((parent) => relationName(source, parent));
  const isPartition = node.partbound !== undefined;
  const ofType = node.ofTypename === undefined ? null : objectNameAt(source, indexAt(source, node.ofTypename.location));
  return {
    change: "createTable",
    range: rangeOf(source, wholeSpan(source)),
    name: relationName(source, node.relation),
    ifNotExists: node.if_not_exists === true,
    persistence: persistenceOf(node.relation?.relpersistence),
    columns,
    constraints,
    like,
    inherits: isPartition ? [] : parents,
    partitionOf: isPartition ? (parents[0] ?? null) : null,
    partitionBound: node.partbound === undefined ? null : readBound(source, node.partbound),
    partitionKey: node.partspec === undefined ? null : readPartitionKey(source, node.partspec),
    options: readOptions(node.options),
    accessMethod: node.accessMethod ?? null,
    tablespace: node.tablespacename ?? null,
    foreignServer: foreign?.servername ?? null,
    foreignOptions: readOptions(foreign?.options),
    ofType,
  };
}

export function persistenceOf(code: string | undefined): "permanent" | "unlogged" | "temporary" {
  return code === "u" ? "unlogged" : code === "t" ? "temporary" : "permanent";
}

/** The elements between the table's parentheses, which stand after its name, its type's, or its parent's. */
function elementSpans(source: Source, node: CreateStmt): Span[] {
  const parent = node.partbound === undefined ? undefined : as(node.inhRelations?.[0], "RangeVar");
  const location = parent?.location ?? node.ofTypename?.location ?? node.relation?.location;
  const list = groupAt(source, afterName(source, indexAt(source, location)));
  return list === null ? [] : itemsOf(source, list);
}

// TableLikeOption of src/include/nodes/parsenodes.h, bit by bit.
const likeOptions = ["comments", "compression", "constraints", "defaults", "generated", "identity", "indexes", "statistics", "storage"] as const;

function includingOf(bits: number): Including {
  return new Set(likeOptions.filter((_, bit) => (bits & (1 << bit)) !== 0));
}

/** `FOR VALUES ...` or `DEFAULT`, as written. The node's start is at FROM, IN, WITH or DEFAULT. */
export function readBound(source: Source, bound: PartitionBoundSpec): string {
  const at = indexAt(source, bound.location);
  if (bound.is_default === true) return textOf(source, { from: at, to: at + 1 });
  let end = closingOf(source, at + 1);
  const to = skipWords(source, end + 1, "to");
  if (to > end + 1 && isMark(source, to, "(")) end = closingOf(source, to);
  return textOf(source, { from: at - 2, to: end + 1 });
}

function readPartitionKey(source: Source, spec: PartitionSpec): NonNullable<CreateTable["partitionKey"]> {
  const at = indexAt(source, spec.location);
  const open = findGroup(source, { from: at, to: source.last });
  return {
    strategy: strategyOf(String(spec.strategy)),
    columns: (spec.partParams ?? []).map((node: Node) => as(node, "PartitionElem")?.name ?? null),
    text: textOf(source, { from: at + 2, to: closingOf(source, open) + 1 }),
  };
}

/** 15 keeps the word as written, later ones have an enum. */
function strategyOf(strategy: string): "range" | "list" | "hash" {
  const word = strategy.replace("PARTITION_STRATEGY_", "").toLowerCase();
  return word === "list" || word === "hash" ? word : "range";
}
