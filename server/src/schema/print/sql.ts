// The whole schema as SQL: run on an empty server, it makes what the history made.

import { quoteIdentifier } from "../../sql/identifiers";
import { grantsAtCreation, type ObjectKind } from "../apply/grants";
import { extensionKey, relationKey, roleKey, schemaKey, type TrackedView } from "../keys";
import type { Extension, Function, Grant, Owned, QualifiedName, Sequence, Table, View } from "../model";
import { columnText } from "./column";
import { commentText } from "./comments";
import { addConstraintText, isMadeByColumn, sortName, tableItems } from "./createTable";
import { isPassedDown } from "./inheritance";
import { PrintContext } from "./context";
import { functionItem, routineWord, signatureText } from "./function";
import { defaultPrivilegeText, grantTexts } from "./grants";
import { createIndexText } from "./indexes";
import { needsOfExpression } from "./needs";
import { otherItem } from "./other";
import { indexTexts } from "./partitions";
import { policyText, rowSecurityTexts } from "./policy";
import { createRoleText, membershipTexts } from "./role";
import { inOrder, type Item, type Rank } from "./script";
import { createSequenceText, ownedByText } from "./sequence";
import { indent, nameText, quoteLiteral } from "./text";
import { ownTriggers, triggerItem } from "./trigger";
import { compositeItem, typeItem } from "./types";
import { viewItem } from "./view";

export function schemaSql(view: TrackedView): string {
  const items = inOrder(allItems(new PrintContext(view)));
  return `${[header(view), ...items.map((item) => item.sql)].join("\n\n")}\n`;
}

/** Names in texts that are kept as written are found as they were in the history; bodies are not checked before what they read is there. */
function header(view: TrackedView): string {
  const path = ["public", ...new Set(view.extensions().flatMap((extension) => (extension.schema === null || extension.schema === "public" ? [] : [extension.schema])))];
  return `SET check_function_bodies = off;\nSET search_path = ${path.map(quoteIdentifier).join(", ")};`;
}

const comment = (rank: Rank, name: string, texts: readonly string[]): Item[] => (texts.length === 0 ? [] : [{ rank, name, sql: texts.join("\n"), provides: [], needs: [] }]);

function allItems(context: PrintContext): Item[] {
  const { view } = context;
  const items: Item[] = [];
  for (const role of view.roles()) {
    if (role.createdIn === null) continue;
    items.push({ rank: "role", name: role.name, sql: createRoleText(role), provides: [roleKey(role.name)], needs: [] });
    items.push(...comment("grant", "", membershipTexts(role)), ...comment("comment", role.name, commentText(`ROLE ${quoteIdentifier(role.name)}`, role.comment)));
  }
  for (const schema of view.schemas()) {
    const name = quoteIdentifier(schema.name);
    // An empty database has a schema public already.
    if (schema.createdIn !== null && schema.name !== "public") items.push({ rank: "schema", name: schema.name, sql: `CREATE SCHEMA ${name};`, provides: [schemaKey(schema.name)], needs: [] });
    const given = schema.name === "public" ? [everyone("usage")] : schema.createdIn === null ? [] : fromStart(view, { schema: schema.name, name: "" }, "schemas");
    items.push(...comment("grant", schema.name, grantTexts(`SCHEMA ${name}`, schema.grants, given)), ...comment("comment", schema.name, commentText(`SCHEMA ${name}`, schema.comment)));
  }
  for (const extension of view.extensions()) items.push(...extensionItems(extension));
  for (const type of view.types()) {
    if (type.createdIn === null) continue;
    items.push(typeItem(view, type));
    const word = type.kind === "domain" ? "DOMAIN" : "TYPE";
    items.push(...comment("grant", sortName(type), grantTexts(`${word} ${nameText(type)}`, type.grants, fromStart(view, type, "types"))));
    items.push(...comment("comment", sortName(type), commentText(`${word} ${nameText(type)}`, type.comment)));
  }
  for (const routine of view.allFunctions()) items.push(...functionItems(view, routine));
  for (const relation of view.relations()) {
    if (relation.schema === "pg_temp") continue;
    switch (relation.kind) {
      case "table":
        items.push(...(relation.persistence === "temporary" ? [] : itemsOfTable(context, relation)));
        break;
      case "view":
        items.push(...itemsOfView(view, relation));
        break;
      case "sequence":
        items.push(...itemsOfSequence(context, relation));
        break;
      case "composite":
        if (relation.createdIn === null) break;
        items.push(compositeItem(relation), ...comment("grant", sortName(relation), grantTexts(`TYPE ${nameText(relation)}`, relation.grants, fromStart(view, relation, "types"))));
        items.push(...comment("comment", sortName(relation), commentText(`TYPE ${nameText(relation)}`, relation.comment)));
        break;
      case "index":
        break;
    }
  }
  for (const other of view.others()) items.push(otherItem(view, other));
  items.push(...comment("owner", "", ownerTexts(view)));
  items.push(...comment("default privilege", "", view.defaultPrivileges().map(defaultPrivilegeText)));
  return items;
}

