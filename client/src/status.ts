// The language status item: what the server is doing, in one sentence, beside the language of an SQL editor.
import * as vscode from "vscode";
import { State } from "vscode-languageclient/node";
import type { StatusParams } from "../../server/src/protocol";
import { documentSelector } from "./documents";

export interface Status {
  /** What the server says of itself. */
  report(params: StatusParams): void;
  /** What the client sees of the server's process. */
  serverState(state: State): void;
  /** `plumbline.enable` is off. */
  disabled(): void;
  dispose(): void;
}

export function createStatus(): Status {
  const item = vscode.languages.createLanguageStatusItem("plumbline.status", documentSelector);
  item.name = "Plumbline";

  function show(text: string, detail: string, severity = vscode.LanguageStatusSeverity.Information): void {
    item.text = text;
    item.detail = detail;
    item.severity = severity;
    item.busy = false;
    item.command =
      severity === vscode.LanguageStatusSeverity.Information
        ? { command: "plumbline.showSchema", title: vscode.l10n.t("Show Schema") }
        : { command: "plumbline.restartServer", title: vscode.l10n.t("Restart Server") };
  }
  function busy(detail: string): void {
    show("Plumbline", detail);
    item.busy = true;
  }

  busy(vscode.l10n.t("Starting"));
  return {
    report({ state, message }) {
      switch (state) {
        case "indexing":
          busy(message);
          break;
        case "ready":
          show("Plumbline", message);
          break;
        case "fault":
          show("$(warning) Plumbline", message, vscode.LanguageStatusSeverity.Warning);
          break;
      }
    },
    serverState(state) {
      if (state === State.Starting) busy(vscode.l10n.t("Starting"));
      // A server that is up says more by itself, once it has read the project.
      else if (state === State.Running) show("Plumbline", vscode.l10n.t("Running"));
      else show("$(error) Plumbline", vscode.l10n.t("The server has stopped"), vscode.LanguageStatusSeverity.Error);
    },
    disabled() {
      show("$(circle-slash) Plumbline", vscode.l10n.t("Off: the setting plumbline.enable says so"));
      item.command = { command: "workbench.action.openSettings", title: vscode.l10n.t("Settings"), arguments: ["plumbline.enable"] };
    },
    dispose: () => item.dispose(),
  };
}
