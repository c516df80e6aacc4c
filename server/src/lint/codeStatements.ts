// The statements that code asks with, for the rules about queries: at the head of the history, and in no version of it.

import type { DeclaredStatement } from "../drizzle/statement";
import { noEffects } from "../locks/effects";
import { closedWindow } from "../locks/window";
import type { Report, StatementContext } from "../rules/rule";
import type { Change } from "../schema/changes";
import type { Version } from "../schema/history";
import type { TrackedView } from "../schema/keys";

/** No tool runs it. */
const asked: Version = {
  id: "query",
  tool: "single",
  transaction: { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false },
  released: false,
  files: [],
  statements: [],
  down: null,
  harmless: false,
  repeatable: false,
};

/** What is reported has a place in the code. */
export function queryContext(statement: DeclaredStatement, change: Change, head: TrackedView, base: Pick<StatementContext, "database" | "condition"> & { readonly report: (report: Report) => void }): StatementContext {
  return {
    ...base,
    statement,
    parsed: statement.parsed,
    change,
    before: head,
    after: head,
    version: asked,
    // A table that the history never made may be one that the code makes.
    embedded: true,
    following: [],
    afterwards: [],
    effects: noEffects,
    window: closedWindow,
    live(name) {
      const resolved = head.resolve(name);
      const relation = head.relation(resolved);
      if (!relation) return { name: resolved, table: null };
      return relation.kind === "table" ? { name: resolved, table: relation } : null;
    },
    note: () => undefined,
    report: (report) => { base.report("anchor" in report.at ? report : { ...report, at: { anchor: statement, range: report.at }, fixes: [] }); },
  };
}
