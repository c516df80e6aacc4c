// An index that the server has is not proposed again: not the one that a failed CREATE INDEX CONCURRENTLY has left
// behind, and none that serves what is asked for by an expression or a condition of its own.

import { closingBracket, conditionsOf, unwrapped } from "./conditions";
import { itemsOf } from "../../read/names";
import type { KnownIndex, RelationStatistics, ServerStatistics } from "../../statistics";
import { written } from "../../../rules/wording";
import { quoteIdentifier } from "../../../sql/identifiers";

interface Definition {
  /** As SQL writes it, in `public` without the schema. */
  readonly table: string;
  readonly method: string;
  readonly keys: readonly string[];
  readonly include: readonly string[];
  /** What a row has to meet to be in it. */
  readonly conditions: readonly string[];
}

interface Advice {
  readonly advice: string;
  readonly sql?: string | null;
  readonly rewrite?: boolean;
}

/** The advice as it is, or what is there already instead. */
export function withKnownIndexes<Report extends Advice>(report: Report, statistics: ServerStatistics | null): Report {
  const wanted = statistics === null ? null : definitionIn(report.sql ?? "");
  if (wanted === null) return report;
  const relation = statistics!.relations.find((each) => written(each) === wanted.table);
  const serving = relation?.indexes.filter((index) => serves(index, wanted)) ?? [];
  const valid = serving.find((index) => index.valid);
  if (relation === undefined || serving.length === 0) return report;
  if (valid && report.rewrite === true) return { ...report, advice: `${report.advice} The index ${valid.name} is there for it.`, sql: null };
  if (valid) return { ...report, advice: `The index ${valid.name} is there for it, and was not chosen: see whether the values' types are the columns', and how many rows the planner expected.`, sql: null };
  const [left] = serving as [KnownIndex];
  return { ...report, advice: `The index ${left.name} is there for it and is not valid: a CREATE INDEX CONCURRENTLY has failed, or is still at work. Build it again, instead of another one beside it.`, sql: `REINDEX INDEX CONCURRENTLY ${nameIn(relation, left)};` };
}

function serves({ definition }: KnownIndex, wanted: Definition): boolean {
  const own = definitionIn(definition);
  return own?.method === wanted.method && wanted.keys.every((key, i) => keyServes(own.keys[i] ?? "", key)) && wanted.include.every((column) => own.include.includes(column) || own.keys.includes(column)) && own.conditions.every((condition) => wanted.conditions.includes(condition));
}

/** The beginning of a text is looked up by any class for patterns, and by the collation that orders by characters. */
function keyServes(own: string, wanted: string): boolean {
  const pattern = / text_pattern_ops$/.exec(wanted);
  if (own === wanted || pattern === null) return own === wanted;
  return own.startsWith(wanted.slice(0, pattern.index)) && /^(?: COLLATE "(?:C|POSIX)"| (?:varchar|bpchar)_pattern_ops)$/.test(own.slice(pattern.index));
}

function nameIn({ schema }: RelationStatistics, { name }: KnownIndex): string {
  return schema === "public" ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** Of a CREATE INDEX, as findings write it, or pg_get_indexdef; null: of no index. */
function definitionIn(sql: string): Definition | null {
  const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
  const found = new RegExp(String.raw`\bCREATE (?:UNIQUE )?INDEX (?:${name} )?ON (?:ONLY )?(${name}(?:\.${name})?)(?: USING (\w+))? \(`).exec(sql);
  if (!found) return null;
  const rest = sql.slice(found.index + found[0].length - 1);
  const end = closingBracket(rest);
  const include = /^ INCLUDE \(([^)]*)\)/.exec(rest.slice(end + 1))?.[1];
  const where = /^(?: INCLUDE \([^)]*\))?(?: NULLS NOT DISTINCT)?(?: WITH \([^)]*\))? WHERE ([^;]*)/s.exec(rest.slice(end + 1))?.[1];
  return {
    table: found[1]!.replace(/^public\./, ""),
    method: found[2] ?? "btree",
    keys: itemsOf(rest.slice(1, end)).map(unwrapped),
    include: include === undefined ? [] : itemsOf(include),
    conditions: where === undefined ? [] : conditionsOf(where.trim()).map(({ text }) => text),
  };
}
