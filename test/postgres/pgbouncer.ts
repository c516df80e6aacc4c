// PgBouncer before a server of the tests.

import { spawn } from "node:child_process";
import { chown, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPgBouncer } from "./binaries";
import { freePort, temporaryFolder, unprivilegedAccount } from "./server";

export interface PgBouncer {
  readonly port: number;
  /** Ends it, whoever is connected, and removes its files. */
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  readonly server: { readonly port: number };
  readonly mode: "session" | "transaction" | "statement";
  /** How many connections it has to each database of the server. */
  readonly size: number;
  readonly auth: "trust" | "md5" | "scram-sha-256";
  /** It asks clients for them, and gives them to the server. */
  readonly passwords: Readonly<Record<string, string>>;
}

/** It ends with `stop`, or, whatever happens, with this process. */
export async function startPgBouncer({ server, mode, size, auth, passwords }: PgBouncerOptions): Promise<PgBouncer> {
  const program = await findPgBouncer();
  const account = unprivilegedAccount();
  const folder = await mkdtemp(path.join(await temporaryFolder(account), "plumbline-pgbouncer-"));
  const port = await freePort();
  await writeFile(path.join(folder, "users.txt"), Object.entries(passwords).map(([user, password]) => `"${user}" "${password}"\n`).join(""));
  await writeFile(
    path.join(folder, "pgbouncer.ini"),
    `[databases]\n* = host=127.0.0.1 port=${server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = ${auth}\nauth_file = ${folder}/users.txt\npool_mode = ${mode}\ndefault_pool_size = ${size}\nserver_check_delay = 0\n`,
  );
  if (account) await chown(folder, account.uid, account.gid);
  // The shell sees the end of its standard input when this process ends, in whatever way.
  const script = `"$1" -q "$2/pgbouncer.ini" >"$2/log" 2>&1 & pid=$!; read -r word; kill -KILL $pid; wait $pid; rm -rf "$2"`;
  const guard = spawn("/bin/sh", ["-c", script, "sh", program, folder], { ...account, cwd: folder, detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const gone = new Promise<void>((resolve) => guard.once("exit", () => { resolve(); }));
  const stop = async (): Promise<void> => {
    guard.stdin.end();
    await gone;
  };
  for (let attempt = 0; !(await accepts(port)); attempt++) {
    if (attempt === 200) {
      const log = await readFile(path.join(folder, "log"), "utf8").catch(() => "");
      await stop();
      throw new Error(`PgBouncer did not start: ${log.trim()}`);
    }
    await sleep(20);
  }
  return { port, stop };
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
