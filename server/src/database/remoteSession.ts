// A session with a server that is there already.

import type { Client, QueryArrayResult } from "pg";
import { sendCancelRequest } from "./cancelRequest";
import { connect } from "./connect";
import type { ConnectionSettings } from "./connectionSettings";
import { NestedStatements } from "./nestedStatements";
import type { Answered, Row, Session, Transaction } from "./session";

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

  async queryWithin(sql: string, { values, outer }: Parameters<Session["queryWithin"]>[1]): Promise<Answered> {
    const nested = new NestedStatements([sql, ...(outer === null ? [] : [outer])]);
    const listen = ({ message = "" }: { readonly message?: string | undefined }): void => nested.add(message);
    this.client.on("notice", listen);
    try {
      const rows = await this.query(sql, values);
      return { rows, within: nested.all };
    } finally {
      this.client.off("notice", listen);
    }
  }

  async cancel(transaction: Transaction | null): Promise<void> {
    const { running } = this;
    if (running === null) return;
    const hasEnded = (time: number): Promise<boolean> => Promise.race([running.then(() => true, () => true), new Promise<false>((resolve) => setTimeout(resolve, time, false).unref())]);
    // Before its transaction a session waits for a pooler, or for a server that says nothing.
    if (transaction !== null) {
      await sendCancelRequest(this.client, patience);
      if (await hasEnded(patience / 2)) return;
      // Not all that stands before a server passes such a request on.
      void this.cancelBackend(transaction).catch(() => undefined);
      if (await hasEnded(patience)) return;
    }
    // One that the server did not hear of ends with its connection.
    this.cut(new Error("Connection terminated"));
  }

  /** Through another connection, as this one is busy. Behind a pooler the backend may soon be another's: only this transaction is ended. */
  private async cancelBackend({ backend, start }: Transaction): Promise<void> {
    const client = await connect({ ...this.settings, connectTimeout: Math.min(this.settings.connectTimeout, 5_000) });
    const late = setTimeout(() => void client.end().catch(() => undefined), patience);
    try {
      await client.query("SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = $1::int AND xact_start = $2::timestamptz", [backend, start]);
    } finally {
      clearTimeout(late);
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