/** To roles that the history makes: an empty server has no others. */
function ownerTexts(view: TrackedView): string[] {
  const texts: string[] = [];
  const say = (what: string, { owner }: Owned, createdIn: string | null): void => {
    if (owner !== null && createdIn !== null && (view.role(owner)?.createdIn ?? null) !== null) texts.push(`ALTER ${what} OWNER TO ${quoteIdentifier(owner)};`);
  };
  for (const schema of view.schemas()) say(`SCHEMA ${quoteIdentifier(schema.name)}`, schema, schema.createdIn);
  for (const routine of view.allFunctions()) say(`${routineWord(routine)} ${signatureText(routine)}`, routine, routine.createdIn);
  for (const relation of view.relations()) {
    if (relation.schema === "pg_temp" || relation.kind === "index" || relation.kind === "composite") continue;
    if (relation.kind === "table" && relation.persistence !== "temporary") say(`${relation.tableKind === "foreign" ? "FOREIGN TABLE" : "TABLE"} ${nameText(relation)}`, relation, relation.createdIn);
    else if (relation.kind === "view") say(`${relation.materialized ? "MATERIALIZED VIEW" : "VIEW"} ${nameText(relation)}`, relation, relation.createdIn);
    // A column's goes with its table.
    else if (relation.kind === "sequence" && relation.ownedBy === null) say(`SEQUENCE ${nameText(relation)}`, relation, relation.createdIn);
  }
  return texts;
}

const everyone = (privilege: string): Grant => ({ privilege, grantee: "public", grantable: false, columns: [] });

/** What an object of the script has from the start: the default privileges are set before it is made. */
function fromStart(view: TrackedView, { schema }: QualifiedName, objects: ObjectKind): readonly Grant[] {
  return grantsAtCreation(view.defaultPrivileges(), schema, objects);
}

function extensionItems(extension: Extension): Item[] {
  if (extension.createdIn === null) return [];
  const name = quoteIdentifier(extension.name);
  const options = [...(extension.schema === null ? [] : [`SCHEMA ${quoteIdentifier(extension.schema)}`]), ...(extension.version === null ? [] : [`VERSION ${quoteLiteral(extension.version)}`])];
  const create = `CREATE EXTENSION IF NOT EXISTS ${[name, ...(options.length > 0 ? ["WITH", ...options] : [])].join(" ")};`;
  return [
    { rank: "extension", name: extension.name, sql: create, provides: [extensionKey(extension.name)], needs: extension.schema === null ? [] : [schemaKey(extension.schema)] },
    ...comment("comment", extension.name, commentText(`EXTENSION ${name}`, extension.comment)),
  ];
}

