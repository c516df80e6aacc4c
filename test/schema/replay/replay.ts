import { schemaSql } from "../../../server/src/schema/print/sql";
import type { Version } from "../../../server/src/schema/history";
import type { TrackedView } from "../../../server/src/schema/keys";
import { Timeline } from "../../../server/src/schema/timeline";
import { SqlDocument } from "../../../server/src/sql/document";
import type { SqlParser } from "../../../server/src/sql/parser";
import type { Statement } from "../../../server/src/sql/statement";
import { testParser } from "../../sql/parsers";

export const parser: SqlParser = await testParser();

export function version(id: string, statements: readonly Statement[], transaction: Partial<Version["transaction"]> = {}): Version {
  return {
    id,
    tool: "plain",
    transaction: { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false, ...transaction },
    released: false,
    files: [`${id}.sql`],
    statements,
    down: null,
    harmless: false,
    repeatable: false,
  };
}

export interface Replayed {
  readonly view: TrackedView;
  readonly timeline: Timeline;
  readonly problems: readonly string[];
  /** The printed schema, one statement an entry, without the header. */
  readonly printed: readonly string[];
}

/** Replays texts, each one a version. */
export function replay(...texts: readonly string[]): Replayed {
  const timeline = new Timeline();
  timeline.setVersions(texts.map((text, i) => version(String(i), new SqlDocument(`${i}.sql`, text, parser).statements)));
  timeline.moveTo(timeline.length);
  const view = timeline.view();
  return { view, timeline, problems: timeline.problems().map(({ message }) => message), printed: statementsOf(schemaSql(view)) };
}

function statementsOf(sql: string): string[] {
  const texts = new SqlDocument("printed.sql", sql, parser).statements.map((statement) => statement.parsed.text.replace(/\s+/g, " ").trim());
  return texts.filter((text) => !/^set (check_function_bodies|search_path)/i.test(text));
}

export const table = (view: TrackedView, name: string) => {
  const found = view.table({ schema: "public", name });
  if (!found) throw new Error(`no table ${name}`);
  return found;
};
