// JavaScript's own functions that schemas are made with.

import type { Source } from "./module";
import { array, isNothing, native, nothing, object, primitive, textOf, truthOf, unknown, type ArrayValue, type Call, type ObjectValue, type Primitive, type Unknown, type Value } from "./values";

type Named = Readonly<Record<string, Value>>;

const lost = (what: string, { source }: { readonly source: Source }): Unknown => unknown(`${what} is not known here`, source);

/** The properties of an object, a table or an array, in order. */
function entriesOf(value: Value | undefined): { readonly entries: readonly (readonly [string, Value])[]; readonly rest: Unknown | null } | null {
  if (value?.kind === "object") return { entries: [...value.properties].map(([key, property]) => [key, property.value]), rest: value.rest };
  if (value?.kind === "array") return { entries: value.items.map((item, i) => [String(i), item]), rest: value.rest };
  if (value?.kind === "table") return { entries: [...value.table.columns].map(([key, column]) => [key, { kind: "column", column }]), rest: value.table.unknown };
  return null;
}

export function keysOf(value: Value): Value {
  const known = entriesOf(value);
  return known ? { ...array(known.entries.map(([key]) => primitive(key))), rest: known.rest } : unknown("its keys are not known");
}

/** `key in value` */
export function hasKey(value: Value, key: string): Value {
  const known = entriesOf(value);
  if (!known) return unknown("its keys are not known");
  const has = known.entries.some(([own]) => own === key);
  return has || !known.rest ? primitive(has) : known.rest;
}

/** `typeof value` */
export function typeOf(value: Value): Value {
  if (value.kind === "unknown") return value;
  if (value.kind === "primitive") return primitive(typeof value.value);
  return primitive(value.kind === "function" || value.kind === "native" || value.kind === "enum" ? "function" : "object");
}

function fromEntries(call: Call): Value {
  const [from] = call.args;
  if (from?.kind !== "array") return lost("what Object.fromEntries is given", call);
  const made = object([], from.rest);
  for (const item of from.items) {
    const [key, value] = item.kind === "array" ? item.items : [];
    if (key?.kind === "primitive" && value) made.properties.set(String(key.value), { value, source: key.source });
    else made.rest ??= lost("a key", call);
  }
  return made;
}

function assign(call: Call): Value {
  const [target, ...from] = call.args;
  if (target?.kind !== "object") return lost("what is assigned to", call);
  for (const each of from) {
    const known = entriesOf(each);
    for (const [key, value] of known?.entries ?? []) target.properties.set(key, { value, source: null });
    if (known?.rest) target.rest ??= known.rest;
    else if (!known && !isNothing(each)) target.rest ??= lost("what is assigned", call);
  }
  return target;
}

const ofEntries = (name: string, pick: (key: string, value: Value) => Value): Value =>
  native(name, (call) => {
    const known = entriesOf(call.args[0]);
    return known ? { ...array(known.entries.map(([key, value]) => pick(key, value))), rest: known.rest } : lost(`what ${name} is given`, call);
  });

const same = native("Object.freeze", ({ args }) => args[0] ?? nothing);

const textOfValue = ({ args, ...call }: Call): Value => (args[0]?.kind === "primitive" ? primitive(String(args[0].value)) : lost("a text", call));

function valueOfJson(text: string | null): Value | null {
  const made = (value: unknown): Value =>
    Array.isArray(value) ? array(value.map(made)) : typeof value === "object" && value !== null ? object(Object.entries(value).map(([key, each]) => [key, made(each)])) : primitive(value as Primitive["value"]);
  try {
    return text === null ? null : made(JSON.parse(text));
  } catch {
    return null;
  }
}

const ofNumbers: Readonly<Record<string, (...numbers: number[]) => number>> = { max: Math.max, min: Math.min, floor: Math.floor, ceil: Math.ceil, round: Math.round, abs: Math.abs, trunc: Math.trunc };

