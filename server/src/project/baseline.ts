// The file of accepted findings: where it lies, and what it says, with ranges.

import type { Node, ParseError } from "jsonc-parser";
import { parseTree } from "jsonc-parser";
import type { BaselineEntry } from "../lint/baseline";
import type { Range } from "../text/range";
import type { Configuration, ConfigurationProblem } from "./configuration";
import type { FileSystem } from "./fileSystem";
import type { JsonSchema } from "./jsonSchema";
import { readBySchema } from "./jsonSchema";
import { joinPath } from "./paths";

export const baselineName = ".plumbline-baseline.json";

export interface WrittenEntry extends BaselineEntry {
  /** Of the entry, and of its count: UTF-16 offsets in the file. */
  readonly range: Range;
  readonly countRange: Range;
  /** What goes with the entry when it is removed: up to the next one, or from the one before. */
  readonly removal: Range;
}

export interface Baseline {
  readonly file: string;
  readonly text: string;
  readonly entries: readonly WrittenEntry[];
  readonly problems: readonly ConfigurationProblem[];
}

/** Absolute; null where the configuration says that there is none. */
export function baselineFile({ root, baseline }: Pick<Configuration, "root" | "baseline">): string | null {
  return baseline === false ? null : joinPath(root, baseline?.path ?? baselineName);
}

/** Null where there is none. A file that plumbline.json names has to be there. */
export async function readBaseline(configuration: Configuration, fileSystem: FileSystem): Promise<{ readonly baseline: Baseline | null; readonly problems: readonly ConfigurationProblem[] }> {
  const file = baselineFile(configuration);
  if (file === null) return { baseline: null, problems: [] };
  const read = await fileSystem.read(file);
  if ("text" in read) {
    const baseline = parseBaseline(file, read.text);
    return { baseline, problems: baseline.problems };
  }
  const named = configuration.baseline === false ? null : configuration.baseline;
  if (read.problem === "missing" && named === null) return { baseline: null, problems: [] };
  const problem = read.problem === "missing" ? "There is no such file: `plumbline baseline` writes it." : "This baseline cannot be read, and accepts nothing.";
  const place = named === null || configuration.file === null ? { file, range: { start: 0, end: 0 } } : { file: configuration.file, range: named.range };
  return { baseline: null, problems: [{ ...place, message: problem }] };
}

const entrySchema = {
  type: "object",
  required: ["rule", "file", "fingerprint", "count"],
  properties: {
    rule: { type: "string", minLength: 1 },
    file: { type: "string", minLength: 1 },
    object: { type: "string" },
    fingerprint: { type: "string", minLength: 1 },
    count: { type: "integer", minimum: 1 },
  },
} as const satisfies JsonSchema;

export function parseBaseline(file: string, text: string): Baseline {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const found: { range: Range; message: string }[] = [];
  const list = tree && child(tree, "findings");
  // Two branches that were merged badly: half of a list would call the other half's findings new.
  if (list?.type !== "array" || errors.length > 0) {
    const { offset, length } = errors[0] ?? { offset: 0, length: 0 };
    found.push({ range: { start: offset, end: offset + length }, message: "This baseline cannot be read, and accepts nothing: `plumbline baseline` writes it anew." });
    return { file, text, entries: [], problems: found.map((problem) => ({ file, ...problem })) };
  }
  const nodes = list.children ?? [];
  const entries = nodes.flatMap((node, i): WrittenEntry[] => {
    const raw = readBySchema(node, entrySchema, entrySchema, found) as (Omit<BaselineEntry, "object"> & { readonly object?: string }) | undefined;
    if (raw === undefined) return [];
    const { rule, file: path, object = null, fingerprint, count } = raw;
    return [{ rule, file: path, object, fingerprint, count, range: rangeOf(node), countRange: rangeOf(child(node, "count")!), removal: removalOf(nodes, i) }];
  });
  return { file, text, entries, problems: found.map((problem) => ({ file, ...problem })) };
}

function removalOf(nodes: readonly Node[], i: number): Range {
  const { start, end } = rangeOf(nodes[i]!);
  const next = nodes[i + 1];
  if (next) return { start, end: next.offset };
  const previous = nodes[i - 1];
  return previous ? { start: rangeOf(previous).end, end } : { start, end };
}

function child(node: Node, key: string): Node | undefined {
  return node.children?.find((property) => property.children?.[0]?.value === key)?.children?.[1];
}

function rangeOf(node: Node): Range {
  return { start: node.offset, end: node.offset + node.length };
}
