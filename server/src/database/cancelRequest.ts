// A request of the protocol to end what a session runs (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS).

import type { EventEmitter } from "node:events";
import { isIP, type Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { Client } from "pg";

/** What the driver's types leave out. */
interface Wire extends EventEmitter {
  readonly stream: Socket;
  readonly ssl: ConnectionOptions | false;
  readonly sslNegotiation: "postgres" | "direct";
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(process: number, key: number): void;
}
interface Session {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: number;
  readonly connection: Wire;
}

/**
 * Sent on a connection of its own, to the address that the session is connected to and encrypted as that is. A pooler
 * passes it on to the backend that serves the session just then, even where all of its connections are in use. Nothing
 * is answered. Never fails.
 *
 * @param patience in milliseconds
 */
export async function sendCancelRequest(client: Client, patience: number): Promise<void> {
  const { default: pg } = await import("pg");
  const { host, port, processID, secretKey, connection } = client as unknown as Session;
  const { ssl, sslNegotiation } = connection;
  const named = { host, ...(isIP(host) === 0 ? { servername: host } : {}) };
  const wire = new pg.Connection({ ssl: ssl === false ? false : { ...named, ...ssl }, sslNegotiation } as ConstructorParameters<typeof pg.Connection>[0]) as unknown as Wire;
  const send = (): void => {
    wire.cancel(processID, secretKey);
  };
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patience);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    wire.on("error", done);
    // The server closes it once it has passed the request on.
    wire.on("end", done);
    wire.on("sslconnect", send);
    wire.on("connect", () => {
      if (ssl === false) send();
      else if (sslNegotiation !== "direct") wire.requestSsl();
    });
    if (host.startsWith("/")) wire.connect(`${host}/.s.PGSQL.${port}`);
    else wire.connect(port, connection.stream.remoteAddress ?? host);
  });
  wire.stream.destroy();
}
