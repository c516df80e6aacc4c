// Runs EXPLAIN for one statement, in a transaction of its own that is always rolled back.

import { quoteIdentifier } from "../sql/identifiers";
import type { Explainable } from "../sql/explainable";
import type { SqlParser } from "../sql/parser";
import type { TriedIndex } from "../sql/triedIndex";
import { consentFor, consentForBoth, consentForTrial, volatileFunctions, type Consent } from "./consent";
import { codeOf, DatabaseFault, statementFault } from "./faults";
import type { NestedStatement, RanWithin } from "./nestedStatements";
import type { Answered, Row, Session, Transaction } from "./session";
import { readStatistics } from "./statisticsReader";
import { tellNested } from "./tellNested";
import { trialOf, type Trial } from "./trial";
import { measure } from "../explain/metrics";
import { PlanError } from "../explain/planError";
import { readPlan, type ReadPlan } from "../explain/readPlan";
import { relationsRead, triggersRun } from "../explain/readRelations";
import type { ServerStatistics } from "../explain/statistics";

export interface Explanation {
  readonly statement: Explainable;
  /** "analyze" runs the statement. */
  readonly mode: "plan" | "analyze";
  /** It was agreed to that a statement which writes is run, and rolled back. */
  readonly consent: boolean;
  /** Nothing that writes is run there. */
  readonly production: boolean;
  /** By name, as text; null: they are not known yet. */
  readonly parameters: Readonly<Record<string, string | null>> | "generic" | null;
  readonly role: string | null;
  readonly settings: Readonly<Record<string, string>>;
  /** In milliseconds: how long the statement may take. */
  readonly timeout: number;
  /** It is explained without them, and then as if they were there. */
  readonly tried?: readonly TriedIndex[];
  /** Nobody else works on that database: an index may be made there to try it, with consent. */
  readonly local?: boolean;
  /** Reads what the server writes of its tables and indexes. Without it no finding knows which ones are there. */
  readonly parser?: SqlParser;
  /** The statements that functions and triggers run meanwhile are explained too: with "analyze". */
  readonly nested?: boolean;
}

export interface Parameter {
  readonly name: string;
  /** As Postgres calls it; null: it could not tell. */
  readonly type: string | null;
}

export interface Planned {
  /** As the server sent it. */
  readonly json: string;
  readonly read: ReadPlan;
  /** Of what the plan reads; null: the server does not tell. */
  readonly statistics: ServerStatistics | null;
  /** What functions and triggers ran; null: it was not asked for. */
  readonly within: { readonly statements: readonly ReadWithin[]; readonly left: number } | null;
}

export interface ReadWithin extends Omit<NestedStatement, "plan"> {
  readonly read: ReadPlan;
}

export type Explained =
  | (Planned & { readonly kind: "plan"; readonly serverVersion: string; readonly query: string; readonly notes: readonly string[]; /** The plan without the indexes that were tried; null: none were. */ readonly before: Planned | null })
  | ({ readonly kind: "consent" } & Consent)
  | { readonly kind: "parameters"; readonly parameters: readonly Parameter[] };

/** In milliseconds. */
export const defaultTimeout = 30_000;
const lockTimeout = 3_000;

/** Larger plans can be neither shown nor read. */
const largestPlan = 64_000_000;

