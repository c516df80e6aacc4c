// The trace of messages between client and server, without what connections and statements carry: passwords, values, rows.
import type * as vscode from "vscode";

/** The names of requests whose content is left out of the trace, whole. */
const confidential = /'plumbline\/(?:explain|openPlan|readLoggedQuery|testConnection)\b/;

/** A channel as `log` is, for vscode-languageclient's traces. */
export function confidentialTrace(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  const trace = (message: string): void => log.trace(withoutContent(message));
  // Over an empty object: VS Code's own may be frozen, and a proxy of that could not give another `trace`.
  return new Proxy({} as vscode.LogOutputChannel, {
    get: (_, name) => (name === "trace" ? trace : (Reflect.get(log, name) as unknown)),
  });
}

/** A message of the trace: its first line names the request, what follows is its content. */
export function withoutContent(message: string): string {
  const end = message.indexOf("\n");
  const first = end < 0 ? message : message.slice(0, end);
  return confidential.test(first) && end >= 0 ? `${first}\n(not shown)` : message;
}
