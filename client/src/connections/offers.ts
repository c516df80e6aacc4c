// Where a connection's address may already stand: the workspace's .env files, this machine's environment, pg_service.conf.
// They are read when the user asks to add a connection, and taken only if chosen.
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { describeConnection, splitConnectionString } from "./connectionString";
import { postgresVariables } from "./dotenv";
import { serviceNames } from "./services";

export interface Offer {
  /** "DATABASE_URL". */
  readonly label: string;
  /** ".env", "environment". */
  readonly from: string;
  /** Without the password. */
  readonly url: string;
  readonly password: string | null;
}

export async function connectionOffers(): Promise<Offer[]> {
  return [...(await fromFiles()), ...fromEnvironment(), ...(await fromServices())];
}

async function fromFiles(): Promise<Offer[]> {
  const files = await vscode.workspace.findFiles("**/{.env,.env.local,.env.development,.env.development.local,.env.test,.env.production}", "**/node_modules/**", 20);
  const offers: Offer[] = [];
  for (const file of files.sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1))) {
    const text = await textOf(file);
    for (const { name, value } of postgresVariables(text)) offers.push(...offer(name, vscode.workspace.asRelativePath(file), value));
  }
  return offers;
}

function fromEnvironment(): Offer[] {
  const { env } = process;
  const urls = Object.entries(env).flatMap(([name, value]) => (value !== undefined && /^postgres(?:ql)?:\/\//i.test(value) ? offer(name, vscode.l10n.t("environment"), value) : []));
  // The server reads the variables themselves.
  const hasVariables = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"].some((name) => (env[name] ?? "") !== "");
  return [...urls, ...(hasVariables ? [{ label: "PG*", from: vscode.l10n.t("environment"), url: "", password: null }] : [])];
}

async function fromServices(): Promise<Offer[]> {
  const { env } = process;
  const own = process.platform === "win32" ? join(env["APPDATA"] ?? homedir(), "postgresql", ".pg_service.conf") : join(homedir(), ".pg_service.conf");
  const files = [env["PGSERVICEFILE"] ?? own, ...(env["PGSYSCONFDIR"] === undefined ? [] : [join(env["PGSYSCONFDIR"], "pg_service.conf")])];
  const names = new Set<string>();
  for (const file of files) for (const name of serviceNames(await textOf(vscode.Uri.file(file)))) names.add(name);
  return [...names].map((name) => ({ label: name, from: "pg_service.conf", url: `postgres:///?service=${encodeURIComponent(name)}`, password: null }));
}

function offer(label: string, from: string, value: string): Offer[] {
  const split = splitConnectionString(value);
  return split ? [{ label, from, ...split }] : [];
}

/** Empty where it cannot be read: then there is nothing to offer. */
async function textOf(file: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return "";
  }
}

export const describeOffer = ({ url }: Offer): string => describeConnection(url);
