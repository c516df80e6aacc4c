// What an expression of a schema's code comes to, as far as its text tells.

import type { Column, ColumnBuilder, Enum, Extra, IndexColumn, Role, Sequence, Table, View } from "./orm/model";
import type { Fragment } from "./orm/fragment";
import type { Kept } from "./kept";
import type { SourceModule, Source } from "./module";
import type { TypeScript as ts } from "./typescript";

export type Value =
  | Primitive
  | ObjectValue
  | ArrayValue
  | FunctionValue
  | NativeFunction
  | Unknown
  /** What Drizzle's own functions make. */
  | { readonly kind: "columnBuilder"; readonly builder: ColumnBuilder }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "column"; readonly column: Column }
  | { readonly kind: "indexColumn"; readonly part: IndexColumn }
  | { readonly kind: "extra"; readonly extra: Extra; readonly source: Source; /** Of a policy that stands outside of its table. */ readonly linkedTo?: Table }
  | { readonly kind: "sql"; readonly sql: Fragment }
  | { readonly kind: "enum"; readonly enum: Enum }
  | { readonly kind: "role"; readonly role: Role }
  | { readonly kind: "sequence"; readonly sequence: Sequence }
  | { readonly kind: "view"; readonly view: View }
  | { readonly kind: "schema"; readonly name: string; readonly source: Source; readonly existing: boolean; readonly casing: Table["casing"] };

export interface Primitive {
  readonly kind: "primitive";
  readonly value: string | number | boolean | bigint | null | undefined;
  /** Of a literal. */
  readonly source: Source | null;
}

export interface ObjectValue {
  readonly kind: "object";
  readonly properties: Map<string, Property>;
  /** Why not all of its properties are known. */
  rest: Unknown | null;
  /** An object of JavaScript's own. */
  readonly of?: Date | RegExp;
}
export interface Property {
  readonly value: Value;
  /** Of the key. */
  readonly source: Source | null;
}

export interface ArrayValue {
  readonly kind: "array";
  readonly items: Value[];
  rest: Unknown | null;
}

/** A function of the user's code. */
export interface FunctionValue {
  readonly kind: "function";
  readonly node: ts.FunctionLikeDeclaration;
  readonly scope: Scope;
}

/** One that is known here: Drizzle's, or JavaScript's own. */
export interface NativeFunction {
  readonly kind: "native";
  readonly name: string;
  readonly call: (call: Call) => Value;
  /** `sql.raw`, `pgTable.withRLS`. */
  readonly members?: Readonly<Record<string, Value>>;
}

export interface Call {
  readonly args: readonly Value[];
  /** The arguments may be more than these: one was spread that is not known. */
  readonly open: Unknown | null;
  /** The whole call. */
  readonly source: Source;
  /** Of each argument. */
  readonly sources: readonly Source[];
  /** From the called member's name to the closing parenthesis: `references(() => users.id)`. */
  readonly member: Source;
  /** Calls a function of the user's code, or a native one. */
  readonly run: (callee: Value, args: readonly Value[]) => Value;
}

/** Not to be told without running the code. */
export interface Unknown {
  readonly kind: "unknown";
  readonly reason: string;
  readonly source: Source | null;
}

/** The names that a piece of code sees. */
export interface Scope {
  readonly module: SourceModule;
  readonly parent: Scope | null;
  readonly names: Map<string, Binding>;
  /** What was being made when the call began that these names are of. */
  readonly maker: object | null;
}
/** A module's own names are kept from one reading to the next; those of a call are gone with it. */
export type Binding = Kept<Value> | LocalBinding;
/** `make` is asked once: the value is made when it is first read. */
export interface LocalBinding {
  value: Value | null;
  make: (() => Value) | null;
}

export const unknown = (reason: string, source: Source | null = null): Unknown => ({ kind: "unknown", reason, source });
export const primitive = (value: Primitive["value"], source: Source | null = null): Primitive => ({ kind: "primitive", value, source });
export const nothing: Primitive = primitive(undefined);
export const native = (name: string, call: NativeFunction["call"], members?: Readonly<Record<string, Value>>): NativeFunction => ({ kind: "native", name, call, ...(members ? { members } : {}) });
export const array = (items: readonly Value[], rest: Unknown | null = null): ArrayValue => ({ kind: "array", items: [...items], rest });
export function object(entries: Iterable<readonly [string, Value]>, rest: Unknown | null = null): ObjectValue {
  return { kind: "object", properties: new Map([...entries].map(([key, value]) => [key, { value, source: null }])), rest };
}

/** Null: cannot be told. */
export function truthOf(value: Value): boolean | null {
  if (value.kind === "unknown") return null;
  return value.kind === "primitive" ? Boolean(value.value) : true;
}

export function textOf(value: Value | undefined): string | null {
  return value?.kind === "primitive" && typeof value.value === "string" ? value.value : null;
}

export const isNothing = (value: Value | undefined): boolean => value === undefined || (value.kind === "primitive" && (value.value === undefined || value.value === null));

/** A property of an object that is known in full as far as that name goes. */
export function propertyOf(value: Value | undefined, name: string): Value {
  if (value === undefined || isNothing(value)) return nothing;
  if (value.kind === "unknown") return value;
  if (value.kind !== "object") return unknown(`${name} of something that is no object`);
  return value.properties.get(name)?.value ?? value.rest ?? nothing;
}
