// `db.delete(t)` and `db.update(t).set(...)` that name no rows.

import { placeOf, sourceOf } from "../../drizzle/module";
import type { ModuleContext } from "../rule";
import { objectOf, shown } from "./declarations";
import { callsOf, chainFrom, isRun, isScript, method, tableOf } from "./queries";

/** What makes a query of which more is said elsewhere, or narrows it. */
const says = new Set(["where", "$dynamic", "from", "innerJoin", "limit", "prepare"]);

export function reportWithoutWhere(context: ModuleContext, verb: "delete" | "update", message: (table: string) => string): void {
  if (isScript(context.module.file)) return;
  for (const call of callsOf(context)) {
    if (method(call, context.compiler) !== verb || call.arguments.length !== 1) continue;
    const chain = chainFrom(call, context);
    if (chain.methods.some((name) => says.has(name)) || !isRun(chain, context)) continue;
    if (verb === "update" && !chain.methods.includes("set")) continue;
    const table = tableOf(context, call);
    if (!table) continue;
    const { expression } = call;
    const start = (context.compiler.isPropertyAccessExpression(expression) ? expression.name : expression).getStart();
    context.report({ at: placeOf(sourceOf(call, start)), object: objectOf(table), message: message(shown(table)) });
  }
}
