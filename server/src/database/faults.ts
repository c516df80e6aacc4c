// What can go wrong with a connection, in words that give nothing away: no URL, no password, no row.

export class DatabaseFault extends Error {
  override readonly name = "DatabaseFault";

  /** `state`: the SQLSTATE of what Postgres says of a statement; null: it is no such fault. */
  constructor(
    message: string,
    readonly state: string | null = null,
  ) {
    super(message);
  }
}

/** Of the way there, whatever is asked. */
const byConnectionState: Readonly<Record<string, string>> = {
  "08P01": "the server, or a pooler before it, does not take the connection as it was asked for",
  "28P01": "the server refuses the user or the password",
  "28000": "the server refuses the user or the password",
  "3D000": "the server has no such database",
  "53300": "the server has no connection left",
  "57P01": "the server ended the connection",
  "57P02": "the server ended the connection",
  "57P03": "the server is starting or stopping",
};

/** PgBouncer has one code for nearly all that it says. */
const poolersWords: readonly (readonly [RegExp, string])[] = [
  [/statement pooling/i, "the pooler gives each statement another session, and a transaction is needed: connect to a pool in transaction mode, or to the server itself"],
  [/authentication failed|no such user/i, "the server refuses the user or the password"],
  [/no such database|database ".*" does not exist/i, "the server has no such database"],
  [/query_wait_timeout|no more connections/i, "the server has no connection left"],
];
const byPooler = (error: unknown): string | undefined => (codeOf(error) === "08P01" && error instanceof Error ? poolersWords.find(([words]) => words.test(error.message))?.[1] : undefined);

/** Of reading a tool's table. */
const byTableState: Readonly<Record<string, string>> = {
  "42501": "the user may not read the tool's table",
  "42703": "the tool's table has other columns than the tool makes",
  "55P03": "another session holds a lock on the tool's table",
  "57014": "the server gave no answer in time",
};

const bySystemCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: "no server answers at that address",
  ECONNRESET: "the server closed the connection",
  EPIPE: "the server closed the connection",
  ENOENT: "no server answers at that address",
  EHOSTUNREACH: "that address cannot be reached",
  ENETUNREACH: "that address cannot be reached",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  ETIMEDOUT: "the server gave no answer in time",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the root certificate does not vouch for the server's",
  SELF_SIGNED_CERT_IN_CHAIN: "the root certificate does not vouch for the server's",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the root certificate does not vouch for the server's",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the root certificate does not vouch for the server's",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another name than that of the host",
};

/** What went wrong on the way to a tool's table, or with reading it. */
export function connectionFault(error: unknown): DatabaseFault {
  if (error instanceof DatabaseFault) return error;
  const code = codeOf(error);
  const known = code === null ? undefined : (byPooler(error) ?? byConnectionState[code] ?? byTableState[code] ?? bySystemCode[code]);
  return new DatabaseFault(known ?? inWords(error, code));
}

/** What went wrong with a statement that was explained, or on the way to it. What the server says of names is passed on, what it says of values is not. */
export function statementFault(error: unknown): DatabaseFault {
  if (error instanceof DatabaseFault) return error;
  const code = codeOf(error);
  const known = code === null ? undefined : (byPooler(error) ?? byConnectionState[code] ?? bySystemCode[code]);
  if (known !== undefined) return new DatabaseFault(known);
  if (code === null || !/^[0-9A-Z]{5}$/.test(code)) return new DatabaseFault(inWords(error, code));
  const said = error instanceof Error ? error.message : "";
  if (code === "57014") return new DatabaseFault(/statement timeout/.test(said) ? "it took longer than the time that it was given, and was ended" : "it was ended");
  if (code === "55P03") return new DatabaseFault("another session holds a lock that it needs");
  if (code === "25006") return new DatabaseFault(`it writes, and so cannot be run here: ${said}`);
  const isOfNames = namesOnly.has(code.slice(0, 2));
  return new DatabaseFault(`Postgres says: ${isOfNames ? said : withoutValues(said, code)} (${code})`, code);
}

/**
 * Classes of SQLSTATE whose messages are made of names and keywords: features, transactions, constraints, syntax and
 * access, resources, limits, states of objects.
 */
const namesOnly: ReadonlySet<string> = new Set(["0A", "0L", "0P", "21", "23", "25", "26", "2B", "3B", "3F", "42", "44", "53", "54", "55"]);

/** `invalid input syntax for type integer: "x"`: what stands behind the colon, or in quotes, may be of a row. */
function withoutValues(message: string, code: string): string {
  // A function of the user's raised it, in words of its own.
  if (code.startsWith("P0")) return "a function raised an error";
  return message.replace(/:[^]*$/, "").replace(/"[^"]*"?/g, '"..."');
}

function inWords(error: unknown, code: string | null): string {
  const said = error instanceof Error ? error.message : "";
  if (error instanceof Error && error.name === "AbortError") return "it was cancelled";
  if (/timeout/i.test(said)) return "the server gave no answer in time";
  if (/Connection terminated/i.test(said)) return "the server ended the connection";
  if (isEncryptionRefused(error)) return "the encrypted connection failed: the server takes none, and sslmode asks for one";
  if (/\bSSL\b|certificate/i.test(said)) return `the encrypted connection failed${code === null ? "" : ` (${code})`}: see sslmode in the URL`;
  return `the connection failed${code === null ? "" : ` (${code})`}`;
}

/** The server's answer to the question for encryption, in the driver's words. */
export function isEncryptionRefused(error: unknown): boolean {
  return error instanceof Error && /does not support SSL|establishing an SSL connection/.test(error.message);
}

/** No line of pg_hba.conf lets this user in, at least not in this way. */
export function isRefusedLogin(error: unknown): boolean {
  return codeOf(error) === "28000";
}

/** A pooler that takes no `options`: PgBouncer answers with a protocol violation, others with words of their own. */
export function isRefusedOption(error: unknown): boolean {
  return error instanceof Error && (codeOf(error) === "08P01" || /unsupported startup parameter/i.test(error.message));
}

export function codeOf(error: unknown): string | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && /^[A-Z0-9_]{1,60}$/.test(code) ? code : null;
}
