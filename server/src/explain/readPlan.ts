import type { Plan } from "./plan";
import { PlanError } from "./planError";
import { otherDatabase } from "./read/otherDatabase";
import { unframed } from "./read/frame";
import { readJson } from "./read/json";
import type { ReadPlans } from "./read/planOf";
import { readText } from "./read/text";
import { readXml } from "./read/xml";
import { readYaml } from "./read/yaml";

export type PlanFormat = "json" | "text" | "xml" | "yaml";

export interface ReadPlan {
  readonly format: PlanFormat;
  readonly plan: Plan;
  /** What has to be known of how it was read, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * A plan that was saved or copied, in any of EXPLAIN's formats, with whatever a client or a log put around it.
 *
 * @throws PlanError with a message for a person, whatever the text is
 */
export function readPlan(text: string): ReadPlan {
  const lines = unframed(text);
  const own = lines.join("\n").trim();
  if (own === "") throw new PlanError("There is no plan here: the text is empty.");
  if (/^(?:\{|\[)/.test(own)) return readOf("json", readJson(own));
  if (own.startsWith("<")) return readOf("xml", readXml(own));
  if (/^(?:- )?(?:Plan|Query Text|Query Parameters|Query Identifier): *(?:"|$)/m.test(own.slice(0, 100_000)) && /^\s*(?:- )?Node Type: "/m.test(own)) return readOf("yaml", readYaml(lines));
  const json = jsonWithin(lines);
  if (json !== null) return readOf("json", readJson(json));
  const other = otherDatabase(own);
  const read = other === null ? readText(lines) : null;
  if (read === null) throw new PlanError(other ?? "This is no plan of Postgres: no line of it is a node as EXPLAIN writes it.");
  return readOf("text", read, read.cutOff ? ["The end of this plan is missing: its last line is cut off."] : []);
}

/** Behind the statement that asked for it, and before what a client says after it: "EXPLAIN (FORMAT JSON) ...; [ { ... } ]". */
function jsonWithin(lines: readonly string[]): string | null {
  if (!lines.some((line) => line.includes('"Node Type":'))) return null;
  const start = lines.findIndex((line) => /^\s*[[{]/.test(line));
  const end = lines.findLastIndex((line) => /[\]}]$/.test(line.trimEnd()));
  return start >= 0 && end >= start ? lines.slice(start, end + 1).join("\n") : null;
}

function readOf(format: PlanFormat, { plan, others }: ReadPlans, notes: readonly string[] = []): ReadPlan {
  return { format, plan, notes: others === 0 ? notes : [...notes, `The text has ${others + 1} plans; this is the first.`] };
}
