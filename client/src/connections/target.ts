// A saved connection as the server wants it for one request.
import { exec } from "node:child_process";
import * as vscode from "vscode";
import type { ExplainTarget } from "../../../server/src/protocol";
import type { Connection, ConnectionStore } from "./store";

/** In milliseconds: a command that gives a password may ask a service for it. */
const commandTimeout = 30_000;

/** Undefined is the embedded database. Rejects with a sentence for a person, without anything that a command has printed. */
export async function explainTarget(store: ConnectionStore, connection: Connection | undefined): Promise<ExplainTarget> {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t("Nothing connects in Restricted Mode: trust the workspace first."));
  if (!connection) return { kind: "embedded", ...madeUpRows() };
  const { name, url, pooler, production, local = false } = connection;
  const command = passwordCommand(name);
  return { kind: "remote", name, url, pooler, production, local, password: command === undefined ? await store.password(connection) : await printedBy(command, name) };
}

/** What is no number is none. */
function madeUpRows(): { readonly rows: number; readonly tableRows: Readonly<Record<string, number>> } {
  const explain = vscode.workspace.getConfiguration("plumbline.explain");
  const count = (value: unknown): number => (typeof value === "number" && value > 0 ? Math.floor(value) : 0);
  return { rows: count(explain.get("rows")), tableRows: Object.fromEntries(Object.entries(explain.get<Readonly<Record<string, unknown>>>("tableRows", {})).map(([table, value]) => [table, count(value)])) };
}

export function passwordCommand(name: string): string | undefined {
  return vscode.workspace.getConfiguration("plumbline").get<Readonly<Record<string, string>>>("connections.passwordCommands", {})[name];
}

function printedBy(command: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    exec(command, { timeout: commandTimeout, windowsHide: true }, (error, stdout) => {
      const password = stdout.replace(/\r?\n$/, "");
      if (error || password === "") reject(new Error(vscode.l10n.t("The command for the password of {0} failed, or printed nothing.", name)));
      else resolve(password);
    });
  });
}
