// What the model of locks says of a statement after others, without a server.

import { effectsOf } from "../src/locks/statement";
import type { Effects } from "../src/locks/effects";
import type { Version } from "../src/schema/history";
import { Timeline } from "../src/schema/timeline";
import { SqlDocument } from "../src/sql/document";
import type { SqlParser } from "../src/sql/parser";
import type { Statement } from "../src/sql/statement";

/** Of a statement of several changes, one an entry. */
export function predict(parser: SqlParser, given: readonly string[], statement: string, postgresVersion: number): readonly Effects[] {
  const timeline = new Timeline();
  timeline.setVersions([version([...parse(parser, given.map((each) => `${each};`).join("\n")), ...parse(parser, statement)])]);
  timeline.moveTo(timeline.length);
  const before = timeline.viewBefore();
  const after = timeline.view();
  const step = timeline.step(timeline.length - 1);
  return step.changes.map(({ change }) => effectsOf({ change, text: step.statement.parsed.text, before, after, version: { id: versionId }, postgresVersion }));
}

function parse(parser: SqlParser, text: string): readonly Statement[] {
  return new SqlDocument("form.sql", text, parser).statements;
}

const versionId = "form";

/** One version: what the statements before it set in the session holds. */
function version(statements: readonly Statement[]): Version {
  const transaction = { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false } as const;
  return { id: versionId, tool: "plain", transaction, released: false, files: ["form.sql"], statements, harmless: false, repeatable: false, down: null };
}
