// SET, RESET, BEGIN, COMMIT: the session that the next statements run in.

import type { Change } from "../changes";
import { sessionKey } from "../keys";
import { initialSession, type Settings } from "../session";
import type { ApplyContext } from "./context";

export function set(context: ApplyContext, { setting, value, local }: Extract<Change, { change: "set" }>): void {
  const before = context.session;
  // Outside a transaction SET LOCAL is a warning and changes nothing.
  if (local && before.transaction === null) return;
  const changed = withSetting(before, setting, value);
  if (changed === before) return;
  if (before.transaction === null) {
    context.writer.set(sessionKey, changed);
    return;
  }
  const { commit, rollback } = before.leaves ?? { commit: settingsOf(before), rollback: settingsOf(before) };
  context.writer.set(sessionKey, { ...changed, leaves: { commit: local ? commit : withSetting(commit, setting, value), rollback } });
}

function settingsOf({ searchPath, lockTimeout, statementTimeout, role, timeZone }: Settings): Settings {
  return { searchPath, lockTimeout, statementTimeout, role, timeZone };
}

function withSetting<Kept extends Settings>(settings: Kept, setting: string, value: string | null): Kept {
  switch (setting) {
    case "search_path":
      return { ...settings, searchPath: value === null ? initialSession.searchPath : schemasOf(value) };
    case "lock_timeout":
      return { ...settings, lockTimeout: value === null ? null : milliseconds(value) };
    case "statement_timeout":
      return { ...settings, statementTimeout: value === null ? null : milliseconds(value) };
    case "role":
      return { ...settings, role: value === null || value === "none" ? null : value };
    case "session_authorization":
      return { ...settings, role: value === null || value === "default" ? null : value };
    case "timezone":
      return { ...settings, timeZone: value };
    case "all":
      return { ...settings, ...settingsOf(initialSession) };
    default:
      return settings;
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
      context.writer.set(sessionKey, { ...session, ...session.leaves?.[change.command], leaves: null, savepoints: [], transaction: session.oneString ? "implicit" : null });
      return;
    case "savepoint":
      if (session.transaction === null || change.savepoint === null) return;
      context.writer.set(sessionKey, { ...session, savepoints: [...session.savepoints, { name: change.savepoint, settings: settingsOf(session), leaves: session.leaves }] });
      return;
    case "release":
    case "rollback to": {
      const at = session.savepoints.findLastIndex((savepoint) => savepoint.name === change.savepoint);
      const savepoint = session.savepoints[at];
      if (savepoint === undefined) return;
      if (change.command === "release") context.writer.set(sessionKey, { ...session, savepoints: session.savepoints.slice(0, at) });
      // The savepoint itself stays, to go back to again.
      else context.writer.set(sessionKey, { ...session, ...savepoint.settings, leaves: savepoint.leaves, savepoints: session.savepoints.slice(0, at + 1) });
    }
  }
}
