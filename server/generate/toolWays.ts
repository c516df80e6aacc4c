// What each migration tool makes of a rule's advice: an example of the rule, linted and fixed once a tool, so that a page
// says what the fix does.

import { afterFix, layouts, lintAlone } from "./lintExample";
import { toolNames } from "../src/rules/facts/transactions";
import type { Example, FixIntent, Rule } from "../src/rules/rule";
import type { ToolId, WayOut } from "../src/schema/history";

/** Tools that do the same. */
export interface ToolWay {
  readonly tools: readonly ToolId[];
  /** What is said with these tools and not with all others; empty where that is nothing. */
  readonly said: string;
  /** The first tool's files after the fix, by name; none where there is no fix. */
  readonly files: readonly File[];
  /** What the others call the first file that is new. */
  readonly newFiles: readonly { readonly tool: ToolId; readonly name: string }[];
}

export interface ToolWays {
  readonly example: Example;
  readonly ways: readonly ToolWay[];
  /** With these tools nothing is found. */
  readonly silent: readonly ToolId[];
}

interface File {
  readonly name: string;
  readonly text: string;
}

interface Outcome {
  readonly tool: ToolId;
  readonly intents: readonly FixIntent["intent"][];
  readonly wayOut: WayOut;
  /** Sentence by sentence. */
  readonly message: readonly string[];
  readonly own: File | null;
  readonly created: readonly File[];
}

const tools = (Object.keys(layouts) as ToolId[]).filter((tool) => tool !== "single");
/** One of each kind: no transaction, one for all that is pending, one a file with a marker against it, one for several statements alone. */
const kinds: readonly ToolId[] = ["plain", "drizzle", "sqlx", "prisma"];

export function toolTitle(tool: ToolId): string {
  return tool === "plain" ? "a plain folder" : toolNames[tool];
}

/** Null where all tools do the same. */
export async function toolWays(rule: Rule): Promise<ToolWays | null> {
  if (rule.on === "declaration" || rule.on === "module") return null;
  for (const example of rule.examples.filter(isForAnyTool)) {
    if (!depends(await outcomes(rule, example, kinds))) continue;
    const found = await outcomes(rule, example, tools);
    const silent = tools.filter((tool) => found.every((outcome) => outcome.tool !== tool));
    const ways = grouped(found);
    if (ways.length > 1) return { example, ways, silent };
  }
  return null;
}

/** Neither of one tool's own, nor with a transaction of its own inside the tool's. */
function isForAnyTool({ kind, sql, tool, beside, platform, language }: Example): boolean {
  return kind === "bad" && language !== "drizzle" && beside === undefined && platform === undefined && (tool === undefined || !/^\s*--/m.test(sql)) && !/^\s*(?:BEGIN|COMMIT)\b/im.test(sql);
}

/** Those of the tools with which the rule says something. */
async function outcomes(rule: Rule, example: Example, of: readonly ToolId[]): Promise<readonly Outcome[]> {
  const found: Outcome[] = [];
  for (const tool of of) {
    const linted = await lintAlone(rule, { ...example, tool });
    const { finding } = linted;
    if (!finding) continue;
    const [fix] = linted.workspace.fixes(finding);
    const after = fix ? afterFix(linted, fix) : null;
    found.push({
      tool,
      intents: finding.proposals[0]?.intents.map(({ intent }) => intent) ?? [],
      wayOut: linted.workspace.database(linted.file)!.history.transaction.wayOut,
      message: finding.message.split(/(?<=[.?])\s+(?=[A-Z])/),
      own: after === null ? null : { name: layouts[tool].example, text: after.text },
      // A file for the way down is there to be written.
      created: Object.entries(after?.created ?? {}).flatMap(([name, text]) => (/^(?:--.*\s*)*$/.test(text) ? [] : [{ name, text }])),
    });
  }
  return found;
}

function depends(found: readonly Outcome[]): boolean {
  const messages = new Set(found.map(({ tool, message }) => message.join(" ").replaceAll(toolNames[tool], "")));
  return messages.size > 1 || found.some(({ intents, created }) => created.length > 0 || intents.includes("outsideTransaction"));
}

function grouped(found: readonly Outcome[]): readonly ToolWay[] {
  const common = new Set(found[0]?.message.filter((sentence) => found.every(({ message }) => message.includes(sentence))));
  const groups = new Map<string, Outcome[]>();
  for (const outcome of found) {
    const key = JSON.stringify([said(outcome, common, true), outcome.own && bare(outcome.own, outcome), outcome.created.map((file) => bare(file, outcome))]);
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups.values()].map((group): ToolWay => {
    const [first] = group as [Outcome, ...Outcome[]];
    return {
      tools: group.map(({ tool }) => tool),
      said: said(first, common, group.length > 1),
      files: [...(first.own && !isLeftOver(first.own) ? [first.own] : []), ...first.created],
      newFiles: group.slice(1).flatMap(({ tool, created: [file] }) => (file ? [{ tool, name: file.name }] : [])),
    };
  });
}

/** What the fix took the statement out of: nothing stands there any more but settings. */
function isLeftOver({ text }: File): boolean {
  return /^\s*(?:(?:--.*|SET\b.*;)\s*)*$/.test(text);
}

function said({ tool, message }: Outcome, common: ReadonlySet<string>, anyTool: boolean): string {
  const own = message.filter((sentence) => !common.has(sentence)).join(" ");
  return anyTool && tool !== "plain" ? own.replaceAll(toolNames[tool], "the tool") : own;
}

/** A file's SQL without the tool's own comments, but for its way out of the transaction. */
function bare({ text }: File, { wayOut }: Outcome): string {
  return wayOut.way === "marker" && text.includes(wayOut.text) ? text : withoutComments(text);
}

export function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trimStart().startsWith("--"))
    .join("\n");
}