export const globalNames: Named = {
  Object: native("Object", (call) => lost("Object()", call), {
    keys: ofEntries("Object.keys", (key) => primitive(key)),
    values: ofEntries("Object.values", (_, value) => value),
    entries: ofEntries("Object.entries", (key, value) => array([primitive(key), value])),
    fromEntries: native("Object.fromEntries", fromEntries),
    assign: native("Object.assign", assign),
    freeze: same,
    seal: same,
  }),
  String: native("String", textOfValue),
  Number: native("Number", (call) => (call.args[0]?.kind === "primitive" ? primitive(Number(call.args[0].value)) : lost("a number", call))),
  Boolean: native("Boolean", (call) => (call.args[0] && truthOf(call.args[0]) !== null ? primitive(truthOf(call.args[0])) : lost("a condition", call))),
  Array: native("Array", (call) => lost("Array()", call), {
    from: native("Array.from", (call) => (call.args[0]?.kind === "array" && call.args.length === 1 ? { ...array(call.args[0].items), rest: call.args[0].rest } : lost("what Array.from is given", call))),
    isArray: native("Array.isArray", ({ args }) => (args[0]?.kind === "unknown" ? args[0] : primitive(args[0]?.kind === "array"))),
  }),
  Math: native("Math", (call) => lost("Math()", call), Object.fromEntries(
    Object.entries(ofNumbers).map(([name, apply]) => [
      name,
      native(`Math.${name}`, (call) => {
        const numbers = call.args.flatMap((arg) => (arg.kind === "primitive" && typeof arg.value === "number" ? [arg.value] : []));
        return call.open || numbers.length < call.args.length ? lost("a number", call) : primitive(apply(...numbers));
      }),
    ]),
  )),
  JSON: native("JSON", (call) => lost("JSON()", call), {
    parse: native("JSON.parse", (call) => valueOfJson(textOf(call.args[0])) ?? lost("what JSON.parse is given", call)),
    stringify: native("JSON.stringify", (call) => {
      const plain = plainOf(call.args[0]);
      return plain === undefined ? lost("what JSON.stringify is given", call) : primitive(JSON.stringify(plain.value));
    }),
  }),
};

/** As JavaScript's own value; undefined: it is none, or not known. */
export function plainOf(value: Value | undefined): { readonly value: unknown } | undefined {
  if (value === undefined) return undefined;
  if (value.kind === "primitive") return { value: value.value };
  if (value.kind === "array" && !value.rest) {
    const items = value.items.map(plainOf);
    return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
  }
  if (value.kind !== "object" || value.rest) return undefined;
  if (value.of) return { value: value.of };
  const entries = [...value.properties].map(([key, property]) => [key, plainOf(property.value)] as const);
  return entries.every(([, item]) => item !== undefined) ? { value: Object.fromEntries(entries.map(([key, item]) => [key, item!.value])) } : undefined;
}

export function objectMember(owner: ObjectValue, name: string, source: Source): Value {
  const own = owner.properties.get(name);
  if (own) return own.value;
  if (owner.of) return memberOfBuiltIn(owner.of, name) ?? unknown(`${name} of it is not known here`, source);
  if (name === "hasOwnProperty") return native(name, ({ args }) => (args[0]?.kind === "primitive" && !owner.rest ? primitive(owner.properties.has(String(args[0].value))) : unknown("whether it has that key", source)));
  return owner.rest ? unknown(owner.rest.reason, source) : nothing;
}

function memberOfBuiltIn(of: Date | RegExp, name: string): Value | null {
  if (of instanceof RegExp) {
    if (name !== "test") return null;
    return native(name, (call) => {
      const text = textOf(call.args[0]);
      const matches = text === null ? undefined : within(text, () => of.test(text));
      return matches === undefined ? lost("a text", call) : primitive(matches);
    });
  }
  if (name === "toISOString" || name === "toJSON") return native(name, () => primitive(of.toISOString()));
  return name === "getTime" || name === "valueOf" ? native(name, () => primitive(of.getTime())) : null;
}

/** Null: it may take longer than its text is worth. Groups are not repeated and no more than two parts are, so that it ends soon over a short text. */
export function regularExpression(literal: string): RegExp | null {
  const end = literal.lastIndexOf("/");
  const source = literal.slice(1, end);
  const plain = source.replaceAll(/\\./g, "a").replaceAll(/\[[^\]]*\]/g, "a");
  const repeats = plain.match(/[*+]|\{\d*,?\d*\}/g)?.length ?? 0;
  if (source.length > 200 || repeats > 2 || /\)[*+{]/.test(plain) || /\\[1-9k]/.test(source)) return null;
  try {
    return new RegExp(source, literal.slice(end + 1));
  } catch {
    return null;
  }
}

const longestText = 300;
const within = <T>(text: string, run: (text: string) => T): T | undefined => (text.length > longestText ? undefined : run(text));

