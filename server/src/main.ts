// The language server's entry: `plumbline-server --stdio`.

import { createConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import { startServer } from "./lsp/server";

const transport = process.argv.some((argument) => /^--(stdio|node-ipc|pipe|socket)/.test(argument));
if (process.argv.includes("--help") || !transport) {
  console.error("plumbline-server speaks the Language Server Protocol. Start it from an editor, with --stdio.");
  process.exitCode = transport ? 0 : 2;
} else {
  // On stdio the streams are ours, so that nothing else that is printed can get between two messages.
  const connection = process.argv.includes("--stdio")
    ? createConnection(ProposedFeatures.all, new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout))
    : createConnection(ProposedFeatures.all);
  // A client that is gone without a word leaves nothing to serve.
  if (process.argv.includes("--stdio")) process.stdin.once("end", () => process.exit(1));
  console.log = console.info = console.debug = console.error;
  startServer(connection);
}
