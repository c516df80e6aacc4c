// Types into a file through any language server over stdio, one character a change, and measures from the change to the
// diagnostics that answer it.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver-protocol/node";
import { treeMemory } from "./memory";

export interface Latency {
  /** Milliseconds from opening to the first diagnostics. */
  readonly open: number;
  /** Milliseconds from a keystroke to its diagnostics. */
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  /** MiB of the server and its children after the last keystroke. */
  readonly memory: number;
}

export interface LatencyOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly file: string;
  readonly keystrokes: number;
  /** The file's folder without it. */
  readonly root?: string;
  readonly languageId?: string;
  /** The end of a match, in the file's second half, is typed at; without it the end of a word of SQL. */
  readonly at?: RegExp;
}

export async function measureLatency({ command, args, file, keystrokes, root: folder = dirname(file), languageId = "sql", at }: LatencyOptions): Promise<Latency> {
  const server = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const uri = pathToFileURL(file).href;
  let published: ((version: number | undefined) => void) | undefined;
  connection.onNotification("textDocument/publishDiagnostics", (params: { uri: string; version?: number }) => {
    if (params.uri === uri) published?.(params.version);
  });
  connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) => items.map(() => ({})));
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  const root = pathToFileURL(folder).href;
  const initialized = await connection.sendRequest<{ capabilities: { diagnosticProvider?: unknown; textDocumentSync?: number | { change?: number } } }>("initialize", {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: "bench" }],
    capabilities: { general: { positionEncodings: ["utf-16"] }, workspace: { configuration: true }, textDocument: { publishDiagnostics: { versionSupport: true }, diagnostic: {} } },
  });
  await connection.sendNotification("initialized", {});
  const pulls = initialized.capabilities.diagnosticProvider !== undefined;
  const sync = initialized.capabilities.textDocumentSync;
  const incremental = (typeof sync === "object" ? sync.change : sync) === 2;

  /** Resolves when the diagnostics of this version or a later one are there. */
  const answer = (version: number): Promise<void> =>
    pulls
      ? connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } }).then(() => undefined)
      : new Promise((resolve) => {
          published = (of) => {
            if (of === undefined || of >= version) resolve();
          };
        });

  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  let line = Math.floor(lines.length / 2);
  while (!(at ?? /^[^'$-]*[a-z_]\w*\W*$/i).test(lines[line]!)) line++;
  const match = (at ?? /[a-z_]\w*(?=\W*$)/i).exec(lines[line]!)!;
  let column = match.index + match[0].length;

  const opened = performance.now();
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
  await answer(1);
  const open = performance.now() - opened;

  const times: number[] = [];
  for (let i = 0; i < keystrokes; i++) {
    // A person's pace: what a server does after answering is not counted twice.
    await new Promise((resolve) => setTimeout(resolve, 60));
    const character = "abcdefghij"[i % 10]!;
    const position = { line, character: column };
    lines[line] = lines[line]!.slice(0, column) + character + lines[line]!.slice(column);
    column++;
    const version = i + 2;
    const waiting = pulls ? null : answer(version);
    const start = performance.now();
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: incremental ? [{ range: { start: position, end: position }, text: character }] : [{ text: lines.join("\n") }],
    });
    await (waiting ?? answer(version));
    times.push(performance.now() - start);
  }
  const memory = treeMemory(server.pid!);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  const timer = setTimeout(() => server.kill("SIGKILL"), 3000);
  await ended;
  clearTimeout(timer);
  connection.dispose();
  times.sort((a, b) => a - b);
  const quantile = (share: number): number => times[Math.min(times.length - 1, Math.round(share * (times.length - 1)))]!;
  return { open, median: quantile(0.5), p95: quantile(0.95), max: quantile(1), memory };
}
