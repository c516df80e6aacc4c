// auto_explain, for one transaction: every statement that runs meanwhile is told with its plan, to this client alone.

import { codeOf, DatabaseFault } from "./faults";
import type { Session } from "./session";

const notAllowed = "what functions run is told by auto_explain, and this user may not load it or change its settings: that takes a superuser";

/** In the transaction, as the user who may do so: before a role is taken on. Throws a `DatabaseFault` where it cannot be. */
export async function tellNested(session: Session, version: number): Promise<void> {
  await session.query("SAVEPOINT nested");
  try {
    const [loaded] = await session.query("SELECT pg_catalog.current_setting('auto_explain.log_min_duration', true)");
    if (loaded![0] == null) await load(session);
    // What is told goes to the client alone.
    await session.query("SELECT pg_catalog.set_config('log_min_messages', 'warning', true) WHERE pg_catalog.current_setting('log_min_messages') ~ '^debug|^info$|^notice$'");
    await session.query(settingsOf(version).map(([name, value]) => `SET LOCAL ${name} = ${value}`).join("; "));
  } catch (error) {
    const code = codeOf(error);
    if (code === "42501") throw new DatabaseFault(notAllowed);
    if (code === "58P01") throw new DatabaseFault("what functions run is told by auto_explain, and this server does not have it");
    throw error;
  }
}

/** Others than superusers may load what their administrator put into `plugins`. */
async function load(session: Session): Promise<void> {
  try {
    await session.query("LOAD 'auto_explain'");
  } catch (error) {
    if (codeOf(error) !== "42501") throw error;
    await session.query("ROLLBACK TO nested");
    await session.query("LOAD '$libdir/plugins/auto_explain'").catch(() => {
      throw new DatabaseFault(notAllowed);
    });
  }
}

function settingsOf(version: number): readonly (readonly [name: string, value: string])[] {
  return [
    ["client_min_messages", "notice"],
    ["auto_explain.log_min_duration", "0"],
    ["auto_explain.log_nested_statements", "on"],
    ["auto_explain.log_analyze", "on"],
    ["auto_explain.log_buffers", "on"],
    ["auto_explain.log_verbose", "on"],
    ["auto_explain.log_format", "json"],
    ["auto_explain.log_level", "notice"],
    ["auto_explain.sample_rate", "1"],
    // Values of parameters are values of rows.
    ...(version >= 16 ? [["auto_explain.log_parameter_max_length", "0"] as const] : []),
  ];
}
