// What stands around a statement when it runs, and what that means for the statements that refuse a transaction block
// (PreventInTransactionBlock in src/backend/access/transam/xact.c).

import type { Change } from "../../schema/changes";
import type { ToolId } from "../../schema/history";
import { readChanges } from "../../schema/read/index";
import type { FixIntent, RuleId, StatementContext } from "../rule";
import { sentence } from "../wording";

export interface TransactionInTheWay {
  /** `Drizzle runs all pending migrations in one transaction`. */
  readonly reason: string;
  /** What to do here instead: a sentence. */
  readonly advice: string;
  /** The tool has a way to run the statement outside of the transaction that can be written down. */
  readonly canMove: boolean;
  /** The tool has none: it is run by hand before, and the migration finds it done (IF NOT EXISTS, IF EXISTS). */
  readonly byHand: boolean;
}

export const toolNames: Readonly<Record<ToolId, string>> = {
  plain: "the migration tool",
  drizzle: "Drizzle",
  prisma: "Prisma",
  supabase: "Supabase",
  flyway: "Flyway",
  "golang-migrate": "golang-migrate",
  dbmate: "dbmate",
  goose: "goose",
  sqlx: "sqlx",
  refinery: "refinery",
  "node-pg-migrate": "node-pg-migrate",
  liquibase: "Liquibase",
  hasura: "Hasura",
  diesel: "Diesel",
  single: "the migration tool",
};

/** Why CONCURRENTLY cannot run here; null where it can. `isSeen`: the statement itself tells that it refuses a transaction, which some tools look for. */
export function transactionInTheWay(context: Pick<StatementContext, "embedded" | "before" | "version" | "change">, isSeen = true): TransactionInTheWay | null {
  const { session } = context.before;
  if (context.embedded) {
    return { reason: "a DO block runs in a transaction", advice: "Write it as a statement of its own, outside of the block.", canMove: false, byHand: false };
  }
  if (session.transaction === null) return null;
  if (session.transaction === "explicit") {
    return { reason: "it stands between BEGIN and COMMIT", advice: "Move it out of that block.", canMove: false, byHand: false };
  }
  const { wraps, wayOut } = context.version.transaction;
  // The tool sees by itself what cannot run in a transaction, where it is all that the file holds.
  const unseen = wayOut.way === "detected" && isUnknown(context.change) ? wayOut.unseen : undefined;
  if (isSeen && wayOut.way === "detected" && unseen === undefined && wraps !== "all pending") {
    const { statements } = context.version;
    if (statements.length === 1) return null;
    if (wayOut.together === true && statements.every(({ parsed }) => readChanges(parsed).every(({ change }) => isKnown(change)))) return null;
  }
  const tool = toolNames[context.version.tool];
  const reason =
    session.transaction === "implicit"
      ? `${tool} sends the file as one string, and Postgres runs its statements as one transaction`
      : wraps === "all pending"
        ? `${tool} runs all pending migrations in one transaction`
        : `${tool} runs each migration in a transaction`;
  if (unseen !== undefined) return { reason, advice: sentence(unseen), canMove: false, byHand: false };
  if (wayOut.way === "none needed") return { reason, advice: "Run it outside of the transaction.", canMove: false, byHand: false };
  return { reason, advice: sentence(wayOut.advice), canMove: wayOut.way !== "by hand", byHand: wayOut.way === "by hand" };
}

/** What a tool knows by its first words as refusing a transaction. */
function isKnown(change: Change): boolean {
  if (change.change === "none") return change.command === "alter system";
  return change.change === "vacuum" || ((change.change === "createIndex" || (change.change === "drop" && change.kind === "index")) && change.concurrently);
}

function isUnknown(change: Change): boolean {
  return (change.change === "reindex" && change.word !== "schema" && change.word !== "database" && change.word !== "system") || (change.change === "alterTable" && change.actions.some(({ action }) => action === "detachPartition"));
}

/** What a comment has to say where a tool has no way out and the statement was run by hand before: nothing in it tells that. */
export function byHandComment(rule: RuleId): string {
  return `-- plumbline-ignore ${rule}: run by hand before the deployment`;
}

/** The advice, and where the statement is run by hand, that a comment has to say so. */
export function adviceFor(way: TransactionInTheWay, rule: RuleId): string {
  return way.byHand ? `${way.advice} Then say so above it: \`${byHandComment(rule)}\`.` : way.advice;
}

/** What CONCURRENTLY needs of the tool where nothing is in its way: a sentence with a space before it, or nothing. */
export function concurrentlyNeeds(context: Pick<StatementContext, "version">): string {
  return context.version.tool === "flyway" ? " Set flyway.postgresql.transactional.lock=false for it, or it waits for Flyway's own lock for ever." : "";
}

/** The statement that limits how long the statements after it wait for their locks, as this version's own does. */
export function lockTimeoutStatement(context: Pick<StatementContext, "before" | "version">): string {
  const timeout = context.before.session.lockTimeout;
  return setStatement(context, "lock_timeout", timeout === null || timeout <= 0 ? "5s" : duration(timeout));
}

/** SET LOCAL ends with the tool's transaction; outside of one it does nothing but warn. */
export function setStatement({ version }: Pick<StatementContext, "version">, setting: string, value: string): string {
  return `SET ${version.transaction.wraps === "nothing" ? "" : "LOCAL "}${setting} = '${value}'`;
}

export function duration(milliseconds: number): string {
  if (milliseconds >= 60_000 && milliseconds % 60_000 === 0) return `${milliseconds / 60_000}min`;
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** For a statement that has to wait for a lock from now on, where nothing limits that yet. */
export function limitedWait(context: Pick<StatementContext, "before">): readonly FixIntent[] {
  const { lockTimeout } = context.before.session;
  return lockTimeout === null ? [{ intent: "setLockTimeout", value: "5s" }] : [];
}

/** All pending versions run in one transaction: a version that is added now is no later one. */
export function runsTogether({ version }: Pick<StatementContext, "version">): boolean {
  return version.transaction.wraps === "all pending" && !version.transaction.disabled;
}

/** What needs the locks of this version to be gone: nothing of it is written now where the tool runs all that is pending at once. */
export function laterSteps(context: Pick<StatementContext, "version">, steps: readonly FixIntent[]): readonly FixIntent[] {
  return runsTogether(context) ? [] : steps;
}

/** The title of a fix that leaves the validation to a later migration. */
export function notValidTitle(context: Pick<StatementContext, "version">, what: string): string {
  return runsTogether(context) ? `Add the ${what} NOT VALID: validate it in a later deployment` : `Add the ${what} NOT VALID, and validate it in a later migration`;
}

/** Where what has to come after this version's transaction goes: as words of a message. */
export function later(context: Pick<StatementContext, "version">): string {
  return runsTogether(context) ? "in a migration of a later deployment" : "in a later migration";
}
