// Explains a statement where it is asked to: what the command line and the editor call.

import { emptySchema, type Built, type EmbeddedDatabase, type EmbeddedSchema } from "./embedded/database";
import { onSchema } from "./embedded/missing";
import { connectionSettings, type ConnectionSettings, type Surroundings } from "./connectionSettings";
import { explain, type Explained, type Explanation, type Planned } from "./explain";
import { DatabaseFault, statementFault } from "./faults";
import { openRemote } from "./remoteSession";
import type { Session } from "./session";
import { explainResult, nestedPlan } from "../explain/explainResult";
import { knownSchema } from "../explain/knownSchema";
import type { ExplainResult } from "../explain/result";
import { triedWords } from "../explain/tried";
import type { SchemaView } from "../schema/view";

/** A server that is there already. */
export interface RemoteServer {
  /** As libpq takes it; empty: all is in the environment. */
  readonly url: string;
  readonly password: string | null;
  /** Behind a transaction pooler. */
  readonly pooler: boolean;
  /** Nothing that writes is run there. */
  readonly production: boolean;
  /** Nobody else works there: an index may be made and rolled back to try it. */
  readonly local?: boolean;
}

export type ExplainAnswer = { readonly kind: "plan"; readonly result: ExplainResult; /** Without the indexes that were tried. */ readonly before?: ExplainResult } | Exclude<Explained, { readonly kind: "plan" }>;

/** In milliseconds: how much longer than its statement may take a server is waited for. */
const grace = 5_000;

/** A session of its own, which is ended whatever comes. Throws a `DatabaseFault`. */
export async function explainRemote(server: RemoteServer, explanation: Omit<Explanation, "production" | "local">, around: Surroundings, signal?: AbortSignal): Promise<ExplainAnswer> {
  const session = await opened(server, { limit: explanation.timeout + grace, nested: explanation.nested === true }, around, signal);
  return await answered(session, { ...explanation, production: server.production, local: server.local === true }, { kind: "remote" }, signal);
}

/** On the schema of a project: with `head`, what it has is not advised again. Throws a `DatabaseFault`. */
export async function explainEmbedded(database: EmbeddedDatabase, { head, ...schema }: EmbeddedSchema & { readonly head?: (() => SchemaView) | null }, explanation: Omit<Explanation, "production" | "local">, signal?: AbortSignal): Promise<ExplainAnswer> {
  try {
    return await database.with(schema, (built) => inTime(built.session, explanation, () => answeredOn(built, schema.name, explanation, head ?? null, signal)), signal);
  } catch (error) {
    throw signal?.aborted === true ? new DatabaseFault("it was cancelled") : statementFault(error);
  }
}

async function answeredOn({ session, notes, failures }: Built, name: string | null, explanation: Omit<Explanation, "production" | "local">, head: (() => SchemaView) | null, signal?: AbortSignal): Promise<ExplainAnswer> {
  try {
    return withNotes(await answered(session, { ...explanation, production: false, local: false }, { kind: "embedded", head }, signal), notes);
  } catch (error) {
    throw onSchema(statementFault(error), { name, failures });
  }
}

/** The embedded Postgres ends no statement by itself. */
async function inTime<Result>(session: Session, { timeout }: Pick<Explanation, "timeout">, run: () => Promise<Result>): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    void session.cancel(null);
  }, timeout);
  try {
    return await run();
  } catch (error) {
    throw late.signal.aborted ? new DatabaseFault("it took longer than the time that it was given, and was ended") : error;
  } finally {
    clearTimeout(timer);
  }
}

const withNotes = (answer: ExplainAnswer, notes: readonly string[]): ExplainAnswer => (answer.kind === "plan" ? { ...answer, result: { ...answer.result, notes: [...notes, ...answer.result.notes] } } : answer);

/** "PostgreSQL 17.5", and who is connected to what. Throws a `DatabaseFault`. */
export async function testRemote(server: RemoteServer, around: Surroundings, signal?: AbortSignal): Promise<{ readonly server: string; readonly message: string }> {
  const session = await opened(server, { limit: 2 * grace, nested: false }, around, signal);
  try {
    const rows = await session.query(
      `SELECT split_part(pg_catalog.version(), ' on ', 1), current_user, current_database(), pg_catalog.pg_is_in_recovery()::text,
         EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls))::text`,
    );
    const [version, user, database, isReplica, bypasses] = rows[0]!;
    return { server: version!, message: `${version!}${isReplica === "true" ? ", a replica" : ""}: connected to ${database!} as ${user!}${bypasses === "true" ? ", whom no policy holds back" : ""}.` };
  } catch (error) {
    throw statementFault(error);
  } finally {
    await session.end();
  }
}

export async function testEmbedded(database: EmbeddedDatabase, signal?: AbortSignal): Promise<{ readonly server: string; readonly message: string }> {
  try {
    const rows = await database.with(emptySchema, ({ session }) => session.query("SELECT split_part(pg_catalog.version(), ' (', 1)"), signal);
    return { server: rows[0]![0]!, message: `${rows[0]![0]!}, embedded.` };
  } catch (error) {
    throw statementFault(error);
  }
}

async function opened(server: RemoteServer, { limit, nested }: { readonly limit: number; readonly nested: boolean }, around: Surroundings, signal?: AbortSignal): Promise<Session> {
  try {
    const settings = await connectionSettings(server.url, server.password, around);
    const pooler = server.pooler || settings.pooler;
    if (pooler && nested) throw new DatabaseFault(notBehindPooler);
    return await openRemote(pooler ? pooled(settings) : settings, { limit, signal });
  } catch (error) {
    throw signal?.aborted === true ? new DatabaseFault("it was cancelled") : statementFault(error);
  }
}

/** What is loaded stays in the server's process, which a pooler gives to others. */
const notBehindPooler = "what functions run is not told behind a transaction pooler: auto_explain would stay loaded for others";

/** Poolers take none at the start. */
const pooled = (settings: ConnectionSettings): ConnectionSettings => ({ ...settings, pooler: true, options: null });

async function answered(session: Session, explanation: Explanation, { kind, head = null }: { readonly kind: ExplainResult["server"]["kind"]; readonly head?: (() => SchemaView) | null }, signal?: AbortSignal): Promise<ExplainAnswer> {
  try {
    const explained = await explain(session, explanation, signal);
    if (explained.kind !== "plan") return explained;
    const { query, serverVersion: version } = explained;
    const { parser } = explanation;
    const read = ({ read: { plan, notes }, statistics, within }: Planned, told: readonly string[]): ExplainResult => {
      const of = { server: { version, kind }, schema: head?.() ?? (statistics && parser ? knownSchema(statistics, parser) : null), statistics };
      return explainResult(plan, { ...of, query, notes: [...told, ...notes], nested: (within?.statements ?? []).map((each) => nestedPlan({ ...each, plan: each.read.plan }, of)) });
    };
    const result = read(explained, explained.notes);
    if (explained.before === null) return { kind: "plan", result };
    const before = read(explained.before, []);
    return { kind: "plan", result: { ...result, notes: [...result.notes, triedWords(before, result)] }, before };
  } finally {
    await session.end();
  }
}
