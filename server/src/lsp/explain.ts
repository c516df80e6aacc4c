// `plumbline/explain`: a statement of a document, or one that is given, explained on a server or on the project's schema.

import type { CancellationToken, Position } from "vscode-languageserver";
import { toFile, toLspRange } from "./convert";
import { isCodeFile } from "./documents";
import { explainableTemplateAt } from "./templates";
import { emptySchema, type EmbeddedDatabase } from "../database/embedded/database";
import { defaultTimeout, type Explanation } from "../database/explain";
import { explainEmbedded, explainRemote } from "../database/explainer";
import { surroundings } from "../database/surroundings";
import { parserFor } from "../project/grammars";
import { plannedSchemaOf } from "../project/plannedSchema";
import type { Workspace } from "../project/workspace";
import type { ExplainedStatement, ExplainOutcome, ExplainParams } from "../protocol";
import { SqlDocument } from "../sql/document";
import { explainableAt, explainablesOf, type Explainable } from "../sql/explainable";
import { grammarVersions } from "../sql/statement";
import { triedIndex, type TriedIndex } from "../sql/triedIndex";

export interface ExplainHost {
  /** A workspace that is not trusted connects to nothing, and none of its SQL is run. */
  readonly trusted: boolean;
  /** The project of a document as it is in the editor now; without one, the first. */
  readonly workspaceOf: (uri: string | undefined) => Promise<Workspace | null>;
  readonly embedded: EmbeddedDatabase;
}

export async function explainStatement(params: ExplainParams, host: ExplainHost, token: CancellationToken): Promise<ExplainOutcome> {
  if (!host.trusted) return fault("this workspace is not trusted, so that nothing is connected to or run");
  const workspace = await host.workspaceOf(params.uri);
  const found = await statementOf(params, workspace);
  if (!found) return params.sql !== undefined ? fault("EXPLAIN does not take this statement") : isCodeFile(toFile(params.uri ?? "")) ? noTemplate : fault("here is no statement that EXPLAIN takes");
  const tried = await triedBy(params.tried ?? []);
  if (tried === null) return fault("only CREATE INDEX can be tried");
  const { signal, release } = signalOf(token);
  try {
    const explanation = { ...explanationOf(found.statement, params), tried, parser: await parserFor(grammarVersions.at(-1)!) };
    const { target } = params;
    const answer =
      target.kind === "remote"
        ? await explainRemote(target, explanation, surroundings(), signal)
        : await explainEmbedded(host.embedded, { ...(workspace ? plannedSchemaOf(workspace, { file: params.uri === undefined ? null : toFile(params.uri), sql: found.statement.sql, prepare: found.statement.prepare?.sql ?? null }) : emptySchema), rows: { each: target.rows ?? 0, tables: target.tableRows ?? {} }, seed: null }, explanation, signal);
    return answer.kind === "plan" ? { ...answer, statement: found.place } : answer;
  } catch (error) {
    if (error instanceof Error && error.name === "DatabaseFault") return fault(error.message);
    throw error;
  } finally {
    release();
  }
}

interface Found {
  readonly statement: Explainable;
  readonly place: ExplainedStatement | null;
}

async function statementOf({ sql, uri, position }: ExplainParams, workspace: Workspace | null): Promise<Found | null> {
  if (sql !== undefined) {
    const [statement] = explainablesOf(new SqlDocument("", sql, await parserFor(grammarVersions.at(-1)!)));
    return statement ? { statement, place: null } : null;
  }
  if (uri === undefined || position === undefined || !workspace) return null;
  const file = toFile(uri);
  if (workspace.isCode(file)) return inCode(workspace, uri, position);
  const document = workspace.document(file);
  if (!document) return null;
  const statement = explainableAt(document, document.lines.offsetAt(position));
  return statement && { statement, place: { uri, range: { start: document.lines.positionAt(statement.range.start), end: document.lines.positionAt(statement.range.end) } } };
}

/** In an `sql` template: what stands in it as a value is a parameter. */
async function inCode(workspace: Workspace, uri: string, position: Position): Promise<Found | null> {
  const found = await explainableTemplateAt(workspace, uri, position);
  if (!found) return null;
  const { statement, lines, template: { text, source } } = found;
  const parameters = statement.parameters.map((name) => text.parameters[Number(name.slice(1)) - 1] ?? name);
  // A template may have the same words twice: each is a value of its own.
  const unique = parameters.map((name, i) => (parameters.indexOf(name) === i ? name : `${name} (${i + 1})`));
  const { start } = source;
  const parts = text.parts.map(({ at, ...part }) => ({ ...part, at: { start: at.start - start, end: at.end - start } }));
  return { statement: { ...statement, parameters: unique }, place: { uri, range: toLspRange(lines, source), template: { sql: text.sql, parts } } };
}

/** Null: something else is among them. */
async function triedBy(written: readonly string[]): Promise<readonly TriedIndex[] | null> {
  const parser = await parserFor(grammarVersions.at(-1)!);
  const tried = written.map((sql) => triedIndex(parser.parse(sql.trim().replace(/;$/, ""))));
  return tried.every((each) => each !== null) ? tried : null;
}

function explanationOf(statement: Explainable, { mode, consent, parameters, role, settings, timeoutMs, nested }: ExplainParams): Omit<Explanation, "production"> {
  return { statement, mode, consent, parameters: parameters ?? null, role: role ?? null, settings: settings ?? {}, timeout: timeoutMs ?? defaultTimeout, nested: nested === true };
}

/** The request's cancellation, as everything else takes it. */
export function signalOf(token: CancellationToken): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const listener = token.onCancellationRequested(() => {
    controller.abort();
  });
  if (token.isCancellationRequested) controller.abort();
  return {
    signal: controller.signal,
    release: () => {
      listener.dispose();
    },
  };
}

const noTemplate: ExplainOutcome = { kind: "fault", message: "Here is no sql`` template. The SQL of a query builder is in the log alone: copy its line there, and it is explained with its values.", offersLoggedQuery: true };

const fault = (message: string): ExplainOutcome => ({ kind: "fault", message: sentence(message) });

/** Faults are parts of sentences elsewhere. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