function functionItems(view: TrackedView, routine: Function): Item[] {
  if (routine.createdIn === null) return [];
  const signature = signatureText(routine);
  return [
    functionItem(view, routine),
    ...comment("grant", signature, grantTexts(`${routineWord(routine, true)} ${signature.replace("(*)", "()")}`, routine.grants, fromStart(view, routine, "functions"))),
    ...comment("comment", signature, commentText(`${routineWord(routine)} ${signature}`, routine.comment)),
  ];
}

function itemsOfSequence(context: PrintContext, sequence: Sequence): Item[] {
  const name = sortName(sequence);
  const items: Item[] = [];
  const owner = sequence.ownedBy === null ? undefined : context.view.table(sequence.ownedBy.table);
  const column = owner?.columns.find((candidate) => candidate.name === sequence.ownedBy?.column);
  if (sequence.createdIn !== null && !(owner && column && isMadeByColumn(owner, column, sequence))) {
    items.push({ rank: "sequence", name, sql: createSequenceText(sequence), provides: [relationKey(sequence)], needs: [schemaKey(sequence.schema)] });
    // A table of before the history is not printed, and so cannot say what it owns.
    const owned = owner?.createdIn === null ? ownedByText(sequence) : null;
    if (owned !== null) items.push(...comment("other", name, [owned]));
  }
  items.push(...comment("grant", name, grantTexts(`SEQUENCE ${nameText(sequence)}`, sequence.grants, sequence.createdIn === null ? [] : fromStart(context.view, sequence, "sequences"))));
  items.push(...comment("comment", name, commentText(`SEQUENCE ${nameText(sequence)}`, sequence.comment)));
  return items;
}

function itemsOfView(view: TrackedView, relation: View): Item[] {
  const name = sortName(relation);
  const items: Item[] = relation.createdIn === null ? [] : [viewItem(view, relation)];
  for (const index of relation.indexes) items.push({ rank: "index", name: `${name}.${index.name}`, sql: createIndexText(relation, index), provides: [], needs: [relationKey(relation)] });
  for (const trigger of relation.triggers) items.push(triggerItem(view, relation, trigger));
  const word = relation.materialized ? "MATERIALIZED VIEW" : "VIEW";
  items.push(...comment("grant", name, grantTexts(`TABLE ${nameText(relation)}`, relation.grants, relation.createdIn === null ? [] : fromStart(view, relation, "tables"))));
  items.push(...comment("comment", name, commentText(`${word} ${nameText(relation)}`, relation.comment)));
  items.push(...comment("comment", name, relation.indexes.flatMap((index) => commentText(`INDEX ${nameText({ schema: relation.schema, name: index.name })}`, index.comment))));
  return items;
}

function itemsOfTable(context: PrintContext, table: Table): Item[] {
  const { view } = context;
  const name = sortName(table);
  const known = table.createdIn !== null;
  const items: Item[] = known ? tableItems(context, table) : comment("table", name, lateColumns(context, table));
  // Of a table that was there before, what the history added is known all the same.
  const own = <T extends { readonly createdIn: string | null }>(list: readonly T[]): readonly T[] => list.filter((one) => known || one.createdIn !== null);
  for (const constraint of own(table.constraints)) {
    if (isPassedDown(context, table, constraint) && constraint.kind === "foreign key") {
      const above = view.table(table.partitionOf ?? table)?.constraints.some((other) => other.kind === "foreign key" && other.name === constraint.name);
      // Under another name it was there before the parent's, which takes it over.
      if (above !== true) items.push({ rank: "foreign key", name: ` ${name}.${constraint.name}`, sql: addConstraintText(table, constraint), provides: [], needs: [] });
    } else if (constraint.kind === "foreign key" || !known) {
      items.push({ rank: constraint.kind === "foreign key" ? "foreign key" : "index", name: `${name}.${constraint.name}`, sql: addConstraintText(table, constraint), provides: [], needs: [] });
    }
  }
  for (const [i, index] of own(table.indexes).entries()) {
    if (index.parent !== null) continue;
    // A partition's own ones come after its parents', which would take them over.
    const depth = table.partitionOf ? "~" : "";
    const needs = [...index.elements.flatMap((element) => needsOfExpression(element.expression)), ...needsOfExpression(index.where)];
    items.push({ rank: "index", name: `${depth}${name} ${String(i).padStart(4, "0")}`, sql: indexTexts(context, table, index).join("\n"), provides: [], needs });
  }
  for (const trigger of own(ownTriggers(view, table))) items.push(triggerItem(view, table, trigger));
  items.push(...comment("policy", name, [...rowSecurityTexts(table), ...own(table.policies).map((policy) => policyText(table, policy))]));
  items.push(...comment("other", name, identityTexts(table)));
  items.push(...comment("grant", name, grantTexts(`TABLE ${nameText(table)}`, table.grants, known ? fromStart(view, table, "tables") : [])));
  items.push(...comment("comment", name, tableComments(table)));
  if (known) return items;
  return [{ rank: "table", name, sql: `-- ${name} was there before the history, and is left out.`, provides: [], needs: [] }, ...items.map((item) => ({ ...item, sql: whereThere(table, item.sql) }))];
}

