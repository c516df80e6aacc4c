// The embedded Postgres: a process of its own, because nothing else ends a statement there but the end of the process.
// It keeps all in memory, and goes when the one that started it does.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PGlite, types, type Extension, type Results } from "@electric-sql/pglite";
import type { Applied, Failure, Reply, Request } from "./messages";
import { NestedStatements } from "../nestedStatements";
import type { Row } from "../session";

let postgres: PGlite | null = null;

/** The little of WebAssembly that is used here: TypeScript keeps its types with the DOM's. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<never> };

async function start(folder: string, extensions: readonly string[]): Promise<void> {
  const [wasm, bundle, template] = await Promise.all(["pglite.wasm", "pglite.data", "template.tgz"].map((file) => readFile(join(folder, file))));
  const module = await WebAssembly.compile(wasm!);
  // What is run often is compiled once more, with much memory to work in: one function at a time.
  setFlagsFromString("--wasm-num-compilation-tasks=1");
  postgres = await PGlite.create({
    pgliteWasmModule: module,
    fsBundle: new Blob([bundle!]),
    loadDataDir: new Blob([template!]),
    postgresqlconf: ["shared_buffers=4MB"],
    extensions: Object.fromEntries(extensions.map((name) => [name, extension(folder, name)])),
    // All values as the text that Postgres writes.
    parsers: asText,
    serializers: asText,
  });
  collectGarbage();
}

/** The files that it started from are in memory several times over, and an idle process collects nothing. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

/** PGlite would turn what it knows into numbers, dates and objects, and back. */
const asText = Object.fromEntries(Object.keys(types.parsers).map((type) => [type, (value: string) => value]));

const extension = (folder: string, name: string): Extension => ({ name, setup: () => Promise.resolve({ bundlePath: pathToFileURL(join(folder, "extensions", `${name}.tar.gz`)) }) });

async function query(sql: string, values: readonly (string | null)[] | null, nested: NestedStatements | null): Promise<readonly Row[]> {
  const options = { ...asArrays, ...(nested === null ? {} : { onNotice: ({ message }: { readonly message: string | undefined }): void => nested.add(message ?? "") }) };
  // Where values are bound, one statement: else as many as there are, and parameters without values (GENERIC_PLAN).
  const results: readonly Results[] = values === null ? await postgres!.exec(sql, options) : [await postgres!.query(sql, [...values], options)];
  return (results.findLast(({ fields }) => fields.length > 0)?.rows ?? []) as unknown as readonly Row[];
}

const asArrays = { rowMode: "array" as const, parsers: asText, serializers: asText };

async function apply(statements: readonly Applied[]): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const statement of statements) {
    try {
      await applied(statement);
    } catch (error) {
      failures.push({ statement: statement.sql, ...said(error) });
    }
  }
  return failures;
}

/** Roles belong to the server, so that a history only names them: they are made where they are first missed. */
async function applied({ sql, data }: Applied): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      if (data === null) await postgres!.exec(sql);
      else await postgres!.query(sql, [], { blob: new Blob([data]) });
      return;
    } catch (error) {
      const { message, code } = said(error);
      const role = code === "42704" ? /^role "(.*)" does not exist$/.exec(message)?.[1] : undefined;
      if (role === undefined || attempt === 50) throw error;
      await postgres!.exec(`CREATE ROLE "${role.replaceAll('"', '""')}" NOLOGIN`);
    }
  }
}

function said(error: unknown): { readonly message: string; readonly code: string | null } {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return { message: error instanceof Error ? error.message : String(error), code: typeof code === "string" ? code : null };
}

async function answer(request: Request): Promise<Reply> {
  const { id } = request;
  try {
    switch (request.kind) {
      case "start":
        await start(request.folder, request.extensions);
        return { id, kind: "rows", rows: [], within: null };
      case "query": {
        const nested = request.outer ? new NestedStatements(request.outer) : null;
        const rows = await query(request.sql, request.values, nested);
        return { id, kind: "rows", rows, within: nested?.all ?? null };
      }
      case "apply":
        return { id, kind: "applied", failures: await apply(request.statements) };
    }
  } catch (error) {
    return { id, kind: "error", ...said(error) };
  }
}

process.on("message", (request: Request) => {
  void answer(request).then((reply) => process.send?.(reply));
});
process.on("disconnect", () => process.exit());