/** Asks on a session that is used for nothing else. Throws a `DatabaseFault`. */
export async function explain(session: Session, explanation: Explanation, signal?: AbortSignal): Promise<Explained> {
  const run = new Run(session, explanation);
  const stop = (): void => void session.cancel(run.transaction);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    signal?.throwIfAborted();
    return await run.explained(signal);
  } catch (error) {
    throw signal?.aborted === true ? new DatabaseFault("it was cancelled") : statementFault(error);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

class Run {
  /** Once it has begun. */
  transaction: Transaction | null = null;
  private version = 0;
  private versionName = "";
  private readonly notes: string[] = [];
  private ran: RanWithin | null = null;

  constructor(
    private readonly session: Session,
    private readonly asked: Explanation,
  ) {}

  async explained(signal?: AbortSignal): Promise<Explained> {
    const { statement, mode, production, consent, local = false, tried = [] } = this.asked;
    const isWriting = mode === "analyze" && statement.writes.length > 0;
    if (isWriting && production) throw new DatabaseFault(`this connection is marked production, and nothing that writes is run there: explain the ${statement.command} without running it`);
    if (mode === "analyze" && this.asked.parameters === "generic") throw new DatabaseFault("a generic plan cannot be run: give values, or explain without running");
    if (mode === "plan" && this.asked.nested === true) throw new DatabaseFault("what functions do is planned when they run: their statements are explained only of a statement that is run");
    const isAgreed = consent || this.session.kind === "embedded";
    const trial = tried.length === 0 ? null : await trialOf(this.session, { tried, mode, local, production });
    await this.begin((isWriting && isAgreed) || trial?.writes === true ? "" : " READ ONLY");
    try {
      if (this.asked.nested === true) await tellNested(this.session, this.version);
      await this.become();
      if (!isAgreed) {
        const question = mode === "analyze" ? consentFor(statement, await volatileFunctions(this.session, statement.functions)) : null;
        const asked = consentForBoth(question, trial?.writes === true ? consentForTrial(tried) : null);
        if (asked) return { kind: "consent", ...asked };
      }
      const values = this.values();
      if (values === null) return { kind: "parameters", parameters: await this.parameters() };
      signal?.throwIfAborted();
      const query = await this.query();
      const before = trial && (await this.before(query, values, isWriting));
      if (trial) await this.make(trial);
      if (trial?.writes === true && !isWriting) await this.writeNoMore();
      const planned = await this.planned(query, values);
      if (planned.within !== null && planned.within.left > 0) this.notes.push(`Of other statements that functions ran, ${planned.within.left} runs are left out.`);
      await this.noteRowSecurity(planned.json);
      signal?.throwIfAborted();
      if (isWriting && this.session.kind === "remote") this.notes.push(`The ${statement.command} was run and rolled back.`);
      return { kind: "plan", ...planned, serverVersion: this.versionName, query, notes: this.notes, before };
    } finally {
      // Once more, where a request to cancel has met it.
      if (trial?.forget) await this.forget(trial.forget).catch(() => this.forget(trial.forget!)).catch(() => undefined);
      await this.session.query("ROLLBACK").catch(() => undefined);
    }
  }

  /** What a run of it wrote is not there for the second one. */
  private async before(query: string, values: readonly (string | null)[] | "generic", isWriting: boolean): Promise<Planned> {
    const { session } = this;
    await session.query("SAVEPOINT untried");
    if (!isWriting) await this.writeNoMore();
    const notes = this.notes.length;
    const planned = await this.planned(query, values);
    this.notes.splice(notes);
    await session.query("ROLLBACK TO untried");
    return planned;
  }

  /** What is agreed to for an index is not for the statement. */
  private async writeNoMore(): Promise<void> {
    await this.session.query("SET LOCAL transaction_read_only = on");
  }

  /** Indexes are their table's owner's to make, and hypopg's functions may be the user's alone. */
  private async make(trial: Trial): Promise<void> {
    const { role } = this.asked;
    if (role !== null) await this.session.query("SET LOCAL ROLE NONE");
    await trial.make();
    if (role !== null) await this.setRole(role);
    this.notes.push(trial.note);
  }

  /** Inside of the transaction, which may have failed: behind a pooler the session is another's right after it. */
  private async forget(forget: NonNullable<Trial["forget"]>): Promise<void> {
    await this.session.query("ROLLBACK TO untried; SET LOCAL ROLE NONE");
    await forget();
  }

  private async begin(how: "" | " READ ONLY"): Promise<void> {
    const { timeout } = this.asked;
    // SET LOCAL, because behind a pooler the session is another's afterwards.
    const rows = await this.session.query(
      `BEGIN${how}; SET LOCAL application_name = 'plumbline'; SET LOCAL statement_timeout = ${timeout}; SET LOCAL lock_timeout = ${Math.min(lockTimeout, timeout)}; SET LOCAL idle_in_transaction_session_timeout = ${timeout + 10_000};
       SELECT current_setting('server_version_num'), split_part(current_setting('server_version'), ' ', 1), pg_catalog.pg_backend_pid(), pg_catalog.now()`,
    );
    const [number, name, backend, start] = rows[0]!;
    this.version = Math.floor(Number(number) / 10_000);
    this.versionName = name!;
    this.transaction = { backend: backend!, start: start! };
    if (this.session.kind === "remote" && this.version >= 14 && this.asked.mode === "analyze") await this.watchConnection();
  }

  /** The server ends the statement where the connection breaks. Not every system can tell. */
  private async watchConnection(): Promise<void> {
    const { session } = this;
    await session.query("SAVEPOINT watch; SET LOCAL client_connection_check_interval = 1000; RELEASE watch").catch(() => session.query("ROLLBACK TO watch"));
  }

  private async become(): Promise<void> {
    const { role, settings } = this.asked;
    for (const [name, value] of Object.entries(settings)) await this.session.query("SELECT pg_catalog.set_config($1, $2, true)", [name, value]);
    if (role !== null) await this.setRole(role);
    const names = Object.keys(settings);
    if (role !== null || names.length > 0) this.notes.push(`Explained ${role === null ? "" : `as role ${role}`}${role !== null && names.length > 0 ? ", " : ""}${names.length > 0 ? `with ${names.join(", ")} set` : ""}.`);
  }

  private async setRole(role: string): Promise<void> {
    try {
      await this.session.query(`SET LOCAL ROLE ${quoteIdentifier(role)}`);
    } catch (error) {
      if (codeOf(error) === "22023") throw new DatabaseFault(`there is no role ${role}`);
      if (codeOf(error) === "42501") throw new DatabaseFault(`the user may not become role ${role}`);
      throw error;
    }
  }

  /** In the order of their numbers; null: some are not known yet; "generic": none are needed. */
  private values(): readonly (string | null)[] | "generic" | null {
    const { statement, parameters } = this.asked;
    if (statement.parameters.length === 0) return [];
    if (parameters === "generic") return "generic";
    if (parameters === null || statement.parameters.some((name) => !Object.hasOwn(parameters, name))) return null;
    return statement.parameters.map((name) => parameters[name]!);
  }

  private async parameters(): Promise<readonly Parameter[]> {
    const { statement } = this.asked;
    const types = statement.preparable ? await this.types() : [];
    return statement.parameters.map((name, i) => ({ name, type: types[i] ?? null }));
  }

  private async types(): Promise<readonly string[]> {
    const name = temporaryName();
    try {
      const types = `SELECT pg_catalog.to_json(parameter_types::pg_catalog.text[]) FROM pg_catalog.pg_prepared_statements WHERE name = '${name}'`;
      const rows = await this.withPrepared(`PREPARE ${name} AS ${this.asked.statement.sql}\n`, name, () => this.session.query(types));
      return JSON.parse(rows[0]?.[0] ?? "[]") as string[];
    } catch (error) {
      // Nothing in the statement tells the type.
      if (["42P18", "42P08"].includes(codeOf(error) ?? "")) return [];
      throw error;
    }
  }

  /** What is explained: of a materialized view, its query. */
  private async query(): Promise<string> {
    const { statement } = this.asked;
    if (statement.refreshes === null) return statement.sql;
    this.notes.push("Postgres shows no plan of REFRESH MATERIALIZED VIEW: this is that of the view's query.");
    const rows = await this.session.query("SELECT pg_catalog.pg_get_viewdef($1::pg_catalog.regclass)", [statement.refreshes]);
    return rows[0]![0]!.trim().replace(/;$/, "");
  }

  /** The plan, and what the server knows of what it reads. */
  private async planned(query: string, values: readonly (string | null)[] | "generic"): Promise<Planned> {
    const json = await this.plan(query, values);
    const read = planIn(json);
    const within = this.ran && { ...this.ran, statements: this.ran.statements.map(({ plan, ...run }) => ({ ...run, read: planIn(plan) })) };
    const plans = [read.plan, ...(within?.statements ?? []).map((each) => each.read.plan)];
    const subject = { relations: relationsRead(new Map(plans.flatMap((plan) => [...measure(plan)]))), triggers: triggersRun(read.plan) };
    return { json, read, statistics: await readStatistics(this.session, subject), within };
  }

  private async plan(query: string, values: readonly (string | null)[] | "generic"): Promise<string> {
    const { statement } = this.asked;
    if (values === "generic") this.notes.push("A generic plan: for any values of the parameters.");
    const explained = `EXPLAIN (${this.options(values === "generic").join(", ")}) `;
    if (values !== "generic" && this.asked.nested === true) return this.planWithin(explained + query, values);
    if (statement.prepare !== null) return this.read(await this.withPrepared(statement.prepare.sql, statement.prepare.name, () => this.session.query(explained + query)));
    if (values !== "generic") return this.read(await this.session.query(explained + query, values.length === 0 ? undefined : values));
    if (this.version >= 16) return this.read(await this.session.query(explained + query));
    if (!statement.preparable) throw new DatabaseFault(`Postgres ${this.version} has no generic plan of ${statement.command}: give values`);
    const name = temporaryName();
    const execute = `${explained}EXECUTE ${name}(${statement.parameters.map(() => "NULL").join(", ")})`;
    return this.read(await this.withPrepared(`PREPARE ${name} AS ${query}\n`, name, () => this.session.query(`SET LOCAL plan_cache_mode = force_generic_plan; ${execute}`)));
  }

  private async planWithin(sql: string, values: readonly (string | null)[]): Promise<string> {
    const { prepare } = this.asked.statement;
    // Of an EXECUTE the statement that it was prepared from is told.
    const ask = (given?: readonly (string | null)[]): Promise<Answered> => this.session.queryWithin(sql, { values: given, outer: prepare?.sql ?? null });
    const { rows, within } = prepare !== null ? await this.withPrepared(prepare.sql, prepare.name, ask) : await ask(values.length === 0 ? undefined : values);
    this.ran = within;
    return this.read(rows);
  }

  /** An owner's plan is not the application's: it lacks what the policies add. */
  private async noteRowSecurity(json: string): Promise<void> {
    // VERBOSE names the schema right behind the relation.
    const relations = [...new Set([...json.matchAll(/"Relation Name": ("(?:[^"\\]|\\.)*"),\s*"Schema": ("(?:[^"\\]|\\.)*")/g)].map(([, name, schema]) => `{"name":${name!},"schema":${schema!}}`))];
    if (relations.length === 0) return;
    const rows = await this.session.query(
      `SELECT c.oid::pg_catalog.regclass FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS asked (schema text, name text)
       JOIN pg_catalog.pg_namespace n ON n.nspname = asked.schema JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = asked.name
       WHERE c.relrowsecurity AND NOT pg_catalog.row_security_active(c.oid) ORDER BY 1`,
      [`[${relations.join(",")}]`],
    );
    if (rows.length > 0) this.notes.push(`Policies do not hold for this user on ${rows.map(([name]) => name).join(", ")}: explain as the application's role to see its plan.`);
  }

  /** What was prepared goes with the transaction: a pooler gives the session to others. */
  private async withPrepared<Result>(prepare: string, name: string, ask: () => Promise<Result>): Promise<Result> {
    const { session } = this;
    await session.query("SAVEPOINT prepared");
    await session.query(prepare);
    try {
      return await ask();
    } catch (error) {
      await session.query("ROLLBACK TO prepared").catch(() => undefined);
      throw error;
    } finally {
      const forget = `DEALLOCATE ${name}`;
      await session.query(forget).catch(() => session.query(`ROLLBACK TO prepared; ${forget}`).catch(() => undefined));
    }
  }

  private options(isGeneric: boolean): readonly string[] {
    const isRun = this.asked.mode === "analyze";
    const since = (version: number, option: string): readonly string[] => (this.version >= version ? [option] : []);
    return [
      "FORMAT JSON",
      "VERBOSE",
      "SETTINGS",
      ...(isRun || this.version >= 13 ? ["BUFFERS"] : []),
      ...(isRun ? ["ANALYZE", ...since(13, "WAL"), ...since(17, "SERIALIZE")] : []),
      ...since(17, "MEMORY"),
      ...(isGeneric ? since(16, "GENERIC_PLAN") : []),
    ];
  }

  private read(rows: readonly Row[]): string {
    const json = rows.map(([part]) => part ?? "").join("\n");
    if (json.length > largestPlan) throw new DatabaseFault(`the plan is larger than ${largestPlan / 1_000_000} MB`);
    return json;
  }
}

function planIn(json: string): ReadPlan {
  try {
    return readPlan(json);
  } catch (error) {
    throw error instanceof PlanError ? new DatabaseFault(error.message) : error;
  }
}

const temporaryName = (): string => `plumbline_${Math.random().toString(36).slice(2)}`;
