// A connection as libpq makes it: host by host, encrypted as sslmode says.

import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { Client } from "pg";
import { isSocket, type ConnectionSettings, type Host } from "./connectionSettings";
import { DatabaseFault, isEncryptionRefused, isRefusedLogin } from "./faults";

/** Throws what the driver or the server says of the last host: see `connectionFault`. */
export async function connect(settings: ConnectionSettings, signal?: AbortSignal): Promise<Client> {
  let failed: unknown;
  for (const host of settings.hosts) {
    for (const tls of attempts(settings, host)) {
      try {
        return await connectOnce(settings, host, tls, signal);
      } catch (error) {
        failed = error;
        // Another way of encryption helps only where that was the matter.
        if (signal?.aborted === true || !(isEncryptionRefused(error) || isRefusedLogin(error))) break;
      }
    }
    if (signal?.aborted === true) break;
  }
  throw failed;
}

type Tls = ConnectionOptions | false;

/** As libpq's sslmode means them; a socket is never encrypted. */
function attempts({ sslmode, rootCertificate, certificate }: ConnectionSettings, host: Host): readonly Tls[] {
  if (isSocket(host.address ?? host.name)) return [false];
  const client: ConnectionOptions = certificate ? { cert: certificate.certificate, key: certificate.key } : {};
  const unverified: ConnectionOptions = { ...client, rejectUnauthorized: false };
  switch (sslmode) {
    case "disable":
      return [false];
    case "allow":
      return [false, unverified];
    case "prefer":
      return [unverified, false];
    case "require":
      // With a root certificate it is verify-ca.
      return [rootCertificate ? { ...client, ...authority(rootCertificate), checkServerIdentity: () => undefined } : unverified];
    case "verify-ca":
      return [{ ...client, ...authority(rootCertificate), checkServerIdentity: () => undefined }];
    case "verify-full":
      return [{ ...client, ...authority(rootCertificate) }];
  }
}

function authority(root: ConnectionSettings["rootCertificate"]): ConnectionOptions {
  if (!root) throw new DatabaseFault("this sslmode needs the root certificate of the server: name its file with sslrootcert, or sslrootcert=system");
  // Node's own, and what NODE_EXTRA_CA_CERTS adds.
  return { ...(root === "system" ? {} : { ca: root.pem }), rejectUnauthorized: true };
}

async function connectOnce(settings: ConnectionSettings, host: Host, tls: Tls, signal?: AbortSignal): Promise<Client> {
  // Not at the top: most runs connect to nothing, and need not load it.
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    host: host.address ?? host.name,
    port: host.port,
    user: settings.user,
    database: settings.database,
    // A function, so that the driver looks for none of its own.
    password: () => {
      if (settings.password === null) throw new DatabaseFault("the server asks for a password, and none is known");
      return settings.password;
    },
    // PgBouncer leaves it to the next client that gives none.
    ...(settings.pooler ? {} : { application_name: "plumbline" }),
    connectionTimeoutMillis: settings.connectTimeout,
    keepAlive: true,
    // The certificate is for the name, where the address differs.
    ssl: tls === false ? false : { ...tls, ...(host.address !== null && isIP(host.name) === 0 ? { host: host.name, servername: host.name } : {}) },
    ...(settings.directTls && tls !== false ? { sslnegotiation: "direct" as const } : {}),
    ...(settings.options === null ? {} : { options: settings.options }),
    // All values as the text that the server sends.
    types: { getTypeParser: () => (value: string) => value },
  });
  // A connection that breaks between two queries says so here, too; without a listener it would end the process.
  client.on("error", () => undefined);
  const stop = (): void => void client.end().catch(() => undefined);
  try {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => {
        reject(signal.reason as Error);
      }, { once: true });
      client.connect().then(() => {
        resolve();
      }, reject);
    });
    return client;
  } catch (error) {
    stop();
    throw error;
  }
}
