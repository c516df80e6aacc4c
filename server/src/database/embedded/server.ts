// The process of the embedded Postgres, from the outside.

import { fork, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseFault } from "../faults";
import type { Answered, Row, Session } from "../session";
import type { Applied, Failure, Reply, Request } from "./messages";

type Ask = Request extends infer Each ? (Each extends unknown ? Omit<Each, "id"> : never) : never;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** glibc would keep for each thread what that has given back: 40 MB of what compiles. Other systems do not read it. */
const memory = { MALLOC_ARENA_MAX: "1" };

export class EmbeddedServer {
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private gone: Error | null = null;

  private constructor(private readonly child: ChildProcess) {
    child.on("message", (reply: Reply) => {
      this.waiting.get(reply.id)?.resolve(reply);
      this.waiting.delete(reply.id);
    });
    // What the process itself says of its end could hold anything: it is not passed on.
    child.once("error", () => {
      this.lose();
    });
    child.once("exit", () => {
      this.lose();
    });
  }

  /** Throws where it does not start. Extensions that it does not have are left out. */
  static async start(extensions: readonly string[]): Promise<EmbeddedServer> {
    const { script, folder } = locate();
    const known = embeddedExtensions();
    // Inside an editor, the program that runs here is the editor's own.
    const child = fork(script, [], { stdio: ["ignore", "ignore", "ignore", "ipc"], serialization: "advanced", execArgv: [], env: { ...process.env, ...memory, ELECTRON_RUN_AS_NODE: "1" } });
    const server = new EmbeddedServer(child);
    try {
      await server.ask({ kind: "start", folder, extensions: extensions.filter((name) => known.has(name)) });
      return server;
    } catch (error) {
      server.kill();
      throw error;
    }
  }

  get isRunning(): boolean {
    return this.gone === null;
  }

  async query(sql: string, values: readonly (string | null)[] | null): Promise<readonly Row[]> {
    const reply = await this.ask({ kind: "query", sql, values, outer: null });
    return reply.kind === "rows" ? reply.rows : [];
  }

  async queryWithin(sql: string, { values, outer }: Parameters<Session["queryWithin"]>[1]): Promise<Answered> {
    const reply = await this.ask({ kind: "query", sql, values: values ?? null, outer: [sql, ...(outer === null ? [] : [outer])] });
    const nothing = { statements: [], left: 0 };
    return reply.kind === "rows" ? { rows: reply.rows, within: reply.within ?? nothing } : { rows: [], within: nothing };
  }

  async apply(statements: readonly Applied[]): Promise<readonly Failure[]> {
    const reply = await this.ask({ kind: "apply", statements });
    return reply.kind === "applied" ? reply.failures : [];
  }

  /** The only way to end what runs there. */
  kill(): void {
    this.child.kill("SIGKILL");
    this.lose();
  }

  private async ask(ask: Ask): Promise<Reply> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      if (this.gone) {
        reject(this.gone);
        return;
      }
      const id = this.next++;
      this.waiting.set(id, { resolve, reject });
      this.child.send({ ...ask, id } satisfies Request, (error) => {
        if (error) this.lose();
      });
    });
    if (reply.kind === "error") throw Object.assign(new Error(reply.message), { code: reply.code });
    return reply;
  }

  private lose(): void {
    this.gone ??= new DatabaseFault("the embedded Postgres has ended");
    for (const { reject } of this.waiting.values()) reject(this.gone);
    this.waiting.clear();
  }
}

/** Those that CREATE EXTENSION finds there. */
export function embeddedExtensions(): ReadonlySet<string> {
  const files = readdirSync(join(locate().folder, "extensions"));
  return new Set(files.map((file) => file.replace(/\.tar\.gz$/, "")));
}

/** Beside the bundle, or in the project's dist/ where the sources are run. */
function locate(): { readonly script: string; readonly folder: string } {
  const beside = existsSync(join(__dirname, "embedded.cjs")) ? __dirname : join(__dirname, "..", "..", "..", "..", "dist");
  return { script: join(beside, "embedded.cjs"), folder: join(beside, "embedded") };
}
