// What the user is asked when a connection is added or changed. Each gives undefined where the user turns back.
import * as vscode from "vscode";
import { connectionUrl, describeConnection, looksPooled, splitConnectionString } from "./connectionString";
import { connectionOffers, describeOffer } from "./offers";
import { newConnectionId, type Connection, type ConnectionStore } from "./store";

interface Address {
  readonly url: string;
  /** Null: it said none. */
  readonly password: string | null;
  /** For the name. */
  readonly suggestion: string;
}

/** A new connection with its password, null for none; not saved yet. */
export async function askConnection(store: ConnectionStore): Promise<{ connection: Connection; password: string | null } | undefined> {
  const address = await askAddress();
  if (!address) return undefined;
  const name = await askName(store, undefined, address.suggestion);
  if (name === undefined) return undefined;
  const password = address.password ?? (await askPassword(name));
  if (password === undefined) return undefined;
  const traits = await askTraits({ production: /prod/i.test(name), pooler: looksPooled(address.url) });
  if (!traits) return undefined;
  return { connection: { id: newConnectionId(), name, url: address.url, ...traits }, password: password === "" ? null : password };
}

async function askAddress(): Promise<Address | undefined> {
  type Item = vscode.QuickPickItem & { take?: () => Promise<Address | undefined> };
  const offers = connectionOffers().then((found): Item[] => [
    { label: vscode.l10n.t("$(link) From a URL…"), take: () => askUrl() },
    { label: vscode.l10n.t("$(list-unordered) From host, database and user…"), take: askFields },
    ...(found.length > 0 ? [{ label: vscode.l10n.t("Found here"), kind: vscode.QuickPickItemKind.Separator }] : []),
    ...found.map((offer) => ({ label: offer.label, description: describeOffer(offer), detail: offer.from, take: () => Promise.resolve({ url: offer.url, password: offer.password, suggestion: offer.label }) })),
  ]);
  const chosen = await vscode.window.showQuickPick(offers, { title: vscode.l10n.t("Add Connection"), placeHolder: vscode.l10n.t("Where is the database?"), matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true });
  return chosen?.take?.();
}

export async function askUrl(now = ""): Promise<Address | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Connection URL"),
    prompt: vscode.l10n.t("A password in it goes to VS Code's secret storage."),
    placeHolder: "postgres://user@host:5432/database?sslmode=verify-full",
    value: now,
    ignoreFocusOut: true,
    validateInput: (value) => (splitConnectionString(value) ? undefined : vscode.l10n.t("It begins with postgres:// or postgresql://, or it is a list of keyword=value.")),
  });
  const split = text === undefined ? null : splitConnectionString(text);
  return split ? { ...split, suggestion: describeConnection(split.url) } : undefined;
}

async function askFields(): Promise<Address | undefined> {
  const ask = (prompt: string, value: string, more: vscode.InputBoxOptions = {}): Thenable<string | undefined> => vscode.window.showInputBox({ title: vscode.l10n.t("Add Connection"), prompt, value, ignoreFocusOut: true, ...more });
  const host = await ask(vscode.l10n.t("Host, or the folder of a socket"), "localhost");
  if (host === undefined) return undefined;
  const port = await ask(vscode.l10n.t("Port"), "5432", { validateInput: (value) => (/^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536 ? undefined : vscode.l10n.t("A number from 1 to 65535.")) });
  if (port === undefined) return undefined;
  const database = await ask(vscode.l10n.t("Database"), "postgres");
  if (database === undefined) return undefined;
  const user = await ask(vscode.l10n.t("User"), "postgres");
  if (user === undefined) return undefined;
  const mode = await vscode.window.showQuickPick(tlsModes, { title: vscode.l10n.t("TLS (sslmode)"), ignoreFocusOut: true });
  if (!mode) return undefined;
  let sslrootcert = "";
  if (mode.label.startsWith("verify")) {
    const [file] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t("The CA's certificates; Cancel for those of ~/.postgresql/root.crt"), filters: { [vscode.l10n.t("Certificates")]: ["crt", "pem", "cer"] } })) ?? [];
    sslrootcert = file?.fsPath ?? "";
  }
  const fields = { host, port: port === "5432" ? "" : port, database, user, sslmode: mode.label, sslrootcert };
  return { url: connectionUrl(fields), password: null, suggestion: `${database} on ${host}` };
}

const tlsModes: readonly vscode.QuickPickItem[] = [
  { label: "verify-full", detail: vscode.l10n.t("Encrypted; the server's certificate is checked, and that it is for this host") },
  { label: "verify-ca", detail: vscode.l10n.t("Encrypted; the server's certificate is checked") },
  { label: "require", detail: vscode.l10n.t("Encrypted; whoever answers is believed") },
  { label: "prefer", detail: vscode.l10n.t("Encrypted where the server can") },
  { label: "disable", detail: vscode.l10n.t("Not encrypted: this machine, or a tunnel") },
];

export async function askName(store: ConnectionStore, own: Connection | undefined, suggestion: string): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Name of the Connection"),
    value: suggestion,
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value.trim() === "") return vscode.l10n.t("It needs a name.");
      return store.all.some((other) => other.id !== own?.id && other.name === value.trim()) ? vscode.l10n.t("Another connection has this name.") : undefined;
    },
  });
  return name?.trim();
}

/** An empty text is none. */
export function askPassword(name: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Password of {0}", name),
    prompt: vscode.l10n.t("Kept in VS Code's secret storage. Empty: the password file or PGPASSWORD is asked, or the command of plumbline.connections.passwordCommands."),
    password: true,
    ignoreFocusOut: true,
  });
}

interface Traits {
  readonly production: boolean;
  readonly pooler: boolean;
  readonly local?: boolean;
}

export async function askTraits(now: Traits): Promise<Traits | undefined> {
  const production = { label: vscode.l10n.t("Production"), detail: vscode.l10n.t("Nothing that writes runs there, and the status bar warns"), picked: now.production };
  const pooler = { label: vscode.l10n.t("Behind a transaction pooler"), detail: vscode.l10n.t("PgBouncer, Supavisor and the like: only what stays within a transaction is used"), picked: now.pooler };
  const local = { label: vscode.l10n.t("Local"), detail: vscode.l10n.t("Nobody else works there: an index may be made and rolled back, to try it"), picked: now.local === true };
  const chosen = await vscode.window.showQuickPick([production, pooler, local], { title: vscode.l10n.t("What Holds for It?"), canPickMany: true, ignoreFocusOut: true, placeHolder: vscode.l10n.t("Enter, if none") });
  return chosen && { production: chosen.includes(production), pooler: chosen.includes(pooler), local: chosen.includes(local) };
}
