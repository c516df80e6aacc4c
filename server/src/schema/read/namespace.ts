import type { CreateExtensionStmt, CreateSchemaStmt, Node, RangeVar } from "@pgsql/types";
import { skipExists } from "../../sql/ranges";
import type { Change } from "../changes";
import { allOf, as } from "./nodes";
import { nameAt } from "./names";
import { roleName, valueText } from "./options";
import { find, isOneOf, partOf, rangeOf, skip, wholeSpan, type Source, type Span } from "./source";

/** CREATE SCHEMA, with what it creates in it. */
export function readCreateSchema(source: Source, node: CreateSchemaStmt, readElement: (source: Source, node: Node) => readonly Change[]): Change[] {
  const elements = node.schemaElts ?? [];
  const spans = elementSpans(source, elements.length);
  // AUTHORIZATION alone gives the role's name.
  const authorization = find(source, wholeSpan(source), "authorization");
  const name = node.schemaname ?? (node.authrole === undefined ? "" : roleName({ RoleSpec: node.authrole }));
  const at = node.schemaname === undefined ? authorization + 1 : skipExists(source, source.first + 2);
  const created: Change = {
    change: "createSchema",
    range: rangeOf(source, { from: source.first, to: spans[0]?.from ?? source.last }),
    name: nameAt(source, at, name),
    ifNotExists: node.if_not_exists === true,
    owner: node.authrole === undefined ? null : roleName({ RoleSpec: node.authrole }),
  };
  return [created, ...elements.flatMap((element, i) => readElement(partOf(source, spans[i] ?? wholeSpan(source)), inSchema(element, name)))];
}

/** Each element begins with CREATE or GRANT, which stand nowhere else outside of parentheses but for GRANT CREATE. */
function elementSpans(source: Source, count: number): Span[] {
  const starts: number[] = [];
  for (let i = source.first + 2; i < source.last; i = skip(source, i)) {
    const grant = isOneOf(source, i, "grant");
    if (!grant && !isOneOf(source, i, "create")) continue;
    starts.push(i);
    const on = grant ? find(source, { from: i, to: source.last }, "on") : -1;
    if (on > i) i = on;
  }
  return starts.slice(0, count).map((from, i) => ({ from, to: starts[i + 1] ?? source.last }));
}

// What transformCreateSchemaStmtElements (src/backend/parser/parse_utilcmd.c) puts into the schema, by its field.
const targets = { CreateStmt: "relation", IndexStmt: "relation", CreateTrigStmt: "relation", ViewStmt: "view", CreateSeqStmt: "sequence" } as const;

function inSchema(element: Node, schema: string): Node {
  for (const [kind, field] of Object.entries(targets)) {
    const inner = (element as unknown as Record<string, Record<string, unknown> | undefined>)[kind];
    const relation = inner?.[field] as RangeVar | undefined;
    // The tree is shared: a copy, not a change.
    if (inner !== undefined && relation !== undefined && relation.schemaname === undefined)
      return { [kind]: { ...inner, [field]: { ...relation, schemaname: schema } } } as unknown as Node;
  }
  return element;
}

export function readCreateExtension(source: Source, node: CreateExtensionStmt): Change {
  const option = (name: string): string | null => {
    const found = allOf(node.options, "DefElem").find(({ defname }) => defname === name)?.arg;
    return found === undefined ? null : (as(found, "String")?.sval ?? valueText(found));
  };
  return {
    change: "createExtension",
    range: rangeOf(source, wholeSpan(source)),
    name: nameAt(source, skipExists(source, source.first + 2), node.extname),
    schema: option("schema"),
    version: option("new_version"),
    ifNotExists: node.if_not_exists === true,
  };
}
