// FORMAT XML: elements and their text, as explain.c writes them. Names lost their blanks and slashes, values their types.

import { isListName, valueOf } from "./names";
import { deepest, plansOfValue, type ReadPlans } from "./planOf";
import type { PlanValue } from "../plan";
import { PlanError } from "../planError";
import { isList } from "../properties";

type Group = Record<string, PlanValue>;

interface Element {
  readonly tag: string;
  readonly children: Element[];
  text: string;
  /** Made once all of its children are. */
  value: PlanValue;
}

/** Names with a hyphen of their own, or a slash. */
const hyphened: Readonly<Record<string, string>> = Object.fromEntries(
  ["One-Time Filter", "Full-sort Groups", "Pre-sorted Groups", "I/O Read Time", "I/O Write Time", ...["Shared", "Local", "Temp"].flatMap((kind) => [`${kind} I/O Read Time`, `${kind} I/O Write Time`])].map((name) => [name.replaceAll(/[ /]/g, "-"), name]),
);

/** Elements whose children are an object each, or a list of texts each. */
const listsOfGroups = new Set(["Plans", "Triggers", "Workers", "Target-Tables", "Grouping-Sets"]);
const listsOfLists = new Set(["Group-Keys", "Hash-Keys"]);

/**
 * @throws PlanError
 */
export function readXml(text: string): ReadPlans {
  const root = elementOf(text);
  if (root.tag === "ShowPlanXML") throw new PlanError("This is a plan of SQL Server. Plumbline reads those of Postgres.");
  if (root.tag !== "explain") throw new PlanError(`This XML begins with <${root.tag}>: what EXPLAIN (FORMAT XML) gives begins with <explain>.`);
  const queries = root.children.filter(({ tag }) => tag === "Query");
  return plansOfValue(queries.length > 0 ? queries.map(({ value }) => value) : [root.value]);
}

const token = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)[^<>]*?(\/?)>/g;

function elementOf(text: string): Element {
  const open: Element[] = [];
  let from = 0;
  let root: Element | null = null;
  for (const match of text.matchAll(token)) {
    const [whole, closing, tag, empty] = match;
    const top = open.at(-1);
    if (top) top.text += text.slice(from, match.index);
    from = match.index + whole.length;
    if (tag === undefined) continue;
    if (closing === "") {
      const element: Element = { tag, children: [], text: "", value: null };
      if (top) top.children.push(element);
      root ??= element;
      open.push(element);
      if (open.length > deepest * 2 + 20) throw new PlanError(`This plan is nested more than ${deepest} levels deep.`);
      if (empty !== "/") continue;
    }
    const ended = open.pop();
    if (ended?.tag !== tag) throw new PlanError(`This XML is not well formed: </${tag}> ends ${ended ? `<${ended.tag}>` : "nothing"}.`);
    ended.value = valueOfElement(ended);
    if (open.length === 0) return root!;
  }
  throw new PlanError(root === null ? "This is not XML." : "This XML is cut off: its end is missing.");
}

function valueOfElement({ tag, children, text }: Element): PlanValue {
  if (listsOfGroups.has(tag)) return children.map(({ value }) => value);
  if (listsOfLists.has(tag)) return children.map((child) => child.children.map(({ text: item }) => unescaped(item)));
  const name = nameOf(tag);
  if (children.length === 0 && !isListName(name)) return tag === "explain" || tag === "Query" || tag === "Plan" ? {} : valueOf(name, unescaped(text));
  if (isListName(name)) return children.map(({ text: item }) => unescaped(item));
  // Settings are texts, whatever they look like.
  if (tag === "Settings") return Object.fromEntries(children.map((child) => [child.tag, unescaped(child.text)]));
  if (tag === "Incremental-Sort-Groups") return sortGroups(children);
  const group: Group = {};
  for (const child of children) {
    if (child.tag === "Incremental-Sort-Groups") group["Full-sort Groups" in group ? "Pre-sorted Groups" : "Full-sort Groups"] = child.value;
    else group[nameOf(child.tag)] = tag === "Options" ? child.text === "true" : child.value;
  }
  return group;
}

/** XML names a group by its kind, where the other formats say which: memory comes before disk. */
function sortGroups(children: readonly Element[]): Group {
  const group: Group = {};
  const spaces = children.filter(({ tag }) => tag === "Sort-Space");
  for (const child of children) {
    if (child.tag !== "Sort-Space") group[nameOf(child.tag)] = child.value;
    else group[spaces.length > 1 ? (child === spaces[0] ? "Sort Space Memory" : "Sort Space Disk") : onDisk(group["Sort Methods Used"]) ? "Sort Space Disk" : "Sort Space Memory"] = child.value;
  }
  return group;
}

function onDisk(methods: PlanValue | undefined): boolean {
  return isList(methods) && methods.every((method) => typeof method === "string" && method.startsWith("external"));
}

function nameOf(tag: string): string {
  return hyphened[tag] ?? tag.replaceAll("-", " ");
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
