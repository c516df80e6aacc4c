import type { DefineStmt, Node } from "@pgsql/types";
import { skipExists } from "../../sql/ranges";
import type { Change, ObjectName } from "../changes";
import { allOf, stringsOf } from "./nodes";
import { objectNameAt, relationName } from "./names";
import { objectWord } from "./objects";
import { collectReferences } from "./references";
import { castName, operatorOrName, transformName, unnamed, userMappingName } from "./signature";
import { find, isOneOf, rangeOf, wholeSpan, type Source } from "./source";
import { sourceText } from "./sourceText";

/** An object that the schema keeps only to print it again: what it is called, its kind, and its table if it has one. */
interface Kept {
  readonly type: string;
  readonly name: ObjectName;
  readonly on?: ObjectName;
}

/** CREATE and ALTER of objects that the schema has no model of; null for every other statement. */
export function readOther(source: Source, node: Node): Change | null {
  const kept = keptObject(source, node);
  if (kept === null) return null;
  const { names } = collectReferences(source, node);
  const whole = wholeSpan(source);
  return { change: "other", range: rangeOf(source, whole), type: kept.type, name: kept.name, on: kept.on ?? null, definition: sourceText(source, whole, names) };
}

function keptObject(source: Source, node: Node): Kept | null {
  const named = (type: string, ...parts: readonly (string | undefined)[]): Kept => ({ type, name: operatorOrName(source, nameIndex(source, type), parts.map((part) => part ?? "")) });
  const listed = (type: string, parts: readonly Node[] | undefined): Kept => named(type, ...stringsOf(parts));
  if ("CreatePublicationStmt" in node) return named("publication", node.CreatePublicationStmt.pubname);
  if ("AlterPublicationStmt" in node) return named("publication", node.AlterPublicationStmt.pubname);
  if ("CreateSubscriptionStmt" in node) return named("subscription", node.CreateSubscriptionStmt.subname);
  if ("AlterSubscriptionStmt" in node) return named("subscription", node.AlterSubscriptionStmt.subname);
  if ("CreateEventTrigStmt" in node) return named("event trigger", node.CreateEventTrigStmt.trigname);
  if ("AlterEventTrigStmt" in node) return named("event trigger", node.AlterEventTrigStmt.trigname);
  if ("CreateFdwStmt" in node) return named("foreign data wrapper", node.CreateFdwStmt.fdwname);
  if ("AlterFdwStmt" in node) return named("foreign data wrapper", node.AlterFdwStmt.fdwname);
  if ("CreateForeignServerStmt" in node) return named("server", node.CreateForeignServerStmt.servername);
  if ("AlterForeignServerStmt" in node) return named("server", node.AlterForeignServerStmt.servername);
  if ("CreateAmStmt" in node) return named("access method", node.CreateAmStmt.amname);
  if ("CreatePLangStmt" in node) return named("language", node.CreatePLangStmt.plname);
  if ("CreateConversionStmt" in node) return listed("conversion", node.CreateConversionStmt.conversion_name);
  if ("CreateOpClassStmt" in node) return listed("operator class", node.CreateOpClassStmt.opclassname);
  if ("CreateOpFamilyStmt" in node) return listed("operator family", node.CreateOpFamilyStmt.opfamilyname);
  if ("AlterOpFamilyStmt" in node) return listed("operator family", node.AlterOpFamilyStmt.opfamilyname);
  if ("AlterOperatorStmt" in node) return listed("operator", node.AlterOperatorStmt.opername?.objname);
  if ("AlterTypeStmt" in node) return listed("type", node.AlterTypeStmt.typeName);
  if ("AlterStatsStmt" in node) return listed("statistics", node.AlterStatsStmt.defnames);
  if ("AlterTSDictionaryStmt" in node) return listed("text search dictionary", node.AlterTSDictionaryStmt.dictname);
  if ("AlterTSConfigurationStmt" in node) return listed("text search configuration", node.AlterTSConfigurationStmt.cfgname);
  if ("DefineStmt" in node) return defined(source, node.DefineStmt);
  if ("RuleStmt" in node) return { ...named("rule", node.RuleStmt.rulename), on: relationName(source, node.RuleStmt.relation) };
  if ("CreateStatsStmt" in node) return statistics(source, node.CreateStatsStmt.defnames, node.CreateStatsStmt.relations);
  if ("CreateCastStmt" in node) return nameless(source, "cast", castName(node.CreateCastStmt.sourcetype, node.CreateCastStmt.targettype));
  if ("CreateTransformStmt" in node) return nameless(source, "transform", transformName(node.CreateTransformStmt.type_name, node.CreateTransformStmt.lang ?? ""));
  if ("CreateUserMappingStmt" in node) return nameless(source, "user mapping", userMappingName(node.CreateUserMappingStmt.user, node.CreateUserMappingStmt.servername));
  if ("AlterUserMappingStmt" in node) return nameless(source, "user mapping", userMappingName(node.AlterUserMappingStmt.user, node.AlterUserMappingStmt.servername));
  return null;
}

/** After CREATE or ALTER, words like DEFAULT or TRUSTED, the kind's own, and IF [NOT] EXISTS. */
function nameIndex(source: Source, type: string): number {
  const words = type.split(" ");
  return skipExists(source, find(source, wholeSpan(source), ...words) + words.length);
}

function nameless(source: Source, type: string, name: string): Kept {
  return { type, name: unnamed(source, nameIndex(source, type), name) };
}

/** CREATE OPERATOR, COLLATION, TEXT SEARCH ..., and of base and shell types. */
function defined(source: Source, node: DefineStmt): Kept {
  const type = objectWord(node.kind);
  return { type, name: operatorOrName(source, nameIndex(source, type), stringsOf(node.defnames)) };
}

/** From 16 on the name may be left to Postgres. */
function statistics(source: Source, names: readonly Node[] | undefined, relations: readonly Node[] | undefined): Kept {
  const [relation] = allOf(relations, "RangeVar");
  const at = nameIndex(source, "statistics");
  const parts = stringsOf(names);
  const unnamedOne = parts.length === 0 || (parts.length === 1 && isOneOf(source, at, "on"));
  const name = unnamedOne ? { schema: null, name: "", range: rangeOf(source, { from: at - 1, to: at }) } : objectNameAt(source, at, parts);
  return relation === undefined ? { type: "statistics", name } : { type: "statistics", name, on: relationName(source, relation) };
}
