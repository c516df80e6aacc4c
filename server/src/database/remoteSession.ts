// A session with a server that is there already.

import type { Client, QueryArrayResult } from "pg";
import { connect } from "./connect";
import type { ConnectionSettings } from "./connectionSettings";
import type { Row, Session } from "./session";

/** In milliseconds: how long a query may still take to end once the server was asked to end it. */
const patience = 2_000;

export interface RemoteOptions {
  /** In milliseconds: beyond this the server counts as gone, whatever timeouts it has of its own. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** A connection of its own. Throws what the driver or the server says. */
export async function openRemote(settings: ConnectionSettings, { limit, signal }: RemoteOptions): Promise<Session> {
  return new RemoteSession(settings, await connect(settings, signal), limit);
}

class RemoteSession implements Session {
  readonly kind = "remote";
  private running: Promise<unknown> | null = null;

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly client: Client,
    private readonly limit: number,
  ) {}

  async query(sql: string, values?: readonly (string | null)[]): Promise<readonly Row[]> {
    const watch = setTimeout(() => {
      this.cut(new Error("timeout"));
    }, this.limit);
    const query = { text: sql, rowMode: "array" as const, ...(values === undefined ? {} : { values: [...values] }) };
    // pg's types know of one result only.
    const running = this.client.query<(string | null)[]>(query) as Promise<QueryArrayResult<(string | null)[]> | QueryArrayResult<(string | null)[]>[]>;
    this.running = running;
    try {
      const results = await running;
      return Array.isArray(results) ? (results.findLast(({ fields }) => fields.length > 0)?.rows ?? []) : results.rows;
    } finally {
      clearTimeout(watch);
      this.running = null;
    }
  }

  async cancel(backend: string | null): Promise<void> {
    const { running } = this;
    if (running === null) return;
    if (backend !== null) await this.cancelBackend(backend).catch(() => undefined);
    // One that the server did not hear of ends with its connection.
    const ended = await Promise.race([running.then(() => true, () => true), new Promise<false>((resolve) => setTimeout(resolve, patience, false).unref())]);
    if (!ended) this.cut(new Error("Connection terminated"));
  }

  /** Through another connection, as this one is busy; behind a pooler that is the only way to name the backend. */
  private async cancelBackend(backend: string): Promise<void> {
    const client = await connect({ ...this.settings, connectTimeout: Math.min(this.settings.connectTimeout, 5_000) });
    try {
      await client.query("SELECT pg_catalog.pg_cancel_backend($1::int)", [backend]);
    } finally {
      await client.end();
    }
  }

  async end(): Promise<void> {
    const gone = this.client.end().catch(() => undefined);
    const timer = setTimeout(() => {
      this.cut(new Error("Connection terminated"));
    }, patience);
    await gone;
    clearTimeout(timer);
  }

  private cut(reason: Error): void {
    const { connection } = this.client as unknown as { readonly connection: { readonly stream: { destroy(error: Error): void } } };
    connection.stream.destroy(reason);
  }
}
