// What is slow in a statement, at the part of it that is to blame: a diagnostic from its run until its text changes.
import * as vscode from "vscode";
import type { ExplainFinding } from "../../server/src/protocol";
import { blamedPart, blamedPartOfTemplate } from "./blamedPart";
import type { ExplainPanel } from "./panels/explainPanel";
import type { RulePages } from "./rulePages";

interface Explained {
  readonly uri: vscode.Uri;
  /** Of the statement. */
  readonly text: string;
  readonly found: readonly { readonly finding: ExplainFinding; readonly part: { readonly start: number; readonly end: number } }[];
}

const severities: Readonly<Record<ExplainFinding["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

export function createExplainDiagnostics(panel: ExplainPanel, pages: RulePages): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("plumbline-explain");
  let explained: readonly Explained[] = [];
  const isOf = (document: vscode.TextDocument) => ({ uri }: Explained): boolean => uri.toString() === document.uri.toString();

  /** A statement that is gone, or is another one now, has none. */
  function show(document: vscode.TextDocument): void {
    const content = document.getText();
    explained = explained.filter((each) => !isOf(document)(each) || content.includes(each.text));
    const enabled = vscode.workspace.getConfiguration("plumbline", document).get<boolean>("explain.results", true);
    const diagnostics = explained.filter(isOf(document)).flatMap(({ text, found }) => {
      const start = content.indexOf(text);
      return found.map(({ finding, part }) => diagnosticOf(finding, new vscode.Range(document.positionAt(start + part.start), document.positionAt(start + part.end)), pages));
    });
    collection.set(document.uri, enabled ? diagnostics : []);
  }

  return vscode.Disposable.from(
    collection,
    panel.onDidShow(({ statement, result }) => {
      const document = statement && vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === vscode.Uri.parse(statement.uri).toString());
      if (!document) return;
      const { range: { start, end }, template } = statement;
      const text = document.getText(new vscode.Range(start.line, start.character, end.line, end.character));
      const relations = new Map(result.nodes.map(({ path, relation }) => [path, relation]));
      const found = result.findings.flatMap((finding) => {
        const relation = finding.path === null ? null : relations.get(finding.path);
        const part = relation ? (template ? blamedPartOfTemplate(template, relation) : blamedPart(text, relation)) : null;
        return part ? [{ finding, part }] : [];
      });
      explained = [...explained.filter((each) => !isOf(document)(each) || each.text !== text), { uri: document.uri, text, found }];
      show(document);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (explained.some(isOf(document))) show(document);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      explained = explained.filter((each) => !isOf(document)(each));
      collection.delete(document.uri);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("plumbline.explain.results")) for (const document of vscode.workspace.textDocuments) if (explained.some(isOf(document))) show(document);
    }),
  );
}

function diagnosticOf({ rule, severity, message, advice }: ExplainFinding, range: vscode.Range, pages: RulePages): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, `${message} ${advice}`, severities[severity]);
  diagnostic.source = "plumbline";
  diagnostic.code = { value: rule, target: pages.linkOf(rule) };
  return diagnostic;
}
