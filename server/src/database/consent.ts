// What has to be agreed to before a statement is run, and what that brings about.

import type { Explainable, FunctionName } from "../sql/explainable";
import type { Session } from "./session";
import type { TriedIndex } from "../sql/triedIndex";

export interface Consent {
  readonly question: string;
  readonly consequences: readonly string[];
}

/** Of pg_catalog's volatile functions, those that do something beside giving a value. */
const effective = [
  "nextval", "setval", "set_config", "setseed", "pg_notify", "pg_sleep", "pg_sleep_for", "pg_sleep_until", "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared",
  "pg_advisory_unlock", "pg_advisory_unlock_all", "pg_cancel_backend", "pg_terminate_backend", "pg_reload_conf", "pg_rotate_logfile", "pg_switch_wal", "pg_create_restore_point", "pg_promote", "pg_logical_emit_message",
  "lo_create", "lo_creat", "lo_from_bytea", "lo_import", "lo_export", "lo_put", "lo_unlink", "lowrite", "query_to_xml", "pg_stat_reset", "pg_import_system_collations",
];

/** The volatile functions among those that a statement calls by name, as they are called in SQL; those that only give a value are left out. */
export async function volatileFunctions(session: Session, functions: readonly FunctionName[]): Promise<readonly string[]> {
  if (functions.length === 0) return [];
  const rows = await session.query(
    `SELECT DISTINCT CASE WHEN n.nspname = 'pg_catalog' THEN p.proname ELSE pg_catalog.format('%I.%I', n.nspname, p.proname) END
     FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS asked (schema text, name text)
     JOIN pg_catalog.pg_proc p ON p.proname = asked.name
     JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace AND CASE WHEN asked.schema IS NULL THEN pg_catalog.pg_function_is_visible(p.oid) ELSE n.nspname = asked.schema END
     WHERE p.provolatile = 'v' AND p.prokind = 'f' AND (n.nspname <> 'pg_catalog' OR p.proname = ANY (ARRAY(SELECT pg_catalog.jsonb_array_elements_text($2::pg_catalog.jsonb))))
     ORDER BY 1`,
    [JSON.stringify(functions), JSON.stringify(effective)],
  );
  return rows.map(([name]) => name!);
}

/** Null: it may be run without a word. */
export function consentFor({ command, writes }: Pick<Explainable, "command" | "writes">, volatile: readonly string[]): Consent | null {
  const called = volatile.length === 0 ? [] : [`It calls ${volatile.length === 1 ? "a volatile function" : "volatile functions"}: ${volatile.map((name) => `${name}()`).join(", ")}.`];
  if (writes.length > 0) {
    return {
      question: `Run this ${command}, and roll it back?`,
      consequences: [
        `It ${sentence(writes)}. Until it is rolled back it holds its locks: other sessions that need them wait.`,
        ...called,
        "The rollback does not undo everything: sequences stay advanced, dead rows and WAL stay behind, and what triggers or functions did outside of the database has happened.",
      ],
    };
  }
  if (called.length === 0) return null;
  return {
    question: `Run this ${command}?`,
    consequences: [...called, "It runs in a read-only transaction, which is rolled back. What a function does outside of the database, or to a sequence, a lock or another session, is not undone."],
  };
}

/** Where an index is tried by making it. */
export function consentForTrial(tried: readonly TriedIndex[]): Consent {
  return {
    question: `Make ${tried.length === 1 ? "this index" : "these indexes"}, and roll ${tried.length === 1 ? "it" : "them"} back?`,
    consequences: [...tried.map(({ sql }) => `${sql}.`), "While it is built and until it is rolled back, writes to its table wait (SHARE lock), and it waits for open writers first: three seconds at most. Only a database that nobody else works on is the place for it."],
  };
}

/** One answer is for all that is asked. */
export function consentForBoth(first: Consent | null, second: Consent | null): Consent | null {
  if (!first || !second) return first ?? second;
  return { question: `${first.question} ${second.question}`, consequences: [...first.consequences, ...second.consequences] };
}

function sentence(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)!}`;
}
