import type { Node } from "@pgsql/types";

type Keys<T> = T extends unknown ? keyof T : never;
export type NodeKind = Keys<Node>;
export type NodeOf<K extends NodeKind> = Extract<Node, Record<K, unknown>> extends Record<K, infer V> ? V : never;

/** The node without its wrapper, if it is of this kind. */
export function as<K extends NodeKind>(node: Node | undefined | null, kind: K): NodeOf<K> | undefined {
  return node !== undefined && node !== null && kind in node ? (node as Record<K, NodeOf<K>>)[kind] : undefined;
}

/** The nodes of this kind in a list. */
export function allOf<K extends NodeKind>(nodes: readonly Node[] | undefined, kind: K): NodeOf<K>[] {
  return (nodes ?? []).flatMap((node) => as(node, kind) ?? []);
}

export function kindOf(node: Node): NodeKind {
  return Object.keys(node)[0] as NodeKind;
}

export function stringOf(node: Node | undefined): string {
  return as(node, "String")?.sval ?? "";
}

export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map(stringOf);
}

/** The nodes of a List, a single node, or nothing, as an array. */
export function listOf(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  return as(node, "List")?.items ?? [node];
}
