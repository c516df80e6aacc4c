// Connection strings as text: the password taken out, what is left said in few words. What they mean, the server knows.

export interface SplitString {
  /** As it was given, without the password. */
  readonly url: string;
  readonly password: string | null;
}

const uri = /^(postgres(?:ql)?:\/\/)(?:([^/?]*)@)?([^/?@]*)(\/[^?]*)?(?:\?(.*))?$/is;
const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?:\s+|$)/gsy;

/** Null: it is no connection string of libpq's, neither a URI nor keyword = value pairs. */
export function splitConnectionString(text: string): SplitString | null {
  const given = text.trim();
  const parts = uri.exec(given);
  if (parts) {
    const [, scheme, login, hosts, path = "", query] = parts;
    const colon = login?.indexOf(":") ?? -1;
    const user = login === undefined ? undefined : colon < 0 ? login : login.slice(0, colon);
    const pairs = query?.split("&") ?? [];
    const asked = pairs.find((each) => /^password=/i.test(each));
    const kept = pairs.filter((each) => !/^password=/i.test(each));
    const password = asked?.slice("password=".length) ?? (login !== undefined && colon >= 0 ? login.slice(colon + 1) : null);
    return { url: `${scheme}${user === undefined || user === "" ? "" : `${user}@`}${hosts}${path}${kept.length === 0 ? "" : `?${kept.join("&")}`}`, password: password === null || password === "" ? null : decoded(password) };
  }
  const pairs = keywords(given);
  if (!pairs) return null;
  const password = pairs.find(({ name }) => name === "password")?.value ?? null;
  return { url: pairs.filter(({ name }) => name !== "password").map(({ text: each }) => each).join(" "), password };
}

function keywords(text: string): { name: string; value: string; text: string }[] | null {
  const pairs: { name: string; value: string; text: string }[] = [];
  pair.lastIndex = 0;
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text);
    if (!found) return null;
    pairs.push({ name: found[1]!.toLowerCase(), value: (found[2] ?? found[3]!).replace(/\\(.)/gs, "$1"), text: found[0].trim() });
  }
  return pairs.length === 0 ? null : pairs;
}

/** "app@db.example:6432/shop", for a person; of a string without a password. */
export function describeConnection(url: string): string {
  if (url === "") return "PG* variables";
  const parts = uri.exec(url);
  if (parts) {
    const [, , login, hosts, path = "", query = ""] = parts;
    const service = /(?:^|&)service=([^&]*)/.exec(query)?.[1];
    if (service !== undefined) return `service ${decoded(service)}`;
    return `${login === undefined ? "" : `${decoded(login)}@`}${hosts === "" ? "localhost" : hosts!}${decoded(path)}`;
  }
  const of = new Map(keywords(url)?.map(({ name, value }) => [name, value]));
  if (of.has("service")) return `service ${of.get("service")!}`;
  return `${of.has("user") ? `${of.get("user")!}@` : ""}${of.get("host") ?? "localhost"}${of.has("port") ? `:${of.get("port")!}` : ""}${of.has("dbname") ? `/${of.get("dbname")!}` : ""}`;
}

export interface ConnectionFields {
  readonly host: string;
  /** Empty: 5432. */
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly sslmode: string;
  /** The file of the CA's certificates; empty: libpq's own. */
  readonly sslrootcert: string;
}

export function connectionUrl({ host, port, database, user, sslmode, sslrootcert }: ConnectionFields): string {
  const options = [
    ["sslmode", sslmode],
    ["sslrootcert", sslrootcert],
    // A socket's folder cannot stand where a URI has its host.
    ...(host.startsWith("/") ? [["host", host]] : []),
  ].filter(([, value]) => value !== "");
  const address = host.startsWith("/") ? "" : host.includes(":") ? `[${host}]` : encodeURIComponent(host);
  const query = options.map(([name, value]) => `${name!}=${encodeURIComponent(value!)}`).join("&");
  return `postgres://${user === "" ? "" : `${encodeURIComponent(user)}@`}${address}${port === "" ? "" : `:${port}`}/${encodeURIComponent(database)}${query === "" ? "" : `?${query}`}`;
}

/** The ports and names of the transaction poolers that platforms put before their servers. */
export function looksPooled(url: string): boolean {
  return /:6543\b|:6432\b|-pooler\.|\.pooler\.|[?&]pgbouncer=true\b/i.test(url);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
