import { expect } from "vitest";
import { readChanges } from "../../../server/src/schema/read/index";
import type { Change, StatementChange } from "../../../server/src/schema/changes";
import { grammarVersions, type GrammarVersion } from "../../../server/src/sql/statement";
import type { Range } from "../../../server/src/text/range";
import { carets } from "../../sql/carets";
import { testParser } from "../../sql/parsers";

const parsers = await Promise.all(grammarVersions.map(async (version) => ({ version, parser: await testParser(version) })));

/** What a statement does, which must be the same for each grammar that has its syntax. */
export function read(sql: string, since: GrammarVersion = 15): readonly StatementChange[] {
  const results = parsers.filter(({ version }) => version >= since).map(({ version, parser }) => {
    const parsed = parser.parse(sql);
    expect(parsed.problem, `version ${version}`).toBeNull();
    return readChanges(parsed);
  });
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0]!;
}

export type ChangeOf<K extends Change["change"]> = Extract<Change, { change: K }>;

/** The only change of a statement. */
export function readOne<K extends Change["change"]>(sql: string, kind: K, since?: GrammarVersion): ChangeOf<K> {
  const changes = read(sql, since);
  expect(changes.map(({ change }) => change.change)).toEqual([kind]);
  return changes[0]!.change as ChangeOf<K>;
}

/** The text of a range. */
export function slice(sql: string, range: Range | null): string | null {
  return range === null ? null : sql.slice(range.start, range.end);
}

/** Expects the ranges that carets mark under the statement, in the order of the marks. */
export function expectRanges<K extends Change["change"]>(marked: string, kind: K, pick: (change: ChangeOf<K>) => readonly (Range | null | undefined)[], since?: GrammarVersion): void {
  const { text, ranges } = carets(marked.replace(/^\n|\n\s*$/g, ""));
  const picked = pick(readOne(text, kind, since));
  expect(picked.map((range) => slice(text, range ?? null))).toEqual(ranges.map((range) => slice(text, range)));
  expect(picked.map((range) => range && { start: range.start, end: range.end })).toEqual(ranges);
}
