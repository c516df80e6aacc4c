// Where a connection goes, and how: from a URL, a service, PG* variables and a password file, as libpq puts them
// together (conninfo_add_defaults in src/interfaces/libpq/fe-connect.c).

import { readConnectionString, type Keywords } from "./connectionString";
import { DatabaseFault } from "./faults";
import { passwordIn } from "./passwordFile";
import { serviceIn } from "./serviceFile";

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

export interface ConnectionSettings {
  /** Tried in this order. */
  readonly hosts: readonly Host[];
  readonly user: string;
  readonly database: string;
  readonly password: string | null;
  readonly sslmode: SslMode;
  /** Null: there is no root certificate to hold the server to. */
  readonly rootCertificate: RootCertificate | null;
  /** Of the client, as PEM. */
  readonly certificate: { readonly certificate: string; readonly key: string } | null;
  readonly directTls: boolean;
  /** In milliseconds. */
  readonly connectTimeout: number;
  /** Command-line options for the session; poolers take none. */
  readonly options: string | null;
  /** A pooler is behind it: the URL says so, as Prisma's do, or the user has. */
  readonly pooler: boolean;
}

export interface Host {
  /** A name, an address, or the folder of a socket; the server's certificate is for it. */
  readonly name: string;
  /** Where it differs from the name: libpq's hostaddr. */
  readonly address: string | null;
  readonly port: number;
}

export type RootCertificate = { readonly pem: string } | "system";

/** What is asked of the machine. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly user: string;
  readonly platform: NodeJS.Platform;
  /** Null: it is not there, or may not be read. `secret`: also null where others may read it, as libpq has it. */
  read(file: string, kind: "plain" | "secret"): Promise<string | null>;
  exists(path: string): Promise<boolean>;
}

/** Environment variables by keyword (https://www.postgresql.org/docs/current/libpq-envars.html). */
const variables: Readonly<Record<string, string>> = {
  host: "PGHOST",
  hostaddr: "PGHOSTADDR",
  port: "PGPORT",
  dbname: "PGDATABASE",
  user: "PGUSER",
  password: "PGPASSWORD",
  passfile: "PGPASSFILE",
  options: "PGOPTIONS",
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  sslnegotiation: "PGSSLNEGOTIATION",
  connect_timeout: "PGCONNECT_TIMEOUT",
};

/** In milliseconds, where nothing says another. */
const defaultConnectTimeout = 10_000;

/**
 * `url` may be empty: then all comes from the environment. A password that is given wins over all others. Throws a
 * `DatabaseFault`.
 */
export async function connectionSettings(url: string, password: string | null, around: Surroundings): Promise<ConnectionSettings> {
  const given = url.trim() === "" ? new Map<string, string>() : readConnectionString(url);
  if (!given) throw new DatabaseFault("the URL cannot be read: it begins with postgres:// or postgresql://, or it is a list of keyword=value");
  const folder = around.platform === "win32" ? `${around.env.APPDATA ?? around.home}/postgresql` : `${around.home}/.postgresql`;
  const service = await serviceOf(given, around);
  const of = (name: string): string | null => {
    const variable = variables[name] === undefined ? undefined : around.env[variables[name]];
    return given.get(name) ?? service.get(name) ?? (variable === undefined || variable === "" ? null : variable);
  };
  const user = of("user") ?? around.user;
  const database = of("dbname") ?? user;
  const hosts = await hostsOf(of, around);
  const rootCertificate = await rootCertificateOf(of("sslrootcert"), folder, around);
  return {
    hosts,
    user,
    database,
    password: password ?? of("password") ?? (await filedPassword(of("passfile"), hosts, { database, user }, around)),
    sslmode: sslModeOf(of("sslmode"), rootCertificate),
    rootCertificate,
    certificate: await clientCertificateOf(of, folder, around),
    directTls: of("sslnegotiation") === "direct",
    connectTimeout: timeoutOf(of("connect_timeout")),
    options: of("options"),
    pooler: given.get("pgbouncer") === "true",
  };
}

async function serviceOf(given: Keywords, around: Surroundings): Promise<Keywords> {
  const name = given.get("service") ?? around.env.PGSERVICE;
  if (name === undefined || name === "") return new Map();
  const own = around.env.PGSERVICEFILE ?? (around.platform === "win32" ? `${around.env.APPDATA ?? around.home}/postgresql/.pg_service.conf` : `${around.home}/.pg_service.conf`);
  const shared = around.env.PGSYSCONFDIR === undefined ? [] : [`${around.env.PGSYSCONFDIR}/pg_service.conf`];
  for (const file of [own, ...shared]) {
    const text = await around.read(file, "plain");
    const found = text === null ? null : serviceIn(text, name);
    if (found) return found;
  }
  throw new DatabaseFault(`pg_service.conf has no service "${name}"`);
}

