// The `sql` templates of a file of code, for what is asked of the statements in them.

import { toFile } from "./convert";
import { templateAt, wholeTemplates, type Code, type WrittenTemplate } from "../drizzle/templates";
import { parserFor } from "../project/grammars";
import type { Workspace } from "../project/workspace";
import { SqlDocument } from "../sql/document";
import { explainablesOf, type Explainable } from "../sql/explainable";
import { grammarVersions } from "../sql/statement";
import type { LineIndex } from "../text/lines";

export interface ExplainableTemplate {
  readonly template: WrittenTemplate;
  readonly statement: Explainable;
}

/** Of a file that is part of a Drizzle schema or uses one; null: it is no such file. What it imports is read first. */
async function codeOf(workspace: Workspace, uri: string): Promise<{ readonly code: Code; readonly lines: LineIndex } | null> {
  const file = toFile(uri);
  await workspace.settleCode(file);
  const drizzle = workspace.database(file)?.drizzle;
  const module = drizzle?.module(file);
  const lines = workspace.lines(file);
  return drizzle && module && lines ? { code: { module, compiler: drizzle.compiler, valueOf: (node) => drizzle.valueIn(module, node) }, lines } : null;
}

/** What EXPLAIN's statements begin with: fragments need no parser. */
const beginning = /^(?:\s|--.*\n|\/\*[^]*?\*\/)*(?:select|with|insert|update|delete|merge|values|table|create|refresh|execute|declare|explain)\b/i;

/** In the order of the text. */
export async function explainableTemplates(workspace: Workspace, uri: string): Promise<{ readonly found: readonly ExplainableTemplate[]; readonly lines: LineIndex } | null> {
  const read = await codeOf(workspace, uri);
  if (!read) return null;
  const found: ExplainableTemplate[] = [];
  for (const template of wholeTemplates(read.code)) {
    const statement = beginning.test(template.text.sql) ? await statementIn(template) : null;
    if (statement) found.push({ template, statement });
  }
  return { found, lines: read.lines };
}

/** The one that a position stands in. */
export async function explainableTemplateAt(workspace: Workspace, uri: string, position: { readonly line: number; readonly character: number }): Promise<(ExplainableTemplate & { readonly lines: LineIndex }) | null> {
  const read = await codeOf(workspace, uri);
  const template = read && templateAt(read.code, read.lines.offsetAt(position));
  const statement = template ? await statementIn(template) : null;
  return read && template && statement ? { template, statement, lines: read.lines } : null;
}

async function statementIn({ text }: WrittenTemplate): Promise<Explainable | null> {
  return explainablesOf(new SqlDocument("", text.sql, await parserFor(grammarVersions.at(-1)!)))[0] ?? null;
}
