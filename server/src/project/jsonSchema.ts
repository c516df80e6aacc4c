import type { Node } from "jsonc-parser";
import type { Range } from "../text/range";

/** The part of JSON Schema (draft 7) that plumbline.json's schema uses, and that `readBySchema` understands. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly type?: "object" | "array" | "string" | "integer" | "boolean";
  readonly enum?: readonly (string | boolean)[];
  /** For the editor's completion and hover: one for each item of `enum`. */
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  /** One schema for each item, or one for each place (a tuple). */
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Alternatives that differ in their JSON type. */
  readonly anyOf?: readonly JsonSchema[];
  readonly deprecationMessage?: string;
}

export interface SchemaProblem {
  readonly range: Range;
  readonly message: string;
}

/**
 * The value of a JSON tree as far as a schema allows it, or undefined. What does not fit is left out and reported at
 * its own range, so that one mistake does not cost the rest of the file.
 */
export function readBySchema(node: Node, schema: JsonSchema, root: JsonSchema, problems: SchemaProblem[]): unknown {
  const resolved = resolve(schema, root);
  if (resolved.anyOf !== undefined) {
    const alternatives = resolved.anyOf.map((option) => resolve(option, root));
    const fitting = alternatives.find((option) => option.type === undefined || fits(node, option.type));
    if (fitting === undefined) {
      problems.push({ range: rangeOf(node), message: `This must be ${alternatives.map((option) => named(option.type)).join(" or ")}.` });
      return undefined;
    }
    return readBySchema(node, fitting, root, problems);
  }
  if (resolved.type !== undefined && !fits(node, resolved.type)) {
    problems.push({ range: rangeOf(node), message: `This must be ${named(resolved.type)}.` });
    return undefined;
  }
  if (resolved.enum !== undefined && !resolved.enum.includes(node.value as string | boolean)) {
    const allowed = resolved.enum.map((value) => JSON.stringify(value));
    problems.push({ range: rangeOf(node), message: `This must be ${allowed.length === 1 ? "" : "one of "}${allowed.join(", ")}.` });
    return undefined;
  }
  if (resolved.minimum !== undefined && typeof node.value === "number" && node.value < resolved.minimum) {
    problems.push({ range: rangeOf(node), message: `This must be at least ${resolved.minimum}.` });
    return undefined;
  }
  if (resolved.minLength !== undefined && typeof node.value === "string" && node.value.length < resolved.minLength) {
    problems.push({ range: rangeOf(node), message: "This must not be empty." });
    return undefined;
  }
  if (node.type === "object") return readObject(node, resolved, root, problems);
  if (node.type === "array") return readArray(node, resolved, root, problems);
  return node.value as unknown;
}

function readObject(node: Node, schema: JsonSchema, root: JsonSchema, problems: SchemaProblem[]): unknown {
  const value: Record<string, unknown> = {};
  for (const property of node.children ?? []) {
    const [key, content] = property.children ?? [];
    // A half-typed property: the parser has reported it.
    if (key === undefined || content === undefined) continue;
    const name = String(key.value);
    const own = schema.properties?.[name];
    const rest = schema.additionalProperties ?? true;
    if (own === undefined && rest === false) {
      const known = Object.keys(schema.properties ?? {}).filter((each) => !each.startsWith("$"));
      problems.push({ range: rangeOf(key), message: `Unknown key "${name}". Known here: ${known.join(", ")}.` });
      continue;
    }
    const read = readBySchema(content, own ?? (typeof rest === "object" ? rest : {}), root, problems);
    // A key named __proto__ would set the prototype instead.
    if (read !== undefined) Object.defineProperty(value, name, { value: read, enumerable: true, configurable: true, writable: true });
  }
  for (const name of schema.required ?? []) {
    if (!(node.children ?? []).some((property) => property.children?.[0]?.value === name)) {
      problems.push({ range: { start: node.offset, end: node.offset + 1 }, message: `"${name}" is missing here.` });
      return undefined;
    }
    if (!Object.hasOwn(value, name)) return undefined;
  }
  return value;
}

function readArray(node: Node, schema: JsonSchema, root: JsonSchema, problems: SchemaProblem[]): unknown {
  const items = node.children ?? [];
  if (schema.minItems !== undefined && items.length < schema.minItems) {
    problems.push({ range: rangeOf(node), message: `This needs at least ${schema.minItems} ${schema.minItems === 1 ? "item" : "items"}.` });
    return undefined;
  }
  if (schema.maxItems !== undefined && items.length > schema.maxItems) {
    problems.push({ range: rangeOf(items[schema.maxItems]!), message: `This takes at most ${schema.maxItems} items.` });
    return undefined;
  }
  const values = items.map((item, i) => readBySchema(item, itemSchema(schema, i), root, problems));
  // In a tuple an item's place has a meaning: without one of them the rest says nothing.
  if (Array.isArray(schema.items)) return values.includes(undefined) ? undefined : values;
  return values.filter((value) => value !== undefined);
}

function itemSchema(schema: JsonSchema, index: number): JsonSchema {
  const items = schema.items ?? {};
  return isTuple(items) ? (items[index] ?? {}) : items;
}

function isTuple(items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.replace(/^#\/definitions\//, "");
  const target = root.definitions?.[name];
  if (target === undefined) throw new Error(`no definition ${schema.$ref}`);
  return resolve(target, root);
}

function fits(node: Node, type: NonNullable<JsonSchema["type"]>): boolean {
  if (type === "integer") return node.type === "number" && Number.isInteger(node.value);
  return node.type === type;
}

function named(type: JsonSchema["type"]): string {
  if (type === undefined) return "a value";
  if (type === "boolean") return "true or false";
  return type === "integer" ? "a whole number" : type === "string" ? "a text" : type === "array" ? "a list" : "an object";
}

function rangeOf(node: Node): Range {
  return { start: node.offset, end: node.offset + node.length };
}