async function hostsOf(of: (name: string) => string | null, around: Surroundings): Promise<readonly Host[]> {
  const names = of("host")?.split(",") ?? [];
  const addresses = of("hostaddr")?.split(",") ?? [];
  const ports = of("port")?.split(",") ?? [];
  const count = Math.max(names.length, addresses.length, 1);
  return Promise.all(
    Array.from({ length: count }, async (_, i): Promise<Host> => {
      const port = Number(ports[ports.length === 1 ? 0 : i] ?? "");
      if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new DatabaseFault("its port is no number from 1 to 65535");
      const address = addresses[i] ?? "";
      const name = names[i] ?? "";
      return { name: name === "" ? (address === "" ? await defaultHost(port, around) : address) : name, address: address === "" ? null : address, port: port === 0 ? 5432 : port };
    }),
  );
}

/** Packages of Postgres put their sockets in one of these. */
async function defaultHost(port: number, around: Surroundings): Promise<string> {
  if (around.platform === "win32") return "localhost";
  for (const folder of ["/var/run/postgresql", "/tmp"]) if (await around.exists(`${folder}/.s.PGSQL.${port === 0 ? 5432 : port}`)) return folder;
  return "localhost";
}

export const isSocket = (host: string): boolean => host.startsWith("/") || host.startsWith("@") || /^[a-z]:[\\/]/i.test(host);

async function filedPassword(file: string | null, hosts: readonly Host[], login: { readonly database: string; readonly user: string }, around: Surroundings): Promise<string | null> {
  const where = file ?? (around.platform === "win32" ? `${around.env.APPDATA ?? around.home}/postgresql/pgpass.conf` : `${around.home}/.pgpass`);
  const text = await around.read(where, "secret");
  if (text === null) return null;
  for (const { name, port } of hosts) {
    // The default socket folders count as localhost.
    const host = ["/var/run/postgresql", "/tmp"].includes(name) ? "localhost" : name;
    const password = passwordIn(text, { host, port, ...login });
    if (password !== null) return password;
  }
  return null;
}

async function rootCertificateOf(file: string | null, folder: string, around: Surroundings): Promise<RootCertificate | null> {
  if (file === "system") return "system";
  const pem = await around.read(expanded(file, around) ?? `${folder}/root.crt`, "plain");
  if (pem !== null) return { pem };
  if (file !== null) throw new DatabaseFault("the file of sslrootcert cannot be read");
  return null;
}

async function clientCertificateOf(of: (name: string) => string | null, folder: string, around: Surroundings): Promise<ConnectionSettings["certificate"]> {
  const [file, keyFile] = [of("sslcert"), of("sslkey")];
  const certificate = await around.read(expanded(file, around) ?? `${folder}/postgresql.crt`, "plain");
  const key = await around.read(expanded(keyFile, around) ?? `${folder}/postgresql.key`, "plain");
  if (certificate !== null && key !== null) return { certificate, key };
  if (file !== null || keyFile !== null) throw new DatabaseFault(`the file of ${certificate === null ? "sslcert" : "sslkey"} cannot be read`);
  return null;
}

const expanded = (file: string | null, around: Surroundings): string | null => file && file.replace(/^~(?=\/)/, around.home);

function sslModeOf(written: string | null, root: RootCertificate | null): SslMode {
  if (written === null) return root === "system" ? "verify-full" : "prefer";
  const mode = sslModes.find((each) => each === written);
  if (!mode) throw new DatabaseFault(`sslmode must be one of ${sslModes.join(", ")}`);
  if (root === "system" && mode !== "verify-full") throw new DatabaseFault("sslrootcert=system needs sslmode=verify-full");
  return mode;
}

/** Of less than two seconds libpq makes two; 0 is no limit there, and a long one here. */
function timeoutOf(seconds: string | null): number {
  const number = Number(seconds ?? "");
  if (seconds === null || !Number.isInteger(number) || number < 0) return defaultConnectTimeout;
  return number === 0 ? 120_000 : Math.max(2, number) * 1_000;
}
