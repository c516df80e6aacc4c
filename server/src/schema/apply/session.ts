// SET, RESET, BEGIN, COMMIT: the session that the next statements run in.

import type { Change } from "../changes";
import { sessionKey } from "../keys";
import { initialSession, type Session } from "../session";
import type { ApplyContext } from "./context";

export function set(context: ApplyContext, change: Extract<Change, { change: "set" }>): void {
  const before = context.session;
  // Outside a transaction SET LOCAL is a warning and changes nothing.
  if (change.local && before.transaction === null) return;
  const changed = withSetting(before, change.setting, change.value);
  if (changed === before) return;
  const { searchPath, lockTimeout, statementTimeout } = before.restore ?? before;
  context.writer.set(sessionKey, change.local ? { ...changed, restore: { searchPath, lockTimeout, statementTimeout } } : changed);
}

function withSetting(session: Session, setting: string, value: string | null): Session {
  switch (setting) {
    case "search_path":
      return { ...session, searchPath: value === null ? initialSession.searchPath : schemasOf(value) };
    case "lock_timeout":
      return { ...session, lockTimeout: value === null ? null : milliseconds(value) };
    case "statement_timeout":
      return { ...session, statementTimeout: value === null ? null : milliseconds(value) };
    case "role":
      return { ...session, role: value === null || value === "none" ? null : value };
    case "all":
      return { ...initialSession, transaction: session.transaction };
    default:
      return session;
  }
}

function schemasOf(value: string): readonly string[] {
  return value
    .split(",")
    .map((part) => part.trim().replace(/^"(.*)"$/, "$1"))
    .filter((part) => part !== "" && part !== "$user" && part !== "pg_catalog" && part !== "pg_temp");
}

/** A time as Postgres reads it (src/backend/utils/misc/guc.c): milliseconds without a unit; null if it is none. */
export function milliseconds(value: string): number | null {
  const match = /^\s*([\d.]+)\s*(us|ms|s|min|h|d)?\s*$/.exec(value);
  if (!match) return null;
  const unit = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] ?? "ms"] ?? 1;
  return Number(match[1]) * unit;
}

export function transaction(context: ApplyContext, change: Extract<Change, { change: "transaction" }>): void {
  const session = context.session;
  switch (change.command) {
    case "begin":
      // Inside a transaction BEGIN is a warning, no more.
      if (session.transaction === null || session.transaction === "implicit") context.writer.set(sessionKey, { ...session, transaction: "explicit" });
      return;
    case "commit":
    case "rollback":
      context.writer.set(sessionKey, { ...session, ...session.restore, restore: null, transaction: null });
      return;
    case "savepoint":
    case "release":
    case "rollback to":
  }
}