/** Something was added to a table that the history never created: a platform's, or one that SQL made at run time. */
function whereThere(table: Table, sql: string): string {
  let tag = "$there$";
  for (let i = 1; sql.includes(tag); i++) tag = `$there${i}$`;
  return `DO ${tag}\nBEGIN\n  IF to_regclass(${quoteLiteral(nameText(table))}) IS NOT NULL THEN\n${indent(indent(sql))}\n  END IF;\nEND\n${tag};`;
}

/** Columns that the history added to a table of before. */
function lateColumns(context: PrintContext, table: Table): string[] {
  const added = { ...table, constraints: [] };
  return table.columns.filter((column) => column.createdIn !== null).map((column) => addColumnText(context, added, column));
}

function addColumnText(context: PrintContext, table: Table, column: Table["columns"][number]): string {
  return `ALTER TABLE ${nameText(table)} ADD COLUMN ${columnText(context, table, column)};`;
}

/** REPLICA IDENTITY and CLUSTER ON, which name indexes. */
function identityTexts(table: Table): string[] {
  const statements: string[] = [];
  if (table.replicaIdentity !== null && table.replicaIdentity !== "default") statements.push(`ALTER TABLE ONLY ${nameText(table)} REPLICA IDENTITY ${replicaIdentityText(table.replicaIdentity)};`);
  if (table.clusterIndex !== null) statements.push(`ALTER TABLE ${nameText(table)} CLUSTER ON ${quoteIdentifier(table.clusterIndex)};`);
  return statements;
}

const replicaIdentityText = (value: string): string => value.replace(/^(nothing|full|using index)/, (words) => words.toUpperCase());

function tableComments(table: Table): string[] {
  const word = table.tableKind === "foreign" ? "FOREIGN TABLE" : "TABLE";
  return [
    ...commentText(`${word} ${nameText(table)}`, table.comment),
    ...table.columns.flatMap((column) => commentText(`COLUMN ${nameText(table)}.${quoteIdentifier(column.name)}`, column.comment)),
    ...table.constraints.flatMap((constraint) => commentText(`CONSTRAINT ${quoteIdentifier(constraint.name)} ON ${nameText(table)}`, constraint.comment)),
    ...table.indexes.flatMap((index) => commentText(`INDEX ${nameText({ schema: table.schema, name: index.name })}`, index.comment)),
    ...table.policies.flatMap((policy) => commentText(`POLICY ${quoteIdentifier(policy.name)} ON ${nameText(table)}`, policy.comment)),
    ...table.triggers.flatMap((trigger) => commentText(`TRIGGER ${quoteIdentifier(trigger.name)} ON ${nameText(table)}`, trigger.comment)),
  ];
}