export function primitiveMember(owner: Primitive, name: string, source: Source): Value {
  const text = owner.value;
  const unknownMember = unknown(`${name} of a value is not known here`, source);
  if (name === "toString") return native(name, () => primitive(String(text)));
  if (typeof text !== "string") return unknownMember;
  if (name === "length") return primitive(text.length);
  const method = textMethods[name];
  if (!method) return unknownMember;
  return native(name, (call) => {
    const [pattern, make] = call.args;
    if ((name === "replace" || name === "replaceAll") && (make?.kind === "function" || make?.kind === "native")) return replaced(text, pattern, make, call);
    const plain = call.args.map(plainOf);
    if (call.open || !plain.every((each) => each !== undefined)) return unknown("a part of the text is not known", call.source);
    const made = method(text, plain.map((each) => each.value));
    return made === undefined ? unknown("a part of the text is not known", call.source) : Array.isArray(made) ? array(made.map((each) => primitive(each))) : primitive(made, null);
  });
}

/** `name.replace(/[A-Z]/g, (letter) => ...)` */
function replaced(text: string, pattern: Value | undefined, make: Value, call: Call): Value {
  const wanted = plainOf(pattern)?.value;
  if (text.length > longestText || (typeof wanted !== "string" && !(wanted instanceof RegExp))) return lost("what is replaced", call);
  const parts: Value[] = [];
  const result = text.replace(wanted, (...groups: unknown[]) => {
    const given = groups.map((group) => (typeof group === "object" ? nothing : primitive(group as Primitive["value"])));
    const part = call.run(make, given);
    parts.push(part);
    return part.kind === "primitive" ? String(part.value) : "";
  });
  return parts.every(({ kind }) => kind === "primitive") ? primitive(result) : lost("a part of the text", call);
}

type TextMethod = (text: string, args: readonly unknown[]) => string | number | boolean | string[] | undefined;

const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
const withText = (make: (text: string, other: string, args: readonly unknown[]) => ReturnType<TextMethod>): TextMethod => (text, args) => {
  const other = string(args[0]);
  return other === undefined ? undefined : make(text, other, args);
};

const textMethods: Readonly<Record<string, TextMethod>> = {
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  concat: (text, args) => text.concat(...args.map(String)),
  startsWith: withText((text, other) => text.startsWith(other)),
  endsWith: withText((text, other) => text.endsWith(other)),
  includes: withText((text, other) => text.includes(other)),
  split: (text, [by]) => (typeof by === "string" ? text.split(by) : by instanceof RegExp ? within(text, () => text.split(by)) : undefined),
  replace: (text, [from, to]) => (typeof to !== "string" ? undefined : typeof from === "string" ? text.replace(from, to) : from instanceof RegExp ? within(text, () => text.replace(from, to)) : undefined),
  replaceAll: (text, [from, to]) => (typeof to !== "string" ? undefined : typeof from === "string" ? text.replaceAll(from, to) : from instanceof RegExp && from.global ? within(text, () => text.replaceAll(from, to)) : undefined),
  match: (text, [by]) => (by instanceof RegExp && by.global ? within(text, () => text.match(by) ?? undefined) : undefined),
  trimStart: (text) => text.trimStart(),
  trimEnd: (text) => text.trimEnd(),
  at: (text, args) => text.at(number(args[0]) ?? 0),
  indexOf: withText((text, other) => text.indexOf(other)),
  slice: (text, args) => text.slice(number(args[0]), number(args[1])),
  substring: (text, args) => text.substring(number(args[0]) ?? 0, number(args[1])),
  charAt: (text, args) => text.charAt(number(args[0]) ?? 0),
  repeat: (text, args) => text.repeat(Math.min(number(args[0]) ?? 0, 1000)),
  padStart: (text, args) => text.padStart(Math.min(number(args[0]) ?? 0, 1000), string(args[1])),
};

export function arrayMember(owner: ArrayValue, name: string, source: Source): Value {
  if (name === "length") return owner.rest ? unknown(owner.rest.reason, source) : primitive(owner.items.length);
  const index = Number(name);
  if (Number.isInteger(index)) return owner.items[index] ?? owner.rest ?? nothing;
  const method = arrayMethods[name];
  return method ? native(name, (call) => method(owner, call)) : unknown(`${name} of an array is not known here`, source);
}

