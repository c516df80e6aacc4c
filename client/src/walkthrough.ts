// Tells the walkthrough that its first step is done: VS Code has no completion event for "a document of this kind was opened".
import * as vscode from "vscode";
import { documentSelector } from "./documents";

export function trackWalkthrough(): vscode.Disposable {
  let seen = false;
  function look(editor: vscode.TextEditor | undefined): void {
    if (seen || !editor || vscode.languages.match(documentSelector, editor.document) === 0) return;
    seen = true;
    void vscode.commands.executeCommand("setContext", "plumbline.sqlOpened", true);
  }
  look(vscode.window.activeTextEditor);
  return vscode.window.onDidChangeActiveTextEditor(look);
}
