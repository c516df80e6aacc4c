// Elements of a list in brackets (an array, an object, an import), put in and taken out.

import type { TextEdit } from "../../text/edit";
import type { TypeScript as ts } from "../typescript";
import { indentationAt, type Style } from "./style";

/** `meets`: as a fix's edit has it. */
export interface ListEdit extends TextEdit {
  readonly meets?: "once" | "beside";
}

export interface List {
  /** Between its brackets. */
  readonly start: number;
  readonly end: number;
  readonly elements: readonly { readonly start: number; readonly end: number }[];
  readonly trailingComma: boolean;
}

export function listOf(tree: ts.SourceFile, node: ts.Node, elements: ts.NodeArray<ts.Node>): List {
  return { start: node.getStart(tree) + 1, end: node.end - 1, elements: elements.map((element) => ({ start: element.getStart(tree), end: element.end })), trailingComma: elements.hasTrailingComma };
}

/** Lines after the first are indented as the item is. */
export const indented = (text: string, indent: string): string => text.replaceAll("\n", `\n${indent}`);

/** A list of its own, over several lines; `indent` is that of the line that its bracket opens on. */
export function block(open: string, items: readonly string[], close: string, indent: string, style: Style): string {
  const inner = indent + style.indent;
  const lines = items.map((item, i) => `${inner}${indented(item, inner)}${i < items.length - 1 || style.trailingCommas ? "," : ""}`);
  return `${open}\n${lines.join("\n")}\n${indent}${close}`;
}

/** Behind the last element, as the list is written. */
export function appended(text: string, list: List, items: readonly string[], style: Style): readonly ListEdit[] {
  const last = list.elements.at(-1);
  if (!last) {
    const [open, close] = [text[list.start - 1]!, text[list.end]!];
    // The brackets too: of two fixes that write here, one waits for the other.
    return [{ range: { start: list.start - 1, end: list.end + 1 }, newText: block(open, items, close, indentationAt(text, list.start - 1), style) }];
  }
  if (!isOwnLine(text, last.start)) {
    const before = indentationAt(text, last.start);
    return [{ range: { start: last.end, end: last.end }, newText: items.map((item) => `, ${indented(item, before)}`).join(""), meets: "beside" }];
  }
  const indent = indentationAt(text, last.start);
  const behind = list.trailingComma ? last.end + /^[^,]*,/.exec(text.slice(last.end))![0].length : last.end;
  const at = behindComment(text, behind);
  const lines = items.map((item) => `\n${indent}${indented(item, indent)}`);
  if (list.trailingComma) return [{ range: { start: at, end: at }, newText: lines.map((line) => `${line},`).join(""), meets: "beside" }];
  if (at === last.end) return [{ range: { start: at, end: at }, newText: lines.map((line) => `,${line}`).join(""), meets: "beside" }];
  return [
    { range: { start: last.end, end: last.end }, newText: "," },
    { range: { start: at, end: at }, newText: lines.join(",") },
  ];
}

export function isOwnLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trim() === "";
}

/** A comment at the end of a line belongs to what stands before it. */
function behindComment(text: string, offset: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*(?=\r?\n))/.exec(text.slice(offset));
  return rest ? offset + rest[0].length : offset;
}

/** Takes an element out, with its comma and its line. */
export function removed(text: string, list: List, index: number): TextEdit {
  const element = list.elements[index]!;
  const next = list.elements[index + 1];
  const previous = list.elements[index - 1];
  if (isOwnLine(text, element.start)) {
    const start = text.lastIndexOf("\n", element.start - 1) + 1;
    const comma = /^\s*,/.exec(text.slice(element.end))?.[0].length ?? 0;
    const end = behindComment(text, element.end + comma);
    const line = /^[ \t]*\r?\n/.exec(text.slice(end));
    if (line && (comma > 0 || !previous)) return { range: { start, end: end + line[0].length }, newText: "" };
  }
  if (next) return { range: { start: element.start, end: next.start }, newText: "" };
  if (previous) return { range: { start: previous.end, end: element.end }, newText: "" };
  return { range: { start: list.start, end: list.end }, newText: "" };
}
