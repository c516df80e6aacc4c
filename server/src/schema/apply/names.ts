// The names that Postgres gives to what a statement leaves unnamed (makeObjectName and ChooseRelationName in
// src/backend/commands/indexcmds.c, ChooseConstraintName in src/backend/catalog/pg_constraint.c).

import { isAscii } from "../../text/utf8";
import type { IndexElement } from "../model";
import { expressionName } from "./expressionName";

const maxBytes = 63;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const byteLength = (text: string): number => (isAscii(text) ? text.length : encoder.encode(text).length);

/** Cuts to `bytes` UTF-8 bytes without splitting a character. */
export function clip(text: string, bytes = maxBytes): string {
  if (isAscii(text)) return text.slice(0, bytes);
  const encoded = encoder.encode(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && (encoded[end]! & 0xc0) === 0x80) end--;
  return decoder.decode(encoded.subarray(0, end));
}

/** `name1_name2_label`, the longer of the first two shortened until it fits. */
export function objectName(name1: string, name2: string | null, label: string): string {
  const overhead = 1 + byteLength(label) + (name2 === null ? 0 : 1);
  let first = byteLength(name1);
  let second = name2 === null ? 0 : byteLength(name2);
  while (first + second > maxBytes - overhead) {
    if (first > second) first--;
    else second--;
  }
  const parts = [clip(name1, first)];
  if (name2 !== null) parts.push(clip(name2, second));
  return [...parts, label].join("_");
}

/** The first of `name_label`, `name_label1`, `name_label2`, ... that is not taken. */
export function freeName(name1: string, name2: string | null, label: string, taken: (name: string) => boolean): string {
  for (let pass = 0; ; pass++) {
    const name = objectName(name1, name2, pass === 0 ? label : `${label}${pass}`);
    if (!taken(name)) return name;
  }
}

/** ChooseIndexNameAddition: the columns, joined, up to a name's length. */
export function joinColumns(columns: readonly string[]): string {
  let joined = "";
  for (const column of columns) {
    joined += (joined === "" ? "" : "_") + column;
    if (byteLength(joined) >= maxBytes + 1) break;
  }
  return joined;
}

/** ChooseIndexColumnNames: what each element is called in the index's own name; repeated ones get a number. */
export function indexColumnNames(elements: readonly IndexElement[], include: readonly string[] = []): string[] {
  return numbered([...elements.map((element) => element.column ?? (expressionName(element.expression?.text ?? "") ?? "expr")), ...include]);
}

export function numbered(bases: readonly string[]): string[] {
  const names: string[] = [];
  for (const base of bases) {
    let name = base;
    for (let i = 1; names.includes(name); i++) name = clip(base, maxBytes - String(i).length) + String(i);
    names.push(name);
  }
  return names;
}