type ArrayMethod = (owner: ArrayValue, call: Call) => Value;

const flat = (items: readonly Value[], depth: number): readonly Value[] => items.flatMap((item) => (item.kind === "array" && depth > 0 ? flat(item.items, depth - 1) : [item]));
const openIn = (items: readonly Value[]): Unknown | null => {
  for (const item of items) if (item.kind === "unknown") return item;
  return items.map((item) => (item.kind === "array" ? item.rest : null)).find((rest) => rest !== null) ?? null;
};

const each = ({ args: [callee], run }: Call, items: readonly Value[]): readonly Value[] => (callee ? items.map((item, i) => run(callee, [item, primitive(i)])) : []);

function found(owner: ArrayValue, call: Call, pick: (at: number) => Value): Value {
  const truths = each(call, owner.items).map(truthOf);
  const at = truths.findIndex((truth) => truth !== false);
  if (at !== -1 && truths[at] === null) return unknown("which element it is", call.source);
  return at === -1 && owner.rest ? owner.rest : pick(at);
}

const arrayMethods: Readonly<Record<string, ArrayMethod>> = {
  map: (owner, call) => ({ ...array(each(call, owner.items)), rest: owner.rest }),
  flatMap: (owner, call) => {
    const made = each(call, owner.items);
    return { ...array(flat(made, 1)), rest: owner.rest ?? openIn(made) };
  },
  forEach: (owner, call) => {
    each(call, owner.items);
    return nothing;
  },
  filter: (owner, call) => {
    const truths = each(call, owner.items).map(truthOf);
    // `filter(Boolean)` calls what is native; what is unknown may be there.
    const open = truths.includes(null) ? unknown("which elements are left", call.source) : null;
    return { ...array(owner.items.filter((_, i) => truths[i] === true)), rest: owner.rest ?? open };
  },
  find: (owner, call) => found(owner, call, (at) => owner.items[at] ?? nothing),
  findIndex: (owner, call) => found(owner, call, (at) => primitive(at)),
  some: (owner, call) => found(owner, call, (at) => primitive(at !== -1)),
  every: (owner, call) => {
    const truths = each(call, owner.items).map(truthOf);
    return truths.includes(false) ? primitive(false) : truths.includes(null) || owner.rest ? unknown("whether all of them do", call.source) : primitive(true);
  },
  reduce: (owner, call) => {
    const [callee, first] = call.args;
    if (!callee || owner.rest) return owner.rest ?? nothing;
    const [start, items] = first === undefined ? [owner.items[0] ?? nothing, owner.items.slice(1)] : [first, owner.items];
    return items.reduce((sum, item, i) => call.run(callee, [sum, item, primitive(i)]), start);
  },
  concat: (owner, call) => ({ ...array([...owner.items, ...flat(call.args, 1)]), rest: owner.rest ?? openIn(call.args) }),
  flat: (owner, call) => {
    const [depth] = call.args;
    return { ...array(flat(owner.items, depth?.kind === "primitive" && typeof depth.value === "number" ? Math.min(depth.value, 100) : 1)), rest: owner.rest ?? openIn(owner.items) };
  },
  slice: (owner, call) => {
    const [from, to] = call.args.map((arg) => (arg.kind === "primitive" && typeof arg.value === "number" ? arg.value : undefined));
    return { ...array(owner.items.slice(from, to)), rest: owner.rest };
  },
  push: (owner, call) => {
    owner.items.push(...call.args);
    owner.rest ??= call.open;
    return primitive(owner.items.length);
  },
  reverse: (owner) => {
    owner.items.reverse();
    return owner;
  },
  includes: (owner, call) => {
    const [wanted] = call.args;
    if (wanted?.kind !== "primitive" || owner.items.some(({ kind }) => kind === "unknown")) return unknown("whether it is among them", call.source);
    const has = owner.items.some((item) => item.kind === "primitive" && item.value === wanted.value);
    return has || !owner.rest ? primitive(has) : owner.rest;
  },
  join: (owner, call) => {
    const texts = owner.items.map((item) => (item.kind === "primitive" ? String(item.value ?? "") : null));
    const [by] = call.args;
    const separator = by === undefined ? "," : by.kind === "primitive" ? String(by.value) : null;
    return owner.rest || separator === null || texts.includes(null) ? unknown("a part of the text is not known", call.source) : primitive(texts.join(separator));
  },
};
