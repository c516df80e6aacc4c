// What can go wrong with a connection, in words that give nothing away: no URL, no password, no row.

export class DatabaseFault extends Error {
  override readonly name = "DatabaseFault";
}

const bySqlState: Readonly<Record<string, string>> = {
  "28P01": "the server refuses the user or the password",
  "28000": "the server refuses the user or the password",
  "3D000": "the server has no such database",
  "42501": "the user may not read the tool's table",
  "42703": "the tool's table has other columns than the tool makes",
  "53300": "the server has no connection left",
  "55P03": "another session holds a lock on the tool's table",
  "57014": "the server gave no answer in time",
  "57P03": "the server is starting or stopping",
};

const bySystemCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: "no server answers at that address",
  ECONNRESET: "the server closed the connection",
  EHOSTUNREACH: "that address cannot be reached",
  ENETUNREACH: "that address cannot be reached",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  ETIMEDOUT: "the server gave no answer in time",
};

/** Null: the URL itself. */
export function connectionFault(error: unknown): DatabaseFault {
  if (error === null) return new DatabaseFault("it holds no URL that begins with postgres:// or postgresql://");
  if (error instanceof DatabaseFault) return error;
  const code = codeOf(error);
  const known = code === null ? undefined : (bySqlState[code] ?? bySystemCode[code]);
  if (known !== undefined) return new DatabaseFault(known);
  const said = error instanceof Error ? error.message : "";
  if (/timeout/i.test(said)) return new DatabaseFault("the server gave no answer in time");
  if (/\bSSL\b|certificate/i.test(said)) return new DatabaseFault(`the encrypted connection failed${code === null ? "" : ` (${code})`}: see sslmode in the URL`);
  return new DatabaseFault(`the connection failed${code === null ? "" : ` (${code})`}`);
}

/** A pooler that takes no `options`: PgBouncer answers with a protocol violation, others with words of their own. */
export function isRefusedOption(error: unknown): boolean {
  return error instanceof Error && (codeOf(error) === "08P01" || /unsupported startup parameter/i.test(error.message));
}

function codeOf(error: unknown): string | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && /^[A-Z0-9_]{1,60}$/.test(code) ? code : null;
}
