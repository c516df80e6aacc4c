// What a connection string says, in libpq's own words: a URI, or keyword = value pairs
// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING).

/** By libpq's keyword: host, port, dbname, user, password, sslmode and so on. */
export type Keywords = ReadonlyMap<string, string>;

/** Null: it is neither. Its text is in no error, since a password may be. */
export function readConnectionString(text: string): Keywords | null {
  const given = text.trim();
  return /^postgres(?:ql)?:\/\//i.test(given) ? readUri(given) : readPairs(given);
}

/** Not WHATWG's URL: that knows no list of hosts, and takes neither a bare `%` nor an `@` in a password. */
function readUri(text: string): Keywords | null {
  const parts = /^postgres(?:ql)?:\/\/(?:([^/?]*)@)?([^/?@]*)(?:\/([^?]*))?(?:\?(.*))?$/is.exec(text);
  if (!parts) return null;
  const [, login, hosts = "", database, query] = parts;
  const keywords = new Map<string, string>();
  const put = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== "") keywords.set(name, value);
  };
  if (login !== undefined) {
    const colon = login.indexOf(":");
    put("user", decoded(colon < 0 ? login : login.slice(0, colon)));
    if (colon >= 0) put("password", decoded(login.slice(colon + 1)));
  }
  const split = hosts.split(",").map((host) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(host));
  if (split.some((host) => host === null)) return null;
  put("host", split.map((host) => decoded(host![1]!.replace(/^\[|\]$/g, ""))).join(",").replace(/^,*$/, ""));
  put("port", split.map((host) => host![2] ?? "").join(",").replace(/^,*$/, ""));
  put("dbname", database === undefined ? undefined : decoded(database));
  for (const pair of query?.split("&") ?? []) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue;
    const name = decoded(pair.slice(0, equals));
    const value = decoded(pair.slice(equals + 1));
    // As libpq reads JDBC's.
    if (name === "ssl") put("sslmode", value === "true" ? "require" : undefined);
    else put(name === "database" ? "dbname" : name, value);
  }
  return keywords;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readPairs(text: string): Keywords | null {
  const keywords = new Map<string, string>();
  const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?:\s+|$)/gsy;
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text);
    if (!found) return null;
    const value = (found[2] ?? found[3]!).replace(/\\(.)/gs, "$1");
    if (value !== "") keywords.set(found[1]!, value);
  }
  return keywords.size === 0 ? null : keywords;
}
