import { execFile, execFileSync, spawn } from "node:child_process";
import { constants, rmSync } from "node:fs";
import { access, appendFile, chown, copyFile, cp, link, mkdir, mkdtemp, open, readdir, readFile, readlink, realpath, rm, stat, symlink } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { findBinaries, publish, type Binaries, type ConnectedVersion, type ServerName } from "./binaries";

export { connectedVersions, postgresVersions, type ConnectedVersion, type PostgresVersion, type ServerName } from "./binaries";

const run = promisify(execFile);
const windows = process.platform === "win32";

/** A running Postgres server of one major version. */
export interface Server {
  readonly version: ConnectedVersion;
  readonly port: number;
  /** A connected client, as superuser `postgres`. Without a name: the maintenance database `postgres`. */
  connect(database?: string): Promise<pg.Client>;
  /** Creates a database from `template0`, or as a copy of another one that has no open connection, and gives its name. */
  createDatabase(template?: string): Promise<string>;
  /** Drops a database, whoever is connected to it. */
  dropDatabase(name: string): Promise<void>;
  /** Ends the clients and the server, and removes its files. May be called again. */
  stop(): Promise<void>;
}

// Nothing here outlives a test, so nothing has to survive a crash. What a proof can observe (locks, scans, rewrites) stays at its default.
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 30
shared_buffers = '24MB'
max_locks_per_transaction = 256
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = logical
max_wal_size = '64MB'
min_wal_size = '5MB'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
logging_collector = off
log_statement = none
`;

const initdbOptions = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"];

/** Named after `initdbOptions`: change the number with them. */
const templateName = "data-1";

/** The account that runs the server where the tests run as root, which initdb and postgres refuse. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Starts a server on a free port of 127.0.0.1. It ends with `stop`, or, whatever happens, with this process. */
export async function startServer(name: ServerName): Promise<Server> {
  const { version, ...installed } = await findBinaries(name);
  const account = unprivilegedAccount();
  const folder = await mkdtemp(path.join(await temporaryFolder(account), `plumbline-postgres-${version}-`));
  try {
    if (account) {
      await chown(folder, account.uid, account.gid);
    }
    const binaries = await reachableBinaries(installed, folder, account);
    const data = path.join(folder, "data");
    await createDataDirectory(binaries, installed.cache, data, account);
    await appendFile(path.join(data, "postgresql.conf"), settings);
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      try {
        const started = await startProcess(binaries, data, port, account);
        return await serverOf(version, port, folder, started);
      } catch (error) {
        // Between the search for a free port and its use, another process may take it.
        if (attempt === 3 || !/Address already in use|could not create any TCP\/IP sockets/.test(String(error))) {
          throw error;
        }
      }
    }
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

const shared = new Map<ServerName, { server: Promise<Server>; users: number }>();

/** One server of each name for all of this process: started for the first caller, ended by the last caller's `stop`. */
export async function shareServer(name: ServerName): Promise<Server> {
  let entry = shared.get(name);
  if (!entry) {
    entry = { server: startServer(name), users: 0 };
    shared.set(name, entry);
  }
  const used = entry;
  used.users++;
  let released = false;
  const release = async (): Promise<void> => {
    if (released) {
      return;
    }
    released = true;
    used.users--;
    if (used.users === 0) {
      shared.delete(name);
      await (await used.server).stop();
    }
  };
  try {
    return { ...(await used.server), stop: release };
  } catch (error) {
    shared.delete(name);
    throw error;
  }
}

/** Runs `body` on a fresh database, which is dropped afterwards. */
export async function withDatabase<T>(server: Server, body: (client: pg.Client, database: string) => Promise<T>): Promise<T> {
  const database = await server.createDatabase();
  try {
    const client = await server.connect(database);
    try {
      return await body(client, database);
    } finally {
      await client.end();
    }
  } finally {
    await server.dropDatabase(database);
  }
}

interface StartedProcess {
  readonly pid: number;
  /** To be called once the server has ended in an orderly way. */
  ended(): void;
}

async function serverOf(version: ConnectedVersion, port: number, folder: string, started: StartedProcess): Promise<Server> {
  const clients = new Set<pg.Client>();
  let stopping: Promise<void> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let count = 0;

  const connect = async (database = "postgres"): Promise<pg.Client> => {
    // Set in full, so that no PG* variable of the environment has a say.
    const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", database, ssl: false, options: "-c timezone=UTC" });
    // A connection that the server ends rejects its queries; the event itself would end the process.
    client.on("error", () => undefined);
    client.once("end", () => clients.delete(client));
    await client.connect();
    clients.add(client);
    return client;
  };
  const stop = async (): Promise<void> => {
    await Promise.allSettled([...clients].map((client) => client.end()));
    await endProcess(started.pid);
    started.ended();
    await removeFolder(folder);
  };

  let maintenance: pg.Client;
  try {
    maintenance = await connect();
    const { rows } = await maintenance.query<{ major: number }>("select current_setting('server_version_num')::int / 10000 as major");
    if (rows[0]?.major !== version) {
      throw new Error(`the server that was started is Postgres ${rows[0]?.major ?? "?"}, not ${version}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const maintain = async (statement: string): Promise<void> => {
    const next = queue.then(() => maintenance.query(statement));
    queue = next.catch(() => undefined);
    await next;
  };

  return {
    version,
    port,
    connect,
    createDatabase: async (template = "template0") => {
      const name = `test_${++count}`;
      await maintain(`create database ${name} template ${pg.escapeIdentifier(template)}`);
      return name;
    },
    dropDatabase: (name) => maintain(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`),
    stop: () => (stopping ??= stop()),
  };
}

async function startProcess(binaries: string, data: string, port: number, account: Account | undefined): Promise<StartedProcess> {
  const logFile = path.join(path.dirname(data), "log");
  await rm(logFile, { force: true });
  await appendFile(path.join(data, "postgresql.conf"), `port = ${port}\n`);
  let pid: number;
  const state = { ended: false };
  if (windows) {
    // postgres itself refuses an administrator; pg_ctl drops the rights first.
    await run(program(binaries, "pg_ctl"), ["start", "-W", "-s", "-D", data, "-l", logFile], { env: environment() });
    pid = await postmasterPid(data);
  } else {
    const log = await open(logFile, "w");
    try {
      const child = spawn(program(binaries, "postgres"), ["-D", data], {
        ...account,
        cwd: data,
        env: environment(),
        // Out of the terminal's process group: an interrupt there ends the tests, and these end the server.
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      });
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", reject);
      });
      child.once("exit", () => (state.ended = true));
      child.unref();
      pid = child.pid!;
    } finally {
      await log.close();
    }
  }
  const ended = watchOver(pid, data);
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (await accepts(port, data)) {
      return { pid, ended };
    }
    if (state.ended || Date.now() > deadline) {
      await endProcess(pid);
      ended();
      throw new Error(`Postgres did not start: ${(await readFile(logFile, "utf8").catch(() => "")).trim()}`);
    }
    await sleep(15);
  }
}

/** The last line that the server writes into its pid file is its state; a connection is tried only then. */
async function accepts(port: number, data: string): Promise<boolean> {
  const lines = (await readFile(path.join(data, "postmaster.pid"), "utf8").catch(() => "")).split(/\r?\n/);
  return lines[3] === String(port) && lines[7]?.trim() === "ready";
}

async function postmasterPid(data: string): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const pid = Number.parseInt(await readFile(path.join(data, "postmaster.pid"), "utf8").catch(() => ""), 10);
    if (Number.isInteger(pid)) {
      return pid;
    }
    await sleep(20);
  }
  throw new Error("Postgres wrote no pid file");
}

/**
 * Ends the server and removes its folder when this process goes away without having done so, even when it is killed.
 * Where there is a POSIX shell, one waits for the end of its standard input, which comes when this process ends in whatever way.
 * Gives the function that calls the watch off.
 */
function watchOver(pid: number, data: string): () => void {
  const folder = path.dirname(data);
  if (windows) {
    const end = (): void => {
      try {
        process.kill(pid);
        rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      } catch {
        // It has ended already, or its files are still open: nothing more can be done while exiting.
      }
    };
    process.once("exit", end);
    return () => process.off("exit", end);
  }
  // The pid is asked for again in the pid file: it could have been given to another process since.
  const script = `
    read -r word
    [ "$word" = ended ] && exit 0
    if [ "$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null)" = "$1" ]; then kill -QUIT "$1" 2>/dev/null; fi
    for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.2; done
    rm -rf "$2"`;
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(pid), folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return () => {
    guard.stdin.end("ended\n");
  };
}

/** Fast shutdown, then immediate, then the hard way: always this pid. */
async function endProcess(pid: number): Promise<void> {
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGKILL"];
  for (const signal of signals) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + 5000;
    while (Date.now() < deadline) {
      await sleep(10);
      if (!isRunning(pid)) {
        return;
      }
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** initdb takes a second, a copy of what it made a tenth of that: so one is kept beside the binaries. */
async function createDataDirectory(binaries: string, cache: string | null, data: string, account: Account | undefined): Promise<void> {
  const template = cache === null ? null : path.join(cache, templateName);
  if (template !== null && (await isReadable(path.join(template, "PG_VERSION")))) {
    await copyDataDirectory(template, data);
    if (account) {
      await run("chown", ["-R", `${account.uid}:${account.gid}`, data]);
    }
    return;
  }
  try {
    await run(program(binaries, "initdb"), [...initdbOptions, "-D", data], { ...account, cwd: path.dirname(data), env: environment() });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`initdb of ${binaries} failed: ${stderr?.trim() ?? String(error)}`, { cause: error });
  }
  if (cache === null || template === null) {
    return;
  }
  let copy: string;
  try {
    copy = await mkdtemp(path.join(cache, "copy-"));
  } catch {
    // Installed by another user: the next start takes its second again.
    return;
  }
  try {
    await copyDataDirectory(data, path.join(copy, "data"));
    await publish(path.join(copy, "data"), template);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function isReadable(file: string): Promise<boolean> {
  try {
    await access(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** A thousand small files: the system's own command is several times as fast as Node's copy. */
async function copyDataDirectory(from: string, to: string): Promise<void> {
  await (windows ? cp(from, to, { recursive: true }) : run("cp", ["-R", from, to]));
}

export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  // initdb asks for the account's name, so a number that nobody has would not do.
  const id = (option: string): number => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch (error) {
    throw new Error("Postgres does not run as root, and there is no account `nobody` to run it as: run the tests as another user.", { cause: error });
  }
}

/** The first temporary folder that the account can reach. */
export async function temporaryFolder(account: Account | undefined): Promise<string> {
  for (const folder of [os.tmpdir(), "/tmp", "/var/tmp"]) {
    if (!account || (await isReachable(folder, account))) {
      return folder;
    }
  }
  throw new Error("Postgres does not run as root, and no temporary folder can be reached by the account `nobody`: run the tests as another user.");
}

/** The binaries where they are, or, where the account cannot reach them (a checkout under root's own folder), linked into the server's folder. */
async function reachableBinaries(installed: Pick<Binaries, "folder">, folder: string, account: Account | undefined): Promise<string> {
  if (!account || (await isReachable(program(installed.folder, "postgres"), account))) {
    return installed.folder;
  }
  const copy = path.join(folder, "postgres");
  await mkdir(copy, { mode: 0o755 });
  for (const name of ["bin", "lib", "share"]) {
    await linkTree(path.join(installed.folder, name), path.join(copy, name));
  }
  return copy;
}

async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) {
      await linkTree(source, target);
    } else if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target);
    } else {
      // Another file system takes a copy.
      await link(source, target).catch(() => copyFile(source, target));
    }
  }
}

/** Whether an account that owns nothing there may read and enter every step of a path. */
async function isReachable(file: string, account: Account): Promise<boolean> {
  let current: string;
  try {
    current = await realpath(file);
  } catch {
    return false;
  }
  for (;;) {
    const { mode, uid, gid } = await stat(current);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) {
      return false;
    }
    const parent = path.dirname(current);
    if (parent === current) {
      return true;
    }
    current = parent;
  }
}

function program(binaries: string, name: string): string {
  return path.join(binaries, "bin", windows ? `${name}.exe` : name);
}

/** Without the PG* and LC_* variables of whoever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)));
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
