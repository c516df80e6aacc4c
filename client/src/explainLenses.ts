// After a run, above its statement: how long it took, and the worst finding. It goes when the statement's text changes.
import * as vscode from "vscode";
import type { ExplainResult } from "../../server/src/protocol";
import type { ExplainPanel } from "./panels/explainPanel";

interface Lens {
  readonly uri: string;
  readonly text: string;
  readonly title: string;
  readonly plan: string;
}

/** In documents that stay open. */
const most = 200;

export function createExplainLenses(panel: ExplainPanel): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let lenses: readonly Lens[] = [];
  const enabled = (document: vscode.TextDocument): boolean => vscode.workspace.getConfiguration("plumbline", document).get<boolean>("explain.results", true);

  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      if (!enabled(document)) return [];
      const content = document.getText();
      return lenses.flatMap(({ uri, text, title, plan }) => {
        const start = uri === document.uri.toString() ? content.indexOf(text) : -1;
        if (start < 0) return [];
        const range = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
        return [new vscode.CodeLens(range, { title, command: "plumbline.showPlan", arguments: [plan] })];
      });
    },
  };

  return vscode.Disposable.from(
    changed,
    vscode.languages.registerCodeLensProvider([{ scheme: "file" }, { scheme: "untitled" }], provider),
    panel.onDidShow(({ id, statement, result }) => {
      const document = statement && vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === vscode.Uri.parse(statement.uri).toString());
      if (!document) return;
      const { start, end } = statement.range;
      const text = document.getText(new vscode.Range(start.line, start.character, end.line, end.character));
      const uri = document.uri.toString();
      lenses = [...lenses.filter((lens) => lens.uri !== uri || lens.text !== text), { uri, text, title: titleOf(result), plan: id }].slice(-most);
      changed.fire();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => (lenses = lenses.filter((lens) => lens.uri !== uri.toString()))),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("plumbline.explain.results")) changed.fire();
    }),
    vscode.commands.registerCommand("plumbline.showPlan", (id: string) => panel.showAgain(id)),
  );
}

function titleOf({ totals: { executionMs }, nodes, findings }: ExplainResult): string {
  const [worst] = findings;
  const took = executionMs === null ? vscode.l10n.t("cost {0}", Math.round(nodes[0]?.totalCost ?? 0)) : executionMs >= 1000 ? `${(executionMs / 1000).toFixed(2)} s` : `${executionMs.toFixed(executionMs < 10 ? 2 : 0)} ms`;
  return worst ? `${took} · $(${worst.severity === "error" || worst.severity === "warning" ? worst.severity : "info"}) ${worst.message}` : took;
}
